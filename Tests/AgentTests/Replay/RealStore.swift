import Metrics
import Support

/// A Prometheus on this machine, asked as the agent asks.
enum RealStore {
    static func store(_ url: String) -> PrometheusStore {
        var host = MetricAccess.Host(host: "127.0.0.1")
        host.local = true
        var access = MetricAccess()
        access.hosts = [host]
        return PrometheusStore(.init(url: url), over: MetricConnection(access, firstPause: .milliseconds(10)))
    }

    /// As soon as it answers: the server listens before it has opened its data.
    static func ready(_ server: PrometheusServer) async throws -> PrometheusStore {
        let store = store(server.url)
        for _ in 0..<200 {
            if await (try? store.serverTime()) != nil { return store }
            try await Task.sleep(for: .milliseconds(50))
        }
        _ = try await store.serverTime()
        return store
    }
}
