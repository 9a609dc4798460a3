import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc

/// Somebody who uses a forge over HTTP as a person does: reads its pages, and presses the buttons that stand there.
package struct ForgeVisitor: Sendable {
    /// What could not be read or pressed.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Such as `http://127.0.0.1:8082`.
    package let address: String
    /// `owner/name`.
    package let repository: String
    /// For the API, by which lists are read.
    private let token: String

    package init(_ address: String, repository: String, token: String) {
        self.address = address
        self.repository = repository
        self.token = token
    }

    /// The address of a pull request's page.
    package func page(of number: Int) -> String { "\(address)/\(repository)/pulls/\(number)" }

    /// All pull requests as the API shows them, the oldest first; the forge of a demo never has more than a page.
    package func pullRequests() async throws -> [Value] {
        try await list("/pulls", [("state", "all"), ("sort", "oldest"), ("limit", "50")])
    }

    package func reviews(of number: Int) async throws -> [Value] { try await list("/pulls/\(number)/reviews", []) }

    private func list(_ path: String, _ query: [(String, String)]) async throws -> [Value] {
        let items = query.map { HTTPRequest.QueryItem(name: $0.0, value: $0.1) }
        let (status, body) = try await send(
            .GET, "/api/v1/repos/\(repository)\(path)", items, [HTTPHeader("Authorization"): "token \(token)"])
        guard status == 200, let items = try ValueReader.read(body).array else {
            throw Failure(description: "the forge answered \(status) to GET \(path): \(body.prefix(200))")
        }
        return items
    }

    /// Loads the page of a pull request and sends the form of a button as it stands there.
    ///
    /// - Parameter choosing: what is chosen in the form's fields, such as the method of a merge.
    package func press(_ button: String, on number: Int, choosing: [String: String] = [:]) async throws {
        let path = "/\(repository)/pulls/\(number)"
        let (status, page) = try await send(.GET, path, [], [:])
        guard status == 200 else { throw Failure(description: "the forge answered \(status) to GET \(path)") }
        guard let form = Self.form("\(path)/\(button)", on: page) else {
            throw Failure(description: "the page of #\(number) has no button to \(button)")
        }
        let fields = form.merging(choosing) { $1 }.map { "\(FormText.encoded($0.key))=\(FormText.encoded($0.value))" }
        let (answer, words) = try await send(
            .POST, "\(path)/\(button)", [],
            [.contentType: "application/x-www-form-urlencoded", HTTPHeader("Origin"): address],
            fields.joined(separator: "&"))
        guard answer == 303 else {
            throw Failure(description: "\(button) on #\(number) was refused with \(answer): \(Self.notice(in: words))")
        }
    }

    // MARK: Reading a page

    /// The hidden fields of the form that is sent to `action`; nil where the page has none.
    private static func form(_ action: String, on page: String) -> [String: String]? {
        guard let start = page.firstRange(of: "action=\"\(action)\">") else { return nil }
        let rest = page[start.upperBound...]
        let form = rest.firstRange(of: "</form>").map { rest[..<$0.lowerBound] } ?? rest
        guard form.contains("<button"), !form.contains("<button disabled") else { return nil }
        var fields: [String: String] = [:]
        for match in form.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/) {
            fields[String(match.1)] = unescaped(String(match.2))
        }
        return fields
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
            $0.replacing($1.0, with: $1.1)
        }
    }

    private static func notice(in page: String) -> String {
        page.firstMatch(of: /role="alert">([^<]*)</).map { unescaped(String($0.1)) } ?? String(page.prefix(200))
    }

    // MARK: HTTP

    private func send(
        _ method: HTTPMethod, _ path: String, _ query: [HTTPRequest.QueryItem], _ headers: [HTTPHeader: String],
        _ body: String = ""
    ) async throws -> (Int, String) {
        let host = address.dropFirst("http://".count)
        guard let port = host.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure(description: "\(address) names no port")
        }
        var all = headers
        all[.host] = String(host)
        let request = HTTPRequest(
            method: method, version: .http11, path: path, query: query, headers: all, body: Data(body.utf8))
        var client = HTTPClient()
        let response = try await client.sendHTTPRequest(request, to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
        return (response.statusCode.code, String(decoding: try await response.bodyData, as: UTF8.self))
    }
}
