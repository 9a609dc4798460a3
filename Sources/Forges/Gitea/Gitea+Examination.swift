internal import HTTP
internal import Rollouts

extension Gitea {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://docs.gitea.com/api/#tag/repository/operation/repoGet
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        // https://docs.gitea.com/api/#tag/user/operation/userGetCurrent
        let user = try await connection.look(ForgeRequest(.get, "/user"))
        let account = ForgeExamination.Shown(
            ForgeUser(user.json?["login"]), orHidden: "whose token it is needs the scope read:user")
        guard found.isGood else {
            return .missing(ForgeFailure(found, asking: "GET \(repository)", forge: "Gitea"), account: account)
        }
        let rights = rights(found.json)
        // https://docs.gitea.com/api/#tag/repository/operation/repoGetBranch
        let branch = try await connection.look(request(.get, "/branches/\(PercentEncoding.part(base))")).json
        let isProtected = branch?["protected"]?.bool
        let unseen = "the branch \(base) is not shown to this token"
        func permission(_ name: String, _ reason: String) -> ForgeExamination.Answer {
            branch?[name]?.bool.map { .when($0, otherwise: reason) } ?? .hidden(unseen)
        }
        return ForgeExamination(
            account: account, rights: rights, isProtected: .init(isProtected, orHidden: unseen),
            push: .all([role(found.json), permission("user_can_push", "the agent is none of those that may push")]),
            requirements: try await requirements(branch, base, unseen),
            autoMerge: .all([
                requests(found.json), role(found.json),
                permission("user_can_merge", "the agent is none of those that may merge"),
            ]))
    }

    // MARK: Rights

    private func role(_ repository: JSON) -> ForgeExamination.Answer {
        if repository["archived"]?.bool == true { return .no("the repository is archived") }
        guard let mayPush = repository["permissions"]?["push"]?.bool else {
            return .hidden("the account's rights are not shown")
        }
        return .when(mayPush, otherwise: "the account has no write access to the repository")
    }

    private func requests(_ repository: JSON) -> ForgeExamination.Answer {
        .when(repository["has_pull_requests"]?.bool != false, otherwise: "pull requests are turned off")
    }

    /// By the account's rights; the scopes of a token are shown to nobody.
    private func rights(_ repository: JSON) -> [ForgeExamination.Right: ForgeExamination.Answer] {
        let role = role(repository)
        func scope(_ name: String) -> ForgeExamination.Answer {
            .hidden("the scopes of a token are not shown; it needs \(name)")
        }
        return [
            .push: .all([role, scope("write:repository")]),
            .pullRequests: .all([requests(repository), role, scope("write:repository and write:issue")]),
            .statuses: .all([role, scope("write:repository")]),
            .labels: .all([requests(repository), role, scope("write:issue")]),
        ]
    }

    // MARK: Requirements

    private func requirements(
        _ branch: JSON?, _ base: String, _ unseen: String
    ) async throws(ForgeFailure) -> ForgeExamination.Requirements {
        guard let branch else { return .hidden(unseen) }
        guard branch["protected"]?.bool == true else { return .known([]) }
        var needed: Set<ForgeExamination.Requirement> = []
        needed.need(approvals: branch["required_approvals"]?.int ?? 0)
        if branch["enable_status_check"]?.bool == true {
            let names = (branch["status_check_contexts"]?.array ?? []).compactMap(\.string)
            needed.insert(.statuses(names.sorted()))
        }
        // https://docs.gitea.com/api/#tag/repository/operation/repoGetBranchProtection is shown to administrators; the
        // rest of the rule is not.
        let name = branch["effective_branch_protection_name"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? base
        if let rule = try await connection.look(request(.get, "/branch_protections/\(PercentEncoding.part(name))")).json
        {
            if rule["block_on_official_review_requests"]?.bool == true { needed.insert(.owners) }
            if rule["require_signed_commits"]?.bool == true { needed.insert(.other("commits are signed")) }
            if rule["block_on_outdated_branch"]?.bool == true { needed.insert(.other("the branch is up to date")) }
        }
        return .known(needed)
    }
}
