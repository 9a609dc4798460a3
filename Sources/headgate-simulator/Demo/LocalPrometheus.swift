import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// A real Prometheus on this machine, which scrapes one simulated cluster each second.
struct LocalPrometheus: Sendable {
    let program: String
    /// Where its configuration and its data are.
    let folder: String
    private let port: UInt16

    init(program: String, folder: String) throws {
        self.program = program
        self.folder = folder
        port = try Self.freePort()
    }

    var address: String { "http://127.0.0.1:\(port)" }

    /// Runs it until the task is cancelled.
    func run(scraping target: UInt16) async throws {
        try Data(configuration(scraping: target).utf8).write(to: URL(filePath: folder + "/prometheus.yml"))
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/prometheus",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ], environment: Child.hermetic(folder), platformOptions: options, output: .discarded,
            error: .string(limit: 1 << 16))
        guard !Task.isCancelled else { return }
        throw DemoError("prometheus ended: \(result.standardError)")
    }

    private func configuration(scraping target: UInt16) -> String {
        """
        global: {scrape_interval: 1s}
        scrape_configs:
        - job_name: shop
          honor_labels: true
          static_configs: [{targets: ["127.0.0.1:\(target)"]}]

        """
    }

    /// A port that nobody listens on right now.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw DemoError("no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
