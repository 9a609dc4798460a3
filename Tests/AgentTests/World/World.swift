import Agent
import Analysis
import Git
import Logging
import Policies
import Rollouts
import Support
import Synchronization
import Testing

/// A small installation in one process: a real bare repository with people on it, a simulated cluster, scripted metrics,
/// agents, and one clock for all of them.
final class World: Sendable {
    let repository: RemoteRepository
    let cluster: SimulatedCluster
    let metrics = ScriptedMetrics()
    /// Where stages go by pull request; nil where the agents know no forge.
    let forge: LocalForge?
    /// What the agents and the cluster follow.
    let branch: String
    private let clock = Mutex<Int64>(1_795_224_480_000)
    private let caches: TemporaryFolder
    private let first: Mutex<Agent?> = Mutex(nil)

    /// - Parameters:
    ///   - rollouts: the applications of the sample repository that are there.
    ///   - environments: the folders that the cluster follows, by their names.
    ///   - branch: what is followed; another one than `main` begins where that is.
    ///   - delivery: how the stages of all of them reach the branch, and that there is a forge.
    ///   - change: what is different from the sample repository.
    init(
        _ rollouts: [String] = ["checkout"], environments: [String: String] = ["production": "environments/production"],
        following branch: String = "main", delivery: String? = nil,
        changing change: (inout [String: String]) -> Void = { _ in }
    ) throws {
        _ = Self.silence
        var files = try Self.files(rollouts)
        if let delivery {
            for name in rollouts { files[Self.rollout(name)]?.append("  delivery: {\(delivery)}\n") }
        }
        change(&files)
        repository = try RemoteRepository(files: files)
        self.branch = branch
        if branch != "main" { try repository.git("update-ref", "refs/heads/\(branch)", "refs/heads/main") }
        caches = try TemporaryFolder()
        forge = delivery == nil ? nil : LocalForge(over: repository, from: clock.withLock { $0 / 1000 })
        cluster = try SimulatedCluster(
            following: repository.remote, branch: branch, environments: environments,
            cache: caches["cluster.git"], from: clock.withLock { $0 })
    }

    /// A world in which the release v2.4.1 of checkout has just come to a stage, such as `advance weight-10`.
    static func midway(
        _ action: String, delivery: String? = nil, changing change: (inout [String: String]) -> Void = { _ in }
    ) async throws -> World {
        let world = try World(delivery: delivery, changing: change)
        try await world.run(until: "adopt finish")
        try world.state(v2)
        if action != "adopt finish" { try await world.run(until: action) }
        return world
    }

