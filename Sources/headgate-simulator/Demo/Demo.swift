import ArgumentParser
import FoundationEssentials
import Glibc
import Simulator

/// Plays three releases at once: a good one, a bad one, and one that a person stops by `git revert`.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play three releases through against a simulated cluster and a real Prometheus.")

    @Option(help: "The configuration repository to begin with.")
    var sampleRepo = "sample-repo"

    @Option(help: "The agent's program; without it the one beside this program.")
    var headgate: String?

    @Option(help: "The program that stores the metrics.")
    var prometheus = "prometheus"

    @Option(help: "Give up after so many seconds.")
    var limit = 150

    @Flag(help: "Keep the folder with the repository.")
    var keep = false

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/headgate-demo-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { if !keep { try? FileManager.default.removeItem(atPath: folder) } }
        let shop = Shop(folder: folder, agent: Child.agent(headgate))
        try await shop.open(sample: sampleRepo)
        var settings = SimulatorServer.Settings()
        settings.repository = try GitBranch("main", of: shop.repository, cache: folder + "/engine")
        settings.environments = [Environment(name: "production", path: "environments/production")]
        settings.interval = .milliseconds(500)
        settings.pace.gateway = .milliseconds(300)
        settings.load.requestsPerSecond = 150
        settings.behaviours = BehaviourTable.demo(failing: [Shop.badRelease.image])
        let server = try SimulatorServer(settings)
        let play = Play(shop: shop, server: server, prometheus: prometheus, limit: limit)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ports, listening) = AsyncStream.makeStream(of: UInt16.self)
            group.addTask { try await server.run { listening.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await play.run(apiPort: port)
                    return
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

extension BehaviourTable {
    /// Every version starts within a second and fails now and then; those that are named fail a third of their requests.
    static func demo(failing images: [String]) -> BehaviourTable {
        var healthy = Behaviour()
        healthy.start = .seconds(1)
        healthy.errors = 0.004
        var broken = healthy
        broken.errors = 0.3
        var behaviours = ["*": healthy]
        for image in images { behaviours[image] = broken }
        return BehaviourTable(behaviours)
    }
}
