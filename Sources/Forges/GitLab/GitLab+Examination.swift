internal import HTTP
internal import Rollouts

extension GitLab {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://docs.gitlab.com/api/projects/#get-a-single-project
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        // https://docs.gitlab.com/api/users/#get-the-current-user
        let user = try await connection.look(ForgeRequest(.get, "/user"))
        let account = ForgeExamination.Shown(
            ForgeUser(user.json?["username"]), orHidden: "the token may not read whose it is")
        guard found.isGood else {
            return .missing(ForgeFailure(found, asking: "GET \(project)", forge: "GitLab"), account: account)
        }
        let role = Self.role(in: found.json)
        let rights = try await rights(found.json, role)
        // https://docs.gitlab.com/api/branches/#get-single-repository-branch
        let branch = try await connection.look(request(.get, "/repository/branches/\(PercentEncoding.part(base))")).json
        let isProtected = branch?["protected"]?.bool
        // https://docs.gitlab.com/api/protected_branches/#get-a-single-protected-branch-or-wildcard-protected-branch
        let rule =
            isProtected == true
            ? try await connection.look(request(.get, "/protected_branches/\(PercentEncoding.part(base))")).json : nil
        let merge = mayMerge(branch, rule, role, user.json?["id"]?.int)
        return ForgeExamination(
            account: account, rights: rights, isProtected: .init(isProtected, orHidden: Self.unseen(base)),
            push: .all([rights[.push] ?? .yes, push(branch, base)]),
            requirements: try await requirements(of: base, found.json, rule, isProtected: isProtected ?? true),
            autoMerge: .all([rights[.pullRequests] ?? .yes, merge]))
    }

    private static func unseen(_ base: String) -> String { "the branch \(base) is not shown to this token" }

    // MARK: Rights

    /// By https://docs.gitlab.com/api/members/#roles: 30 is a Developer, 40 a Maintainer.
    private static func role(in project: JSON) -> Int? {
        guard let permissions = project["permissions"] else { return nil }
        return ["project_access", "group_access"].compactMap { permissions[$0]?["access_level"]?.int }.max() ?? 0
    }

    private func rights(
        _ project: JSON, _ role: Int?
    ) async throws(ForgeFailure) -> [ForgeExamination.Right: ForgeExamination.Answer] {
        // https://docs.gitlab.com/api/personal_access_tokens/#self-inform
        let token = try await connection.look(ForgeRequest(.get, "/personal_access_tokens/self"))
        let scopes = token.json?["scopes"]?.array.map { Set($0.compactMap(\.string)) }
        let scope: ForgeExamination.Answer =
            scopes.map { .when($0.contains("api"), otherwise: "the token has not the scope api") }
            ?? .hidden("the token may not read its own scopes; it needs api")
        let mayWrite: ForgeExamination.Answer =
            role.map { .when($0 >= 30, otherwise: "the account is no Developer of the project") }
            ?? .hidden("the account's role is not shown")
        let isOpen = ForgeExamination.Answer.when(
            project["archived"]?.bool != true, otherwise: "the project is archived")
        let hasRequests = ForgeExamination.Answer.when(
            project["merge_requests_access_level"]?.string != "disabled", otherwise: "merge requests are turned off")
        // With `write_repository` Git may push what the API may not.
        let mayPush: ForgeExamination.Answer = scopes?.contains("write_repository") == true ? .yes : scope
        let all = ForgeExamination.Answer.all([isOpen, mayWrite, scope])
        return [
            .push: .all([isOpen, mayWrite, mayPush]), .pullRequests: .all([hasRequests, all]), .statuses: all,
            .labels: .all([hasRequests, all]),
        ]
    }

    private func push(_ branch: JSON?, _ base: String) -> ForgeExamination.Answer {
        guard let branch else { return .hidden(Self.unseen(base)) }
        guard let mayPush = branch["can_push"]?.bool else {
            return .hidden("GitLab does not say who may push to \(base)")
        }
        return .when(mayPush, otherwise: "the agent is none of those that are allowed to push")
    }

    /// Whether the account is one of those that the rule lets merge.
    private func mayMerge(_ branch: JSON?, _ rule: JSON?, _ role: Int?, _ user: Int?) -> ForgeExamination.Answer {
        guard branch?["protected"]?.bool == true else { return .yes }
        if branch?["developers_can_merge"]?.bool == true, let role, role >= 30 { return .yes }
        let reason = "the agent is none of those that are allowed to merge"
        guard let levels = rule?["merge_access_levels"]?.array, let role else {
            return .hidden("whether the agent is allowed to merge is not shown to this token")
        }
        let isOne = levels.contains { level in
            if let named = level["user_id"]?.int { return named == user }
            guard level["group_id"]?.int == nil, let least = level["access_level"]?.int else { return false }
            return least > 0 && role >= least
        }
        if isOne { return .yes }
        let isOfGroups = levels.contains { $0["group_id"]?.int != nil }
        return isOfGroups
            ? .hidden("whether the agent is of a group that is allowed to merge is not shown") : .no(reason)
    }

    // MARK: Requirements

    private func requirements(
        of base: String, _ project: JSON, _ rule: JSON?, isProtected: Bool
    ) async throws(ForgeFailure) -> ForgeExamination.Requirements {
        var needed: Set<ForgeExamination.Requirement> = []
        if project["only_allow_merge_if_pipeline_succeeds"]?.bool == true {
            needed.insert(.other("the pipeline passes"))
        }
        if project["only_allow_merge_if_all_discussions_are_resolved"]?.bool == true {
            needed.insert(.other("discussions are resolved"))
        }
        if rule?["code_owner_approval_required"]?.bool == true { needed.insert(.owners) }
        // https://docs.gitlab.com/api/merge_request_approvals/#list-all-approval-rules-for-a-project, which not every
        // edition has.
        let asking = request(.get, "/approval_rules", query: [("per_page", "100")])
        let rules = try await connection.lookThrough(asking, by: .header("X-Next-Page"))
        for rule in rules ?? [] where Self.covers(rule, base, isProtected: isProtected) {
            needed.need(approvals: rule["approvals_required"]?.int ?? 0)
        }
        guard isProtected, rule == nil || rules == nil else { return .known(needed) }
        let unseen = [rule == nil ? "the rule of the branch" : nil, rules == nil ? "the approval rules" : nil]
        return .hidden(
            "\(unseen.compactMap { $0 }.joined(separator: " and ")): not shown to this token, or not of this edition")
    }

    private static func covers(_ rule: JSON, _ base: String, isProtected: Bool) -> Bool {
        if rule["applies_to_all_protected_branches"]?.bool == true { return isProtected }
        let branches = (rule["protected_branches"]?.array ?? []).compactMap { $0["name"]?.string }
        return branches.isEmpty || branches.contains { NamePattern($0).matches(base) }
    }
}
