import FoundationEssentials
import Simulator
import Subprocess
import SystemPackage

/// One environment with all that it has of its own: a cluster, the Prometheus that scrapes it, and an agent.
struct Region: Sendable {
    let environment: String
    let folder: String
    let repository: String
    /// The agent's program.
    let program: String
    let server: SimulatorServer
    private let prometheus: LocalPrometheus

    /// The agent's side of the forge.
    struct ForgeAccess: Sendable {
        let address: String
        let repository: String
        let token: String
    }

    init(_ environment: String, in folder: String, repository: String, program: String, prometheus: String) throws {
        self.environment = environment
        self.folder = folder + "/" + environment
        self.repository = repository
        self.program = program
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        var settings = SimulatorServer.Settings()
        settings.repository = try GitBranch("main", of: repository, cache: self.folder + "/engine")
        settings.environments = [Environment(name: environment, path: "environments/\(environment)")]
        settings.interval = .milliseconds(500)
        settings.pace.gateway = .milliseconds(300)
        settings.load.requestsPerSecond = 150
        settings.behaviours = .demo(failing: [])
        server = try SimulatorServer(settings)
        self.prometheus = try LocalPrometheus(program: prometheus, folder: self.folder)
    }

    /// Runs everything until the task is cancelled; `heard` is told each line of the agent's.
    func run(_ forge: ForgeAccess, heard: @escaping @Sendable (String) async -> Void) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: UInt16.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await server.run { listening.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return }
            let kubeconfig = Kubeconfig.text(server: "http://127.0.0.1:\(port)", token: nil)
            try Data(kubeconfig.utf8).write(to: URL(filePath: folder + "/kubeconfig"))
            group.addTask { try await prometheus.run(scraping: port) }
            group.addTask { try await watch(forge, heard) }
            try await group.next()
        }
    }

    /// The agent as a process of its own, which looks once a second.
    private func watch(_ forge: ForgeAccess, _ heard: @escaping @Sendable (String) async -> Void) async throws {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: [
                "run", "--watch", "1s", "--repo", repository, "--cache", folder + "/cache",
                "--environment", environment, "--kubeconfig", folder + "/kubeconfig",
                "--prometheus", prometheus.address, "--forge", "gitea", "--forge-url", forge.address + "/api/v1",
                "--forge-repository", forge.repository,
            ],
            environment: Child.hermetic(folder).updating(["HEADGATE_FORGE_TOKEN": forge.token]),
            workingDirectory: FilePath(folder), platformOptions: options, input: .none, output: .sequence,
            error: .string(limit: 1 << 20)
        ) { execution in
            for try await line in execution.standardOutput.strings() { await heard(line) }
        }
        guard !Task.isCancelled, !Interruption.happened else { return }
        throw DemoError("the agent of \(environment) ended: \(result.standardError)")
    }
}
