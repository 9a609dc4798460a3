internal import HTTP
internal import Rollouts

/// How a forge says where its list goes on.
enum Paging: Sendable {
    /// `Link: <…>; rel="next"` of RFC 8288.
    case link
    /// The number of the next page in a header; empty at the end.
    case header(String)
    /// The URL of the next page beside the items.
    case next
    /// Bitbucket Data Center: `isLastPage` and `nextPageStart`.
    case start
    /// Azure DevOps: `$skip` what was given.
    case skip(page: Int)
}

extension ForgeConnection {
    /// More pages than this are of no list that the agent has a use for.
    private static var longest: Int { 40 }

    /// All items of a list.
    ///
    /// - Parameter isEnough: given all so far, whether the rest is of no interest.
    func list(
        _ request: ForgeRequest, in member: String? = nil, by paging: Paging,
        until isEnough: ([JSON]) -> Bool = { _ in false }
    ) async throws(ForgeFailure) -> [JSON] {
        var items: [JSON] = []
        var request = request
        for _ in 0..<Self.longest {
            let answer = try await ask(request)
            // Where a list inside an object is empty, Gitea says null.
            let found = member.map { answer.json[$0] } ?? answer.json
            guard let page = member != nil && found == .null ? [] : found?.array else {
                throw ForgeFailure(.garbage, "\(forge)'s answer to \(request.path.prefix { $0 != "?" }) is no list")
            }
            items += page
            if isEnough(items) { return items }
            guard let next = paging.next(after: answer, page, request, total: items.count) else { return items }
            request = next
        }
        throw ForgeFailure(
            .budget, "\(request.path.prefix { $0 != "?" }) of \(forge) has more than \(items.count) entries")
    }
}

extension Paging {
    fileprivate func next(
        after answer: ForgeAnswer, _ page: [JSON], _ request: ForgeRequest, total: Int
    ) -> ForgeRequest? {
        switch self {
        case .link: answer[header: "link"].flatMap(Self.target).map { request.following($0) }
        case .header(let name): answer[header: name].flatMap { Int($0) }.map { request.with("page", "\($0)") }
        case .next: answer.json["next"]?.string.map { request.following($0) }
        case .start:
            answer.json["isLastPage"]?.bool == false
                ? answer.json["nextPageStart"]?.int.map { request.with("start", "\($0)") } : nil
        case .skip(let size): page.count < size ? nil : request.with("$skip", "\(total)")
        }
    }

    /// The target of the relation `next`.
    private static func target(in header: String) -> String? {
        for link in header.split(separator: ",") {
            let parts = link.split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.dropFirst().contains(where: { $0 == #"rel="next""# || $0 == "rel=next" }),
                let first = parts.first,
                first.hasPrefix("<"), first.hasSuffix(">")
            else { continue }
            return String(first.dropFirst().dropLast())
        }
        return nil
    }
}

extension ForgeRequest {
    fileprivate func following(_ url: String) -> Self {
        var copy = self
        copy.path = url
        copy.query = []
        return copy
    }

    fileprivate func with(_ name: String, _ value: String) -> Self {
        var copy = self
        copy.query.removeAll { $0.0 == name }
        copy.query.append((name, value))
        return copy
    }
}
