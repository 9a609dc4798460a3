import ArgumentParser
import FoundationEssentials
import Glibc
import Simulator

/// Runs a simulated cluster until it is stopped.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a simulated cluster until it is stopped.")

    @Option(help: "The repository to apply from: a path or an address that git knows.")
    var repo: String?

    @Option(help: "A folder for the mirror of the repository; without it a temporary one.")
    var cache: String?

    @Option(help: "The branch to follow.")
    var branch = "main"

    @Option(help: "An environment to apply, as name=folder or a folder; may be repeated.")
    var environment: [String] = []

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: "The token that requests must carry.")
    var token: String?

    @Option(help: "Where to write a kubeconfig for the simulated API server.")
    var kubeconfigOut: String?

    @Option(help: "Seed of all chance.")
    var seed: UInt64 = 1

    @Option(help: "How often the engine looks at the branch, such as 5s.", transform: duration)
    var syncInterval: Duration = .seconds(5)

    @Option(help: "From seeing a commit to applying it.", transform: duration)
    var syncDelay: Duration = .zero

    @Option(help: "From a route's change to the gateway serving by it.", transform: duration)
    var gatewayDelay: Duration = .seconds(1)

    @Option(help: "Requests per second for each route.")
    var rps: Double = 50

    @Option(
        help: "A file of behaviours by image, YAML or JSON: {image: {errors, latency: {median, sigma}, start, fail}}.")
    var behaviours: String?

    mutating func validate() throws {
        // As for the agent, a relative path is one from here.
        if let repo, !repo.hasPrefix("/"), !repo.contains(":") {
            self.repo = FileManager.default.currentDirectoryPath + "/" + repo
        }
    }

    func run() async throws {
        let server = try SimulatorServer(try settings())
        let (token, kubeconfigOut) = (token, kubeconfigOut)
        try await server.run { port in
            let address = "http://127.0.0.1:\(port)"
            if let kubeconfigOut {
                let text = Kubeconfig.text(server: address, token: token)
                if !FileManager.default.createFile(atPath: kubeconfigOut, contents: Data(text.utf8)) {
                    print("cannot write \(kubeconfigOut)")
                }
            }
            let ports: Value = [
                "api": .string(address), "metrics": .string(address + "/metrics"),
                "control": .string(address + "/simulator"), "port": .integer(Int(port)),
            ]
            print(ports.text)
            fflush(nil)
        }
    }

    private func settings() throws -> SimulatorServer.Settings {
        var settings = SimulatorServer.Settings()
        settings.seed = seed
        settings.port = port
        settings.token = token
        settings.branch = branch
        settings.interval = syncInterval
        settings.delay = syncDelay
        settings.pace.gateway = gatewayDelay
        settings.load.requestsPerSecond = rps
        settings.environments = environment.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let path = parts.last ?? text
            let name = parts.count == 2 ? parts[0] : path.split(separator: "/").last.map(String.init) ?? path
            return Environment(name: name, path: path)
        }
        if let repo {
            let cache = cache ?? FileManager.default.temporaryDirectory.path + "/headgate-simulator-\(getpid())"
            settings.repository = try GitBranch(branch, of: repo, cache: cache)
        }
        if let behaviours {
            guard let data = FileManager.default.contents(atPath: behaviours) else {
                throw ValidationError("cannot read \(behaviours)")
            }
            let documents = try Value.readYAML(Array(data), file: behaviours)
            settings.behaviours = try BehaviourTable(reading: documents.first ?? .empty)
        }
        return settings
    }
}

@Sendable private func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(reading: text) else {
        throw ValidationError("'\(text)' is not a duration such as 500ms, 5s or 1m")
    }
    return duration
}
