import ArgumentParser
import FoundationEssentials
import Glibc
import Simulator

/// Takes a release through staging and, by pull requests, through production.
struct DemoByReview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-pr",
        abstract: "Take a release through staging by commits and through production by pull requests.",
        discussion: """
            Two simulated clusters, each with a real Prometheus and an agent of its own, and a small forge with pages to \
            read. It says where the pages are and waits for you to approve and to merge, or to close; with --auto it does \
            that itself, by the same buttons. Ctrl-C ends it.
            Exit codes: 0 everything came out as it should; 1 it did not.
            """)

    @Flag(help: "Play the person too, and check what comes of it.")
    var auto = false

    @Option(help: "The configuration repository to begin with.")
    var sampleRepo = "sample-repo"

    @Option(help: "The agent's program; without it the one beside this program.")
    var headgate: String?

    @Option(help: "The program that stores the metrics.")
    var prometheus = "prometheus"

    @Option(help: "The port of the forge; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: "Give up after so many seconds; without it 240 with --auto, and never for a person.")
    var limit: Int?

    @Flag(help: "Keep the folder with the repository.")
    var keep = false

    func run() async throws {
        Interruption.watch()
        let folder = FileManager.default.temporaryDirectory.path + "/headgate-demo-pr-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            if keep {
                print("The repository is in \(folder).")
            } else {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
        let shop = ReviewedShop(folder: folder)
        try await shop.open(sample: sampleRepo)
        let regions = try ReviewedShop.environments.map { environment in
            try Region(
                environment, in: folder, repository: shop.repository, program: Child.agent(headgate),
                prometheus: prometheus)
        }
        print("The repository is \(shop.repository): headgate status --offline --repo \(shop.repository)")
        do {
            try await play(shop, regions)
        } catch  where Interruption.happened {
            print("Ended before the release was everywhere.")
        }
    }

    private func play(_ shop: ReviewedShop, _ regions: [Region]) async throws {
        let tokens = (agent: ForgeServer.chance(), alice: ForgeServer.chance())
        var settings = Forge.Settings(
            repository: shop.repository,
            accounts: [
                ForgeAccount(id: 1, name: "alice", rights: .admin, token: tokens.alice),
                ForgeAccount(id: 2, name: "headgate-bot", token: tokens.agent),
            ], person: "alice")
        settings.protections = [BranchProtection(branch: "main", requiredApprovals: 1, dismissesStale: true)]
        let server = try ForgeServer(settings, port: port)
        let name = settings.name
        let (addresses, listening) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await server.run { listening.yield($0) } }
            var iterator = addresses.makeAsyncIterator()
            guard let address = await iterator.next() else { return }
            let visitor = ForgeVisitor(address, repository: name, token: tokens.alice)
            let play = ReviewPlay(shop: shop, visitor: visitor, regions: regions, plays: auto, limit: limit)
            let access = Region.ForgeAccess(address: address, repository: name, token: tokens.agent)
            for region in regions {
                group.addTask { try await region.run(access) { await play.heard($0, from: region.environment) } }
            }
            group.addTask { try await play.run() }
            try await group.next()
        }
    }
}
