internal import HTTP
internal import Rollouts

extension BitbucketCloud {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-repo-slug-get
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/#api-user-get
        let user = try await connection.look(ForgeRequest(.get, "/user"))
        let account = ForgeExamination.Shown(
            ForgeUser(user.json?["nickname"]) ?? ForgeUser(user.json?["username"]),
            orHidden: "whose token it is needs the scope account, which a repository's token cannot have")
        guard found.isGood else {
            return .missing(ForgeFailure(found, asking: "GET \(repository)", forge: "Bitbucket"), account: account)
        }
        let rights = rights(found)
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/
        let asking = request(.get, "/branch-restrictions", query: [("pagelen", "100")])
        let all = try await connection.lookThrough(asking, in: "values", by: .next)
        let rules = all?.filter { Self.covers($0, base) }
        let unseen = "branch restrictions are shown to administrators alone, with the scope repository:admin"
        return ForgeExamination(
            account: account, rights: rights, isProtected: .init(rules.map { !$0.isEmpty }, orHidden: unseen),
            push: .all([
                rights[.push] ?? .yes, rules.map { push(by: $0, user.json) } ?? .hidden(unseen),
            ]),
            requirements: .init(rules.map(Self.requirements), orHidden: unseen), autoMerge: .yes)
    }

    // MARK: Rights

    /// By the scopes, which each answer names; those of API tokens have other names.
    private func rights(_ found: ForgeAnswer) -> [ForgeExamination.Right: ForgeExamination.Answer] {
        guard let text = found[header: "x-oauth-scopes"] else {
            let hidden = ForgeExamination.Answer.hidden(
                "the scopes of the token are not shown; it needs repository:write and pullrequest:write")
            return [.push: hidden, .pullRequests: hidden, .statuses: hidden]
        }
        let scopes = Set(text.split { ", ".contains($0) }.map(String.init))
        func has(_ names: String...) -> Bool { !scopes.isDisjoint(with: names) }
        let write = has("repository:write", "write:repository:bitbucket", "pullrequest:write")
        let requests = has("pullrequest:write", "write:pullrequest:bitbucket")
        let missing = "the token has not the scope"
        return [
            .push: .when(write, otherwise: "\(missing) repository:write"),
            .pullRequests: .when(requests, otherwise: "\(missing) pullrequest:write"),
            .statuses: .when(
                write || has("repository", "read:repository:bitbucket"), otherwise: "\(missing) repository:write"),
        ]
    }

    // MARK: Restrictions

    private static func covers(_ rule: JSON, _ base: String) -> Bool {
        // What the branching model means by production or development is not looked up: its rules are taken to hold.
        guard rule["branch_match_kind"]?.string != "branching_model" else { return true }
        return NamePattern(rule["pattern"]?.string ?? "").matches(base)
    }

    private func push(by rules: [JSON], _ user: JSON?) -> ForgeExamination.Answer {
        .all(
            rules.filter { $0["kind"]?.string == "push" }.map { rule in
                let users = rule["users"]?.array ?? []
                if let id = user?["uuid"]?.string, users.contains(where: { $0["uuid"]?.string == id }) { return .yes }
                let isListed = !users.isEmpty && user == nil || rule["groups"]?.array?.isEmpty == false
                return isListed
                    ? .hidden("some may push to the branch, and whether the agent is one of them is not shown")
                    : .no("the agent is none of those that may push")
            })
    }

    private static func requirements(_ rules: [JSON]) -> Set<ForgeExamination.Requirement> {
        var needed: Set<ForgeExamination.Requirement> = []
        for rule in rules {
            let count = rule["value"]?.int ?? 1
            switch rule["kind"]?.string {
            case "require_approvals_to_merge": needed.need(approvals: count)
            case "require_default_reviewer_approvals_to_merge":
                needed.insert(.other("\(count) of the default reviewers approve"))
            case "require_passing_builds_to_merge":
                needed.insert(.other(count == 1 ? "1 build passes" : "\(count) builds pass"))
            case "require_tasks_to_be_completed": needed.insert(.other("tasks are resolved"))
            case "require_no_changes_requested": needed.insert(.other("nobody asks for changes"))
            case "restrict_merges": needed.insert(.other("one of those merges who may"))
            default: break
            }
        }
        return needed
    }
}
