import Foundation
import FoundationNetworking

/// A real Prometheus on a free port, scraping one address each second, with its data in a folder that is removed.
package struct PrometheusServer: Sendable {
    package static let executable = "/usr/bin/prometheus"

    package let url: String

    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    /// Runs the server while `body` runs.
    ///
    /// - Parameters:
    ///   - target: the URL of a server with `/metrics`.
    ///   - prefix: a path in front of the API's, as behind a proxy.
    package static func run<Result>(
        scraping target: String, prefix: String = "", _ body: (PrometheusServer) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "headgate-prometheus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
            - job_name: app
              static_configs: [{targets: ['\(target.replacing("http://", with: ""))']}]
            """
        try Data(configuration.utf8).write(to: folder.appending(path: "prometheus.yml"))
        return try await run(in: folder, ["--web.route-prefix=\(prefix)/"], prefix: prefix, body)
    }

    /// Runs the server with the configuration and the data of a folder.
    static func run<Result>(
        in folder: URL, _ arguments: [String], prefix: String = "", _ body: (PrometheusServer) async throws -> Result
    ) async throws -> Result {
        let port = try freePort()
        let all = [
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:\(port)",
            "--log.level=error",
        ]
        return try await ChildProcess.run(executable, all + arguments, in: folder, listeningOn: port) {
            let server = PrometheusServer(url: "http://127.0.0.1:\(port)\(prefix)")
            try await server.waitUntilReady()
            return try await body(server)
        }
    }

    /// The server listens before it has opened its data, and answers no query until then.
    private func waitUntilReady() async throws {
        guard let ready = URL(string: "\(url)/-/ready") else { throw URLError(.badURL) }
        for _ in 0..<1200 {
            let answer = try? await URLSession.shared.data(from: ready).1 as? HTTPURLResponse
            if answer?.statusCode == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw URLError(.timedOut)
    }
}
