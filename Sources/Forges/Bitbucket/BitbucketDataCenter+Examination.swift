internal import HTTP
internal import Rollouts

extension BitbucketDataCenter {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-project/#api-api-latest-projects-projectkey-repos-repositoryslug-get
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        // The server says with each answer whom it took the request for.
        let name = found[header: "x-ausername"].flatMap { $0.isEmpty ? nil : ForeignText.line($0) }
        let account = ForgeExamination.Shown(
            name.map { ForgeUser($0) }, orHidden: "the server does not say whose token it is")
        guard found.isGood else {
            let place = "GET \(request(.get, "").path)"
            return .missing(ForgeFailure(found, asking: place, forge: "Bitbucket"), account: account)
        }
        let write = found.json["archived"]?.bool == true ? .no("the repository is archived") : try await mayWrite()
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-repository/#api-branch-permissions-latest-projects-projectkey-repos-repositoryslug-restrictions-get
        let asking = request(.get, "/restrictions", in: "branch-permissions/latest", query: [("limit", "100")])
        let all = try await connection.lookThrough(asking, in: "values", by: .start)
        let rules = all?.filter { Self.covers($0, base) }
        let unseen = "branch permissions are shown to administrators of the repository alone"
        return ForgeExamination(
            account: account, rights: [.push: write, .pullRequests: write, .statuses: write],
            isProtected: .init(rules.map { !$0.isEmpty }, orHidden: unseen),
            push: .all([write, rules.map { push(by: $0, name) } ?? .hidden(unseen)]),
            requirements: try await requirements(), autoMerge: .yes)
    }

    /// Whether the repository is among those of this name that the account may write to.
    ///
    /// By https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-repository/#api-api-latest-repos-get.
    private func mayWrite() async throws(ForgeFailure) -> ForgeExamination.Answer {
        let query = [("projectkey", project), ("name", slug), ("permission", "REPO_WRITE"), ("limit", "100")]
        let asking = ForgeRequest(.get, "/rest/api/latest/repos", query: query)
        guard let repositories = try await connection.lookThrough(asking, in: "values", by: .start) else {
            return .hidden("the rights of the token are not shown")
        }
        let isOne = repositories.contains {
            $0["slug"]?.string?.lowercased() == slug.lowercased()
                && $0["project"]?["key"]?.string?.lowercased() == project.lowercased()
        }
        return .when(isOne, otherwise: "the token has not the permission Repository write")
    }

    // MARK: Restrictions

    private static func covers(_ rule: JSON, _ base: String) -> Bool {
        let matcher = rule["matcher"]
        switch matcher?["type"]?["id"]?.string {
        case "BRANCH": return matcher?["id"]?.string?.withoutHeads == base
        case "PATTERN":
            let pattern = NamePattern((matcher?["id"]?.string ?? "").withoutHeads)
            return pattern.matches(base) || pattern.matches("refs/heads/\(base)")
        // What the branching model means is not looked up: its rules are taken to hold.
        default: return true
        }
    }

    private func push(by rules: [JSON], _ name: String?) -> ForgeExamination.Answer {
        .all(
            rules.compactMap { rule -> ForgeExamination.Answer? in
                let reason: String
                switch rule["type"]?.string {
                case "read-only": reason = "the agent is none of those that may change the branch"
                case "pull-request-only": reason = "a pull request is required"
                default: return nil
                }
                let users = rule["users"]?.array ?? []
                if let name, users.contains(where: { $0["name"]?.string == name }) { return .yes }
                let others = ["groups", "accessKeys"].contains { rule[$0]?.array?.isEmpty == false }
                return others
                    ? .hidden("\(reason), but for groups or keys of which the agent may be one") : .no(reason)
            })
    }

    /// The merge checks that come with the server; those of plug-ins show when a merge is asked for.
    ///
    /// By https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-settings-pull-requests-get.
    private func requirements() async throws(ForgeFailure) -> ForgeExamination.Requirements {
        guard let settings = try await connection.look(request(.get, "/settings/pull-requests")).json else {
            return .hidden("the settings of pull requests are not shown to this token")
        }
        func count(_ name: String) -> Int {
            let setting = settings[name]
            guard setting?["enable"]?.bool != false else { return 0 }
            let number = setting?["count"] ?? setting
            return number?.int ?? Int(number?.string ?? "") ?? 0
        }
        var needed: Set<ForgeExamination.Requirement> = []
        needed.need(approvals: count("requiredApprovers"))
        let builds = count("requiredSuccessfulBuilds")
        if builds > 0 { needed.insert(.other("\(builds) build\(builds == 1 ? " passes" : "s pass")")) }
        if settings["requiredAllApprovers"]?.bool == true { needed.insert(.other("all reviewers approve")) }
        if settings["requiredAllTasksComplete"]?.bool == true { needed.insert(.other("tasks are resolved")) }
        return .known(needed)
    }
}
