extension Forge {
    // MARK: Comments, labels and the time line of a pull request

    func answerIssues(_ path: [String], _ request: ForgeRequest, by account: ForgeAccount) throws -> ForgeResponse {
        if path.first == "comments" { return try answerComment(path, request, by: account) }
        let index = try index(of: path.first.flatMap { Int($0) })
        switch (request.method, path.count > 1 ? path[1] : nil, path.count) {
        // https://docs.gitea.com/api/#tag/issue/operation/issueGetComments
        case ("GET", "comments", 2): return .json(.array(pullRequests[index].comments.map { json($0, on: index) }))
        // https://docs.gitea.com/api/#tag/issue/operation/issueCreateComment
        case ("POST", "comments", 2):
            let made = try comment(index, try body(request)["body"]?.string ?? "", by: account)
            return .json(json(made, on: index), status: 201)
        // https://docs.gitea.com/api/#tag/issue/operation/issueGetCommentsAndTimeline
        case ("GET", "timeline", 2): return page(timeline(of: pullRequests[index]), request)
        // https://docs.gitea.com/api/#tag/issue/operation/issueGetLabels
        case ("GET", "labels", 2): return .json(labelsJSON(of: pullRequests[index]))
        // https://docs.gitea.com/api/#tag/issue/operation/issueAddLabel
        case ("POST", "labels", 2), ("PUT", "labels", 2):
            let ids = try wantedLabels(try body(request))
            if request.method == "PUT" { remove(pullRequests[index].labels.subtracting(ids), from: index, by: account) }
            add(ids, to: index, by: account)
            return .json(labelsJSON(of: pullRequests[index]))
        // https://docs.gitea.com/api/#tag/issue/operation/issueRemoveLabel
        case ("DELETE", "labels", 3):
            guard let id = Int(path[2]), labels.contains(where: { $0.id == id }) else {
                throw ForgeRefusal(422, "label does not exist")
            }
            remove([id], from: index, by: account)
            return .nothing(204)
        default: throw ForgeRefusal.notFound
        }
    }

    /// Labels are named by number, since Gitea 1.19 also by name.
    private func wantedLabels(_ body: Value) throws -> Set<Int> {
        var ids: Set<Int> = []
        for wanted in body["labels"]?.array ?? [] {
            let found = labels.first { wanted.integer == $0.id || wanted.string == $0.name }
            guard let found else { throw ForgeRefusal(422, "label does not exist") }
            ids.insert(found.id)
        }
        return ids
    }

    // https://docs.gitea.com/api/#tag/issue/operation/issueEditComment
    private func answerComment(
        _ path: [String], _ request: ForgeRequest, by account: ForgeAccount
    ) throws -> ForgeResponse {
        guard path.count == 2, let id = Int(path[1]) else { throw ForgeRefusal.notFound }
        for index in pullRequests.indices {
            guard let place = pullRequests[index].comments.firstIndex(where: { $0.id == id }) else { continue }
            let isOwn = pullRequests[index].comments[place].author == account.name
            guard request.method == "GET" || isOwn || account.rights == .admin else {
                throw ForgeRefusal(403, "the comment is somebody else's")
            }
            switch request.method {
            case "PATCH":
                pullRequests[index].comments[place].text = try body(request)["body"]?.string ?? ""
                pullRequests[index].comments[place].changed = clock()
            case "DELETE":
                pullRequests[index].comments.remove(at: place)
                return .nothing(204)
            case "GET": break
            default: throw ForgeRefusal.notFound
            }
            return .json(json(pullRequests[index].comments[place], on: index))
        }
        throw ForgeRefusal.notFound
    }

    // MARK: Labels of the repository

    func answerLabels(_ path: [String], _ request: ForgeRequest) throws -> ForgeResponse {
        switch (request.method, path.count) {
        // https://docs.gitea.com/api/#tag/issue/operation/issueListLabels
        case ("GET", 0): return page(labels.map(json), request)
        // https://docs.gitea.com/api/#tag/issue/operation/issueCreateLabel
        case ("POST", 0):
            let body = try body(request)
            guard let name = body["name"]?.string, !name.isEmpty else { throw ForgeRefusal(422, "[Name]: Required") }
            guard let color = body["color"]?.string, color.drop(while: { $0 == "#" }).allSatisfy(\.isHexDigit) else {
                throw ForgeRefusal(422, "[Color]: Required")
            }
            return .json(json(makeLabel(name, color: color, body["description"]?.string ?? "")), status: 201)
        case ("GET", 1):
            guard let label = labels.first(where: { $0.id == Int(path[0]) }) else { throw ForgeRefusal.notFound }
            return .json(json(label))
        default: throw ForgeRefusal.notFound
        }
    }
}
