import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// An HTTP server on a free port of 127.0.0.1 that answers with what a closure says and remembers what it was asked.
package final class FakeServer: Sendable {
    /// What arrived; names of headers are in small letters.
    package struct Request: Sendable {
        package let method: String
        package let path: String
        package let query: [String: String]
        package let headers: [String: String]
        package let body: String

        /// The fields of a form-encoded body.
        package var form: [String: String] {
            var components = URLComponents()
            components.percentEncodedQuery = body.replacingOccurrences(of: "+", with: "%20")
            let items = (components.queryItems ?? []).map { ($0.name, $0.value ?? "") }
            return Dictionary(items) { first, _ in first }
        }
    }

    /// What is sent back, after a delay.
    package struct Answer: Sendable {
        package let status: Int
        package let headers: [String: String]
        package let body: [UInt8]
        package let delay: Duration

        package init(
            bytes body: [UInt8], status: Int = 200, headers: [String: String] = [:], after delay: Duration = .zero
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.delay = delay
        }

        package init(
            _ text: String, status: Int = 200, headers: [String: String] = [:], after delay: Duration = .zero
        ) {
            self.init(bytes: Array(text.utf8), status: status, headers: headers, after: delay)
        }
    }

    package let url: String
    private let received = Mutex<[Request]>([])

    /// In the order of arrival.
    package var requests: [Request] { received.withLock { $0 } }

    private init(port: UInt16) {
        url = "http://127.0.0.1:\(port)"
    }

    /// Runs a server while `body` runs.
    package static func run<Result: Sendable>(
        answering answer: @escaping @Sendable (Request) async -> Answer,
        _ body: @Sendable (FakeServer) async throws -> Result
    ) async throws -> Result {
        let recorder = Recorder(answer: answer)
        let listener = try HTTPServer(
            address: .inet(ip4: "127.0.0.1", port: 0), timeout: 60, logger: .disabled, handler: recorder)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            defer { group.cancelAll() }
            try await listener.waitUntilListening()
            guard case .ip4(_, let port) = await listener.listeningAddress else { throw FakeServerFailure() }
            let server = FakeServer(port: port)
            recorder.server.withLock { $0 = server }
            return try await body(server)
        }
    }

    fileprivate func record(_ request: Request) {
        received.withLock { $0.append(request) }
    }
}

private struct FakeServerFailure: Error {}

/// Turns the server library's requests into ours, and our answers into its responses.
private final class Recorder: HTTPHandler {
    let server = Mutex<FakeServer?>(nil)
    private let answer: @Sendable (FakeServer.Request) async -> FakeServer.Answer

    init(answer: @escaping @Sendable (FakeServer.Request) async -> FakeServer.Answer) {
        self.answer = answer
    }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let headers = request.headers.map { ($0.key.rawValue.lowercased(), $0.value) }
        let received = FakeServer.Request(
            method: request.method.rawValue, path: request.path,
            query: Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first },
            headers: Dictionary(headers) { first, _ in first },
            body: String(decoding: try await request.bodyData, as: UTF8.self))
        server.withLock { $0 }?.record(received)
        let answer = await answer(received)
        if answer.delay > .zero { try await Task.sleep(for: answer.delay) }
        var response = HTTPResponse(
            statusCode: HTTPStatusCode(answer.status, phrase: "Answer"), body: Data(answer.body))
        for (name, value) in answer.headers { response.headers[HTTPHeader(name)] = value }
        return response
    }
}
