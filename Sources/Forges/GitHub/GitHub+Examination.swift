internal import HTTP
internal import Rollouts

extension GitHub {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://docs.github.com/en/rest/repos/repos#get-a-repository
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        let seen = try await viewed(base)
        let account = ForgeExamination.Shown(
            ForgeUser(seen?["viewer"]?["login"]), orHidden: "GitHub does not say whose token this is")
        guard found.isGood else {
            return .missing(ForgeFailure(found, asking: "GET \(repository)", forge: "GitHub"), account: account)
        }
        let rights = rights(found)
        let rules = try await rules(of: base, seen?["repository"]?["ref"]?["refUpdateRule"])
        return ForgeExamination(
            account: account, rights: rights, isProtected: .init(rules.isProtected, orHidden: Self.hidden),
            push: .all([rights[.push] ?? .yes, rules.push]), requirements: rules.requirements,
            autoMerge: rules.hasQueue
                ? .no("merge queues are not supported") : autoMerge(seen?["repository"]?["autoMergeAllowed"]))
    }

    private static let hidden = "GitHub does not show the rules of the branch to this credential"

    /// What only the other API says: https://docs.github.com/en/graphql/reference/objects#refupdaterule are the rules of
    /// classic protection as they hold for whoever asks.
    private func viewed(_ base: String) async throws(ForgeFailure) -> JSON? {
        let query = """
            query($owner: String!, $name: String!, $ref: String!) { viewer { login } \
            repository(owner: $owner, name: $name) { autoMergeAllowed ref(qualifiedName: $ref) { refUpdateRule { \
            requiredApprovingReviewCount requiresCodeOwnerReviews requiredStatusCheckContexts \
            requiresConversationResolution requiresSignatures viewerCanPush } } } }
            """
        let variables: JSON = [
            "owner": .string(owner), "name": .string(name), "ref": .string("refs/heads/\(base)"),
        ]
        do {
            return try await graph(query, variables)["data"]
        } catch {
            guard error.code == .configuration || error.code == .notFound else { throw error }
            return nil
        }
    }

    private func autoMerge(_ isAllowed: JSON?) -> ForgeExamination.Answer {
        guard let isAllowed = isAllowed?.bool else {
            return .hidden("GitHub does not say whether auto-merge is allowed")
        }
        return .when(isAllowed, otherwise: "\"Allow auto-merge\" is off in the repository's settings")
    }

    // MARK: Rights

    /// An App's are those of its token, a classic token's are in a header, and a fine-grained one keeps them to itself:
    /// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps.
    private func rights(_ found: ForgeAnswer) -> [ForgeExamination.Right: ForgeExamination.Answer] {
        if let permissions = connection.permissions {
            func granted(_ name: String) -> ForgeExamination.Answer {
                .when(permissions[name] == "write", otherwise: "the App has no right to write \(name)")
            }
            return [
                .push: granted("contents"), .pullRequests: granted("pull_requests"), .statuses: granted("statuses"),
                .labels: granted("pull_requests"),
            ]
        }
        let answer: ForgeExamination.Answer
        if found.json["archived"]?.bool == true {
            answer = .no("the repository is archived")
        } else if found.json["permissions"]?["push"]?.bool == false {
            answer = .no("the account has no write access to the repository")
        } else if let scopes = found[header: "x-oauth-scopes"] {
            let all = Set(scopes.split { ", ".contains($0) }.map(String.init))
            let isEnough =
                all.contains("repo") || all.contains("public_repo") && found.json["private"]?.bool == false
            answer = .when(isEnough, otherwise: "the token has not the scope repo")
        } else {
            answer = .hidden(
                "a fine-grained token does not show its permissions; it needs contents, pull requests and commit statuses "
                    + "with write access")
        }
        return Dictionary(uniqueKeysWithValues: ForgeExamination.Right.allCases.map { ($0, answer) })
    }

    // MARK: Rules

    private struct Rules {
        /// Nil where it is not shown.
        var isProtected: Bool?
        var push = ForgeExamination.Answer.yes
        var requirements = ForgeExamination.Requirements.known([])
        var hasQueue = false
    }

    private func rules(of base: String, _ classic: JSON?) async throws(ForgeFailure) -> Rules {
        let branch = PercentEncoding.part(base)
        // https://docs.github.com/en/rest/branches/branches#get-a-branch
        let known = try await connection.look(request(.get, "/branches/\(branch)"))
        // https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
        let asking = request(.get, "/rules/branches/\(branch)", query: [("per_page", "100")])
        let active = try await connection.lookThrough(asking, by: .link)
        var rules = Rules()
        var (needed, refusals) = (Set<ForgeExamination.Requirement>(), [ForgeExamination.Answer]())
        for rule in active ?? [] { needed.formUnion(Self.requirements(of: rule)) }
        rules.hasQueue = (active ?? []).contains { $0["type"]?.string == "merge_queue" }
        refusals += try await blocks(active ?? [])
        let isClassic = classic.map { !$0.isNull } ?? false
        if let classic, isClassic {
            needed.formUnion(Self.requirements(ofClassic: classic))
            refusals += Self.refusals(ofClassic: classic)
        }
        let isProtected = known.json?["protected"]?.bool
        rules.isProtected = active?.isEmpty == false || isClassic ? true : isProtected
        if isProtected == true, active?.isEmpty ?? true, !isClassic {
            // There are some: classic protection, from which the agent is exempt or which it is not shown.
            refusals.append(.hidden(Self.hidden))
            rules.requirements = .hidden(Self.hidden)
        } else if isProtected == nil, active == nil {
            refusals.append(.hidden(Self.hidden))
            rules.requirements = .hidden(Self.hidden)
        } else {
            rules.requirements = .known(needed)
        }
        rules.push = .all(refusals)
        return rules
    }

    /// What keeps a push away, of the rulesets that the agent may not bypass.
    private func blocks(_ active: [JSON]) async throws(ForgeFailure) -> [ForgeExamination.Answer] {
        var refusals: [ForgeExamination.Answer] = []
        var bypasses: [Int: String] = [:]
        for rule in active {
            guard let reason = Self.refusal(by: rule) else { continue }
            guard let id = rule["ruleset_id"]?.int else {
                refusals.append(.no(reason))
                continue
            }
            if bypasses[id] == nil {
                // https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset
                let ruleset = try await connection.look(request(.get, "/rulesets/\(id)"))
                bypasses[id] = ruleset.json?["current_user_can_bypass"]?.string ?? ""
            }
            switch bypasses[id] {
            case "always", "exempt": continue
            case "": refusals.append(.hidden("GitHub does not say whether the agent may bypass this rule: \(reason)"))
            default: refusals.append(.no(reason))
            }
        }
        return refusals
    }

    private static func refusal(by rule: JSON) -> String? {
        switch rule["type"]?.string {
        case "pull_request": "a pull request is required"
        case "required_status_checks": "statuses are required before a push"
        case "update": "updates are restricted"
        case "merge_queue": "a merge queue is required"
        case "required_deployments": "deployments are required before a push"
        case "workflows": "workflows are required before a push"
        default: nil
        }
    }

    private static func requirements(of rule: JSON) -> Set<ForgeExamination.Requirement> {
        let parameters = rule["parameters"]
        var needed: Set<ForgeExamination.Requirement> = []
        switch rule["type"]?.string {
        case "pull_request":
            needed.need(approvals: parameters?["required_approving_review_count"]?.int ?? 0)
            if parameters?["require_code_owner_review"]?.bool == true { needed.insert(.owners) }
            if parameters?["required_review_thread_resolution"]?.bool == true {
                needed.insert(.other("conversations are resolved"))
            }
            if parameters?["require_last_push_approval"]?.bool == true {
                needed.insert(.other("somebody else than the last pusher approves"))
            }
        case "required_status_checks":
            needed.need(
                statuses: (parameters?["required_status_checks"]?.array ?? []).compactMap { $0["context"]?.string })
        case "required_signatures": needed.insert(.other("commits are signed"))
        case "merge_queue": needed.insert(.other("the merge queue takes it"))
        case "required_deployments": needed.insert(.other("it has been deployed"))
        case "workflows": needed.insert(.other("the required workflows pass"))
        default: break
        }
        return needed
    }

    // MARK: Classic protection

    private static func requirements(ofClassic rule: JSON) -> Set<ForgeExamination.Requirement> {
        var needed: Set<ForgeExamination.Requirement> = []
        needed.need(approvals: rule["requiredApprovingReviewCount"]?.int ?? 0)
        if rule["requiresCodeOwnerReviews"]?.bool == true { needed.insert(.owners) }
        needed.need(statuses: (rule["requiredStatusCheckContexts"]?.array ?? []).compactMap(\.string))
        if rule["requiresConversationResolution"]?.bool == true { needed.insert(.other("conversations are resolved")) }
        if rule["requiresSignatures"]?.bool == true { needed.insert(.other("commits are signed")) }
        return needed
    }

    private static func refusals(ofClassic rule: JSON) -> [ForgeExamination.Answer] {
        var refusals: [ForgeExamination.Answer] = []
        if rule["viewerCanPush"]?.bool == false {
            refusals.append(.no("the agent is none of those that may push"))
        }
        if (rule["requiredApprovingReviewCount"]?.int ?? 0) > 0 { refusals.append(.no("a pull request is required")) }
        if rule["requiredStatusCheckContexts"]?.array?.isEmpty == false {
            refusals.append(.no("statuses are required before a push"))
        }
        if rule["requiredApprovingReviewCount"]?.int == 0 {
            refusals.append(.hidden("whether a pull request is required is not shown"))
        }
        return refusals
    }
}
