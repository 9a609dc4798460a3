extension Forge {
    // MARK: Statuses

    /// `commits/<ref>/status`, `commits/<ref>/statuses`, `statuses/<sha>`.
    func answerStatuses(_ path: [String], _ request: ForgeRequest, by account: ForgeAccount) throws -> ForgeResponse {
        guard path.count >= 2 else { throw ForgeRefusal.notFound }
        if path[0] == "statuses" {
            guard path.count == 2 else { throw ForgeRefusal.notFound }
            return request.method == "POST"
                ? try report(try body(request), on: path[1], by: account) : listStatuses(of: path[1], request)
        }
        guard request.method == "GET", path.count > 2 else { throw ForgeRefusal.notFound }
        let reference = path[1..<path.count - 1].joined(separator: "/")
        let commit = branches[reference] ?? reference
        switch path.last {
        case "status": return combined(of: commit, request)
        case "statuses": return listStatuses(of: commit, request)
        default: throw ForgeRefusal.notFound
        }
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoCreateStatus
    private func report(_ body: Value, on commit: String, by account: ForgeAccount) throws -> ForgeResponse {
        guard let state = ReportedStatus.State(rawValue: body["state"]?.string ?? "") else {
            throw ForgeRefusal(422, "[State]: In")
        }
        let context = body["context"]?.string ?? ""
        let made = ReportedStatus(
            id: newID(), context: context.isEmpty ? "default" : context, state: state,
            description: body["description"]?.string ?? "", url: body["target_url"]?.string ?? "",
            author: account.name, time: clock())
        statuses[commit, default: []].append(made)
        return .json(json(made, on: commit), status: 201)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoListStatuses
    private func listStatuses(of commit: String, _ request: ForgeRequest) -> ForgeResponse {
        page((statuses[commit] ?? []).sorted { $0.id > $1.id }.map { json($0, on: commit) }, request)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetCombinedStatusByRef
    private func combined(of commit: String, _ request: ForgeRequest) -> ForgeResponse {
        let newest = (statuses[commit] ?? []).newest
        guard let state = newest.combined else {
            // Where nothing is reported Gitea answers with an object that has not even a list.
            return .json([
                "state": "", "sha": "", "total_count": 0, "statuses": .null, "repository": .null, "commit_url": "",
                "url": "",
            ])
        }
        return page(newest.map { json($0, on: commit) }, request) { shown in
            [
                "state": .string(state.rawValue), "sha": .string(commit), "total_count": .integer(newest.count),
                "statuses": .array(shown), "url": "",
            ]
        }
    }

    // MARK: Protection

    func answerProtections(
        _ path: [String], _ request: ForgeRequest, by account: ForgeAccount
    ) throws -> ForgeResponse {
        guard account.rights == .admin else {
            throw ForgeRefusal(403, "user should be an owner or admin of the repository")
        }
        let branch = path.joined(separator: "/")
        switch request.method {
        // https://docs.gitea.com/api/#tag/repository/operation/repoListBranchProtection
        case "GET" where path.isEmpty: return .json(.array(protections.map(json)))
        case "GET":
            guard let found = protection(of: branch) else { throw ForgeRefusal.notFound }
            return .json(json(found))
        // https://docs.gitea.com/api/#tag/repository/operation/repoCreateBranchProtection
        case "POST" where path.isEmpty:
            let body = try body(request)
            let name = body["rule_name"]?.string ?? body["branch_name"]?.string ?? ""
            guard !name.isEmpty else { throw ForgeRefusal(422, "both rule_name and branch_name are empty") }
            guard protection(of: name) == nil else { throw ForgeRefusal(403, "Branch protection already exist") }
            protections.append(changed(BranchProtection(branch: name), by: body))
            return .json(json(protections[protections.count - 1]), status: 201)
        // https://docs.gitea.com/api/#tag/repository/operation/repoEditBranchProtection
        case "PATCH":
            guard let place = protections.firstIndex(where: { $0.branch == branch }) else {
                throw ForgeRefusal.notFound
            }
            protections[place] = changed(protections[place], by: try body(request))
            return .json(json(protections[place]))
        case "DELETE":
            guard let place = protections.firstIndex(where: { $0.branch == branch }) else {
                throw ForgeRefusal.notFound
            }
            protections.remove(at: place)
            return .nothing(204)
        default: throw ForgeRefusal.notFound
        }
    }

    private func changed(_ protection: BranchProtection, by body: Value) -> BranchProtection {
        var protection = protection
        if let count = body["required_approvals"]?.integer { protection.requiredApprovals = count }
        if let needs = body["enable_status_check"]?.bool { protection.needsStatuses = needs }
        if let contexts = body["status_check_contexts"]?.array { protection.contexts = contexts.compactMap(\.string) }
        if let blocks = body["block_on_rejected_reviews"]?.bool { protection.blocksOnRejection = blocks }
        if let blocks = body["block_on_outdated_branch"]?.bool { protection.blocksOnOutdated = blocks }
        if let dismisses = body["dismiss_stale_approvals"]?.bool { protection.dismissesStale = dismisses }
        return protection
    }
}
