import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc

/// Serves a forge on 127.0.0.1: its API below `/api/v1`, its pages elsewhere.
package struct ForgeServer: Sendable {
    package let forge: Forge
    private let http: HTTPServer
    /// What forms carry, so that no other page can send them; new with every start.
    private let seal: String

    /// - Parameter port: 0 takes a free one.
    package init(_ settings: Forge.Settings, port: UInt16 = 0) throws {
        forge = try Forge(settings) { Moment(milliseconds: Int((Date().timeIntervalSince1970 * 1000).rounded())) }
        http = HTTPServer(
            address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 30, logger: .disabled)
        seal = Self.chance()
    }

    /// 128 bits in hexadecimal digits that nobody can guess.
    package static func chance() -> String {
        var source = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(source.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Serves until the task is cancelled; `started` is told the address once the server listens.
    package func run(started: @escaping @Sendable (String) async -> Void) async throws {
        await http.appendRoute("*") { [self] request in await respond(to: request) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await http.run() }
            group.addTask {
                try await http.waitUntilListening()
                guard case .ip4(_, let port)? = await http.listeningAddress else { return }
                let address = "http://127.0.0.1:\(port)"
                await forge.listens(at: address)
                await started(address)
                try await Task.sleep(for: .seconds(1_000_000_000))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func respond(to request: HTTPRequest) async -> HTTPResponse {
        var headers: [String: String] = [:]
        for name in ["Authorization", "Host", "Origin"] {
            headers[name.lowercased()] = request.headers[HTTPHeader(name)]
        }
        let body = (try? await request.bodyData).map { Array($0) } ?? []
        let call = ForgeRequest(
            request.method.rawValue, request.target.path(), query: request.query.map { ($0.name, $0.value) },
            headers: headers, body: body)
        return Self.response(await answer(call))
    }

    private func answer(_ request: ForgeRequest) async -> ForgeResponse {
        if request.path.first == "api" { return await forge.answerAPI(request) }
        let host = await String(forge.address.dropFirst("http://".count))
        // A name of elsewhere that leads here, or a form of another page, is not the person's doing.
        guard Self.isOwn(request.headers["host"] ?? "", host) else {
            return .text("This forge answers only at \(host).\n", status: 421)
        }
        if request.method == "POST", let origin = request.headers["origin"] {
            guard origin.hasPrefix("http://"), Self.isOwn(String(origin.dropFirst("http://".count)), host) else {
                return .text("The form came from another page.\n", status: 403)
            }
        }
        return await forge.answerPage(request, seal: seal)
    }

    private static func isOwn(_ name: String, _ host: String) -> Bool {
        name == host || name == host.replacing("127.0.0.1", with: "localhost")
    }

    private static func response(_ answer: ForgeResponse) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-store"
        for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
        let status = HTTPStatusCode(answer.status, phrase: answer.status < 300 ? "OK" : "Status")
        return HTTPResponse(statusCode: status, headers: headers, body: Data(answer.body.utf8))
    }
}