    private static let silence: Void = LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }

    static func rollout(_ name: String = "checkout") -> String { ".headgate/rollouts/production/\(name).yaml" }
    static func state(_ name: String = "checkout") -> String { ".headgate/state/production/shop/\(name).yaml" }
    static func manifest(_ name: String, of app: String = "checkout") -> String {
        "environments/production/\(app)/\(name).yaml"
    }
    static let v1 = "ghcr.io/acme/checkout:v2.4.0"
    static let v2 = "ghcr.io/acme/checkout:v2.4.1"
    static let v3 = "ghcr.io/acme/checkout:v2.5.0"

    private static func files(_ rollouts: [String]) throws -> [String: String] {
        let others = ["checkout", "catalog", "payments"].filter { !rollouts.contains($0) }
        var files = try SampleRepository.files().filter { name, _ in
            (name.hasPrefix(".headgate/") || name.hasPrefix("environments/production/"))
                && !others.contains { name.contains($0) }
        }
        for name in others { files["environments/production/kustomization.yaml"]?.replace("- \(name)\n", with: "") }
        files[".headgate/config.yaml"]?.replace("  staging: {path: environments/staging}\n", with: "")
        files[".headgate/config.yaml"]?.replace("delay: 30s", with: "delay: 1s")
        for name in rollouts { files[rollout(name)]?.replace("plan: standard", with: "plan: quick") }
        files[".headgate/policies/plans/quick.yaml"] = """
            apiVersion: headgate.dev/v1alpha1
            kind: Plan
            metadata: {name: quick}
            spec:
              steps:
              - setWeight: 10
              - pause: {duration: 20s}
              - setWeight: 50
              - pause: {duration: 20s}
              analysis: {interval: 2s, minimumIntervals: 3, plannedIntervals: 20, maximumRate: 0.05}

            """
        return files
    }

    // MARK: Agents

    var now: Timestamp { Timestamp(milliseconds: clock.withLock { $0 }) }
    var seconds: Int64 { clock.withLock { $0 / 1000 } }

    /// An agent with a cache of its own.
    func agent(
        _ name: String, isShadow: Bool = false, width: Int = 8, longWalk: Int = 500,
        compat: AnalysisSpec.Compatibility? = nil, environments: Set<String>? = nil, forge: (any Forge)? = nil,
        knowsForge: Bool = true, forgePace: Duration = .zero,
        seeing cluster: (() -> any Rollouts.Cluster)? = nil,
        on other: String? = nil, tickEnding end: (@Sendable () async -> Void)? = nil
    ) throws -> Agent {
        var settings = AgentSettings(
            branch: try #require(ReferenceName.branch(other ?? branch)), environments: environments, isShadow: isShadow,
            shipped: .init(plans: Policies.plans, metrics: Policies.metrics, traffic: Policies.traffic),
            width: width, longWalk: longWalk)
        (settings.compat, settings.forgePace) = (compat, forgePace)
        let cluster = cluster?() ?? self.cluster
        var ports = AgentPorts(
            cluster: { _ in cluster }, metrics: metrics.sources, now: { [self] in now })
        ports.forge = knowsForge ? forge ?? self.forge : nil
        if let end { ports.sleep = { _ in await end() } }
        return Agent(
            settings: settings,
            repository: try Repository(mirroring: repository.remote, in: caches["\(name).git"]), ports: ports)
    }

    private func theAgent() throws -> Agent {
        if let agent = first.withLock({ $0 }) { return agent }
        let agent = try agent("agent")
        first.withLock { $0 = agent }
        return agent
    }

    // MARK: Time

    /// Lets time pass: the engine applies the branch, the cluster goes on.
    func pass(_ duration: Duration) async throws {
        let now = clock.withLock { clock in
            clock += Int64(duration.inSeconds * 1000)
            return clock
        }
        forge?.setTime(now / 1000)
        try await cluster.advance(to: now)
    }

    /// Lets time pass and runs a tick.
    @discardableResult
    func step(_ duration: Duration = .seconds(5), _ agent: Agent? = nil) async throws -> TickReport {
        try await pass(duration)
        return try await (agent ?? theAgent()).tick()
    }

    /// Runs ticks until the agent has done something to a rollout, such as `advance weight-10`.
    @discardableResult
    func run(
        until action: String, of rollout: String = "checkout", _ agent: Agent? = nil, within steps: Int = 60
    ) async throws -> TickReport {
        var last = ""
        for _ in 0..<steps {
            let report = try await step(agent: agent)
            guard let found = report.rollouts.first(where: { $0.id.name == rollout }) else { continue }
            if found.done == action { return report }
            last = "\(found.done ?? "nothing"), \(found.line)"
        }
        throw Program.Failure(description: "\(action) did not happen: \(try actions(rollout)), \(last)")
    }

    private func step(agent: Agent?) async throws -> TickReport { try await step(.seconds(5), agent) }

    /// Runs some ticks and says in one line where the rollout stands then.
    func settle(_ rollout: String = "checkout", steps: Int = 6) async throws -> String {
        var line = ""
        for _ in 0..<steps {
            line = try await step().rollouts.first { $0.id.name == rollout }?.line ?? "nothing is known of it"
        }
        return line
    }

    // MARK: The branch

    func ledger(_ rollout: String = "checkout") throws -> Ledger {
        try Ledger(of: repository, state: Self.state(rollout))
    }

    func actions(_ rollout: String = "checkout") throws -> [String] { try ledger(rollout).actions }

    func edit(
        _ file: String, _ replacements: KeyValuePairs<String, String>, _ message: String = "Edit",
        by author: String = "Alice"
    ) throws {
        try repository.edit([file], replacements, message, by: author, at: seconds)
    }

    func put(_ files: [String: String?], _ message: String = "Put", by author: String = "Alice") throws {
        try repository.put(files, message, by: author, at: seconds)
    }

    func state(_ image: String, over old: String = World.v1) throws {
        try edit(Self.rollout(), [old: image], "Release \(image)")
    }

    /// Adds a line to the Rollout's `steer`.
    func steer(_ line: String, _ rollout: String = "checkout") throws {
        let file = Self.rollout(rollout)
        let text = try #require(try repository.file(file))
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("  steer:") }
        try put([file: lines.joined(separator: "\n") + "\n  steer: {\(line)}\n"], "Steer: \(line)")
    }

    func revert(_ commits: [String], by author: String = "Bob") throws {
        try repository.revert(commits, by: author, at: seconds)
    }

    /// The name of the present attempt's release in keys.
    func releaseKey(_ rollout: String = "checkout") throws -> String {
        let state = try #require(try repository.file(Self.state(rollout)))
        let release = try #require(
            state.firstMatch(of: /release:\n  digest: sha256:([0-9a-f]{8})[0-9a-f]*\n  attempt: \d+\n  since: (\d+)/))
        return "\(release.1)-\(release.2)"
    }

    /// The ids of everything below a folder at a commit, by path.
    func manifests(at commit: String = "main", below folder: String = "environments") throws -> String {
        try repository.git("ls-tree", "-r", commit, "--", folder)
    }
}

extension RolloutReport {
    /// What the tip's state says was done last, after this tick.
    var done: String? {
        if case .pushed? = outcome, let at = decision?.transition?.state.at {
            return "\(at.action.rawValue) \(at.stage)"
        }
        return state.map { "\($0.at.action.rawValue) \($0.at.stage)" }
    }

    var line: String { trouble ?? standing.map(StandingText.line) ?? "unknown" }
}
