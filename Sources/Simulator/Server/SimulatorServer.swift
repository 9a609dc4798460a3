import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc

/// The running simulator: a cluster that follows the clock, the GitOps engine beside it, and both HTTP servers.
package actor SimulatorServer {
    /// What a running simulator is given.
    package struct Settings: Sendable {
        package var seed: UInt64 = 1
        package var port: UInt16 = 0
        package var token: String?
        package var environments: [Environment] = []
        package var repository: (any SourceRepository)?
        package var branch = "main"
        package var interval: Duration = .seconds(5)
        package var delay: Duration = .zero
        package var behaviours = BehaviourTable()
        package var load = Load()
        package var pace = Cluster.Pace()

        package init() {}
    }

    /// A failure that the control endpoint has asked for.
    enum Outage: String {
        case none
        case unavailable
        case hang
    }

    var cluster: Cluster
    var environments: [Environment]
    var outage = Outage.none
    var schedule: SyncSchedule
    var clockOffset: Duration = .zero
    private var sourceFailure: String?
    private let api: APIServer
    private let repository: (any SourceRepository)?
    private let branch: String
    private let http: HTTPServer

    package init(_ settings: Settings) throws {
        var cluster = Cluster(seed: settings.seed, startingAt: Self.clock())
        cluster.behaviours = settings.behaviours
        cluster.load = settings.load
        cluster.pace = settings.pace
        for environment in settings.environments { cluster.register(environment, at: cluster.now) }
        self.cluster = cluster
        environments = settings.environments
        schedule = SyncSchedule(interval: settings.interval, delay: settings.delay)
        api = APIServer(token: settings.token)
        repository = settings.repository
        branch = settings.branch
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: settings.port)
        http = HTTPServer(address: address, timeout: 30, logger: .disabled)
    }

    /// Serves and follows the clock until the task is cancelled; `started` is told the port once the server listens.
    package func run(started: @escaping @Sendable (UInt16) async -> Void) async throws {
        await http.appendRoute("*") { [self] request in await respond(to: request) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.http.run() }
            group.addTask {
                try await self.http.waitUntilListening()
                if case .ip4(_, let port)? = await self.http.listeningAddress { await started(port) }
                while !Task.isCancelled {
                    await self.turn()
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func clock() -> Moment {
        Moment(milliseconds: Int((Date().timeIntervalSince1970 * 1000).rounded()))
    }

    var now: Moment { Self.clock() + clockOffset }

    /// One turn: time passes, the engine looks at the branch and applies what is due.
    func turn() async {
        cluster.advance(to: now)
        guard let repository else { return }
        let isPoll = schedule.isPollDue(at: cluster.now)
        do {
            if isPoll { schedule.saw(try await repository.head(), at: cluster.now) }
            for index in environments.indices {
                guard let commit = schedule.due(for: environments[index], isPoll: isPoll, at: cluster.now) else {
                    continue
                }
                let tree = try await repository.tree(at: commit)
                guard environments.indices.contains(index) else { continue }
                cluster.register(environments[index], at: cluster.now)
                cluster.reconcile(&environments[index], with: tree, revision: "\(branch)@sha1:\(commit)")
            }
            sourceFailure = nil
        } catch {
            sourceFailure = "\(error)"
        }
    }

    /// What `/simulator/state` answers.
    package var state: Value {
        var state = cluster.state
        state["outage"] = .string(outage.rawValue)
        state["source"] = sourceFailure.map(Value.string) ?? "ok"
        return state
    }

    private func respond(to request: HTTPRequest) async -> HTTPResponse {
        let authorization = request.headers[.authorization] ?? ""
        let token = authorization.hasPrefix("Bearer ") ? String(authorization.dropFirst(7)) : nil
        let query = Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let body = (try? await request.bodyData).map { Array($0) } ?? []
        let call = APIRequest(
            request.method.rawValue, request.path, query: query, token: token, body: body)
        return Self.response(await answer(call), at: now)
    }

    private func answer(_ request: APIRequest) async -> APIResponse {
        cluster.advance(to: now)
        if request.path.hasPrefix("/simulator") { return await control(request) }
        if request.path == "/metrics" {
            return APIResponse(
                status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: cluster.metrics)
        }
        switch outage {
        case .none: return api.respond(to: request, from: cluster)
        case .unavailable:
            return .failure(503, "ServiceUnavailable", "the server is currently unable to handle the request")
        case .hang:
            while outage == .hang, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
            return api.respond(to: request, from: cluster)
        }
    }

    private static func response(_ answer: APIResponse, at now: Moment) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers[.contentType] = answer.contentType
        headers[.date] = now.httpDate
        headers[.cacheControl] = "no-cache, private"
        let status = HTTPStatusCode(answer.status, phrase: answer.status == 200 ? "OK" : "Status")
        return HTTPResponse(statusCode: status, headers: headers, body: Data(answer.body.utf8))
    }
}
