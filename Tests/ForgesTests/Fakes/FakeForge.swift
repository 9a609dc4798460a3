import Analysis
import Foundation
import Rollouts
import Support

/// What is asked of a forge, whatever its addresses are.
enum FakeOperation: Hashable, Sendable {
    /// Whether it can be merged, where that has an address of its own.
    case mergeability
    case list, read, create, change, comments, comment, reviews, merge, statuses, status, other
    /// Who the credential is, what it may do, and what the rules of a branch are.
    case identity, rights, rules
}

/// What an address leads to.
struct FakeRoute {
    let operation: FakeOperation
    let answer: (inout World) throws -> FakeServer.Answer

    init(_ operation: FakeOperation, _ answer: @escaping (inout World) throws -> FakeServer.Answer) {
        self.operation = operation
        self.answer = answer
    }
}

/// A forge by the public description of its API.
protocol FakeForge: Sendable {
    /// Below the server's address.
    var root: String { get }
    var repository: String { get }

    /// Whether the request shows the token in the way of this forge.
    func isKnown(_ request: FakeServer.Request, token: String) -> Bool

    /// Nil where nothing is at the address.
    func route(_ request: FakeServer.Request) -> FakeRoute?

    /// An error in the forge's words.
    func error(_ status: Int, _ words: String) -> FakeServer.Answer
}

extension FakeForge {
    func answer(_ json: JSON, status: Int = 200, headers: [String: String] = [:]) -> FakeServer.Answer {
        FakeServer.Answer(
            json.text, status: status, headers: headers.merging(["Content-Type": "application/json"]) { one, _ in one })
    }

    /// What lies below a prefix, in parts.
    func parts(of request: FakeServer.Request, below prefix: String) -> [String]? {
        let path = request.path.removingPercentEncoding ?? request.path
        guard path == prefix || path.hasPrefix(prefix + "/") else { return nil }
        return path.dropFirst(prefix.count).split(separator: "/").map(String.init)
    }
}

extension FakeServer.Request {
    var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// The address without the page, for links to others.
    func url(with changed: [String: String]) -> String {
        let items = query.merging(changed) { _, new in new }.sorted { $0.key < $1.key }
        func escaped(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
        let text = items.map { "\(escaped($0.key))=\(escaped($0.value))" }.joined(separator: "&")
        return "http://\(headers["host"] ?? "")\(path)?\(text)"
    }

    /// One page of a list that is numbered from 1, and the number of the next.
    func page<Item>(of items: [Item], size name: String, standard: Int, limit: Int) -> (items: [Item], next: Int?) {
        let size = min(query[name].flatMap { Int($0) } ?? standard, limit)
        let number = query["page"].flatMap { Int($0) } ?? 1
        let start = min((number - 1) * size, items.count)
        let end = min(start + size, items.count)
        return (Array(items[start..<end]), end < items.count ? number + 1 : nil)
    }
}

extension JSON {
    static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    static func number(_ number: Int) -> JSON { .number("\(number)") }
    static func time(_ time: Timestamp) -> JSON { .string(time.rfc3339) }
}
