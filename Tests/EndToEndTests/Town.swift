import Foundation
import FoundationNetworking
import Support
import Testing

/// The whole of a small installation as processes: a bare repository, a simulated cluster that follows it, a real
/// Prometheus that scrapes it, and agents.
struct Town: Sendable {
    let repository: RemoteRepository
    let folder: TemporaryFolder
    let simulator: URL
    let prometheus: String
    let kubeconfig: String

    /// Where the product's programs are: beside the program that runs the tests.
    static func program(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    static let state = ".headgate/state/production/shop/checkout.yaml"
    static let rollout = ".headgate/rollouts/production/checkout.yaml"
    static let manifests = "environments/production/checkout"
    static let good = "ghcr.io/acme/checkout:v2.4.1"
    static let bad = "ghcr.io/acme/checkout:v2.5.0"

    /// Runs the installation while `body` runs.
    static func run(_ body: @Sendable (Town) async throws -> Void) async throws {
        let repository = try RemoteRepository(files: try files())
        let folder = try TemporaryFolder()
        let port = try freePort()
        try folder.write("behaviours.yaml", #"{"*": {start: 300ms}, "v2.5.0": {start: 300ms, errors: 0.3}}"#)
        let simulator = try Program(
            program("headgate-simulator"),
            [
                "--repo", repository.path, "--environment", "production=environments/production", "--port", "\(port)",
                "--cache", folder["simulator.git"], "--kubeconfig-out", folder["kubeconfig"],
                "--sync-interval", "300ms", "--gateway-delay", "300ms", "--rps", "400",
                "--behaviours", folder["behaviours.yaml"],
            ], environment: GitCommand.hermetic)
        defer { simulator.end() }
        try await waitUntilListening(port)
        let address = "http://127.0.0.1:\(port)"
        try await PrometheusServer.run(scraping: address) { prometheus in
            let town = Town(
                repository: repository, folder: folder, simulator: try #require(URL(string: address)),
                prometheus: prometheus.url, kubeconfig: folder["kubeconfig"])
            try await town.until("the cluster is up", within: 30) {
                let pods = try await town.cluster().pods
                return pods.count == 4 && pods.allSatisfy(\.ready)
            }
            try await body(town)
        }
    }

    /// The sample repository with one rollout, in seconds instead of minutes.
    private static func files() throws -> [String: String] {
        var files = try SampleRepository.files().filter { name, _ in
            name.hasPrefix(".headgate/") || name.hasPrefix("environments/production/")
        }
        files = files.filter { name, _ in !name.contains("catalog") && !name.contains("payments") }
        files[".headgate/config.yaml"]?.replace("delay: 30s", with: "delay: 1s")
        files[rollout]?.replace("plan: standard", with: "plan: demo\n  scaleDownDelay: 1s")
        let root = "environments/production/kustomization.yaml"
        files[root]?.replace("- catalog\n", with: "")
        files[root]?.replace("- payments\n", with: "")
        return files
    }

    // MARK: Agents

    /// Starts an agent that ticks each 300 ms.
    func watcher(_ name: String = "agent", repository: String? = nil, _ more: [String] = []) throws -> Program {
        try agent(name, repository: repository, more + ["--watch", "300ms"])
    }

    func agent(_ name: String, repository: String? = nil, _ more: [String]) throws -> Program {
        var environment = GitCommand.hermetic
        environment["HOME"] = folder.path
        return try Program(
            Self.program("headgate"),
            [
                "run", "--repo", repository ?? self.repository.path, "--environment", "production",
                "--cache", folder["\(name).git"], "--kubeconfig", kubeconfig, "--prometheus", prometheus,
            ] + more, environment: environment)
    }

    /// Runs agents while `body` runs, and says what they said where it fails.
    func watched(_ agents: [Program], _ body: () async throws -> Void) async throws {
        defer { for agent in agents { agent.end() } }
        do {
            try await body()
        } catch {
            for agent in agents {
                Issue.record("an agent said:\n\(agent.output.suffix(3000))\n\(agent.errors.suffix(3000))")
            }
            throw error
        }
    }

    // MARK: The world

    func ledger() throws -> Ledger { try Ledger(of: repository, state: Self.state) }

    func release(_ image: String, over old: String = "ghcr.io/acme/checkout:v2.4.0") throws {
        try repository.edit([Self.rollout], [old: image], "Release \(image)")
    }

    struct World: Decodable {
        struct Route: Decodable { let weights: [String: Int] }
        struct Pod: Decodable {
            let workload: String
            let image: String
            let ready: Bool
        }
        struct Total: Decodable {
            let image: String
            let served: Int
            let failed: Int
        }
        let weights: [Route]
        let pods: [Pod]
        let totals: [Total]

        var canaryWeight: Int? { weights.first?.weights["checkout-canary"] }

        func images(of workload: String) -> Set<String> {
            Set(pods.filter { $0.workload == workload }.map(\.image))
        }
    }

    func cluster() async throws -> World {
        try JSONDecoder().decode(World.self, from: try await call("state"))
    }

    @discardableResult
    func call(_ verb: String, _ body: String? = nil) async throws -> Data {
        var request = URLRequest(url: simulator.appending(path: "simulator/" + verb), timeoutInterval: 20)
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body.utf8)
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        try #require((response as? HTTPURLResponse)?.statusCode == 200)
        return data
    }

    /// Waits until something holds; a deadline that passes is a failure with the branch's history.
    func until(_ what: String, within seconds: Double = 60, _ holds: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Program.Failure(description: "not in \(seconds) s: \(what); so far \(try ledger().actions)")
    }

    /// Waits until this is the last that agents did; `turn` is done before each look.
    func until(action: String, within seconds: Double = 60, _ turn: () throws -> Void = {}) async throws {
        try await until(action, within: seconds) {
            try turn()
            return try lastAction() == action
        }
    }

    /// What agents did last, such as `advance weight-10`.
    func lastAction() throws -> String? {
        Ledger.at(try repository.file(Self.state) ?? "").map { "\($0)" }
    }
}
