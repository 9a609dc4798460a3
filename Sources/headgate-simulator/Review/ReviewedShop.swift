import FoundationEssentials
import Simulator

/// The repository of a shop that is reviewed: staging by commits, production by pull requests, a Promotion between them.
struct ReviewedShop: Sendable {
    let folder: String

    var repository: String { folder + "/shop.git" }
    private var work: String { folder + "/work" }

    static let app = "checkout"
    static let old = "v2.4.0"
    static let new = "v2.4.1"
    static let image = "ghcr.io/acme/checkout:\(new)"
    static let environments = ["staging", "production"]

    private static func rollout(_ environment: String) -> String { ".headgate/rollouts/\(environment)/\(app).yaml" }
    static func state(_ environment: String) -> String { ".headgate/state/\(environment)/shop/\(app).yaml" }

    /// Makes the repository from the sample: one app, its production manifests once more for staging, and the plan that
    /// counts in seconds.
    func open(sample: String) async throws {
        try FileManager.default.copyItem(atPath: sample, toPath: work)
        for path in ["base", "agent", "environments/staging"] + others { try remove(path) }
        try edit("environments/production/kustomization.yaml") {
            $0.replacing("- catalog\n", with: "").replacing("- payments\n", with: "")
        }
        try FileManager.default.copyItem(
            atPath: work + "/environments/production", toPath: work + "/environments/staging")
        try edit("environments/staging/checkout/httproute.yaml") {
            $0.replacing("checkout.shop.example.com", with: "checkout.staging.example.com")
        }
        try edit("environments/staging/checkout/deployment.yaml") { text in
            text.replacing("  # Sized for the evening peak: one pod may fail and the rest still carry it.\n", with: "")
                .replacing("replicas: 4", with: "replicas: 2")
        }
        try edit(".headgate/config.yaml") { $0.replacing("delay: 30s", with: "delay: 1s") }
        try edit(Self.rollout("production")) {
            $0.replacing(
                "plan: standard", with: "plan: demo\n  scaleDownDelay: 2s\n  delivery: {pullRequest: [start, promote]}")
        }
        try write(
            Self.rollout("staging"),
            """
            apiVersion: headgate.dev/v1alpha1
            kind: Rollout
            metadata: {name: \(Self.app), namespace: shop}
            spec:
              release: {images: {app: ghcr.io/acme/checkout:\(Self.old)}}
              traffic: {route: HTTPRoute/checkout}
              plan: demo
              scaleDownDelay: 2s

            """)
        try write(
            ".headgate/promotions/checkout.yaml",
            """
            # What staging has proven for five seconds goes on to production, where people review it.
            apiVersion: headgate.dev/v1alpha1
            kind: Promotion
            metadata: {name: checkout}
            spec:
              order: [staging/shop/checkout, production/shop/checkout]
              soak: 5s
              delivery: pullRequest

            """)
        try await git("init", "--quiet", "--initial-branch=main")
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "The shop as it is")
        try await git("init", "--quiet", "--bare", "--initial-branch=main", repository)
        try await git("remote", "add", "origin", repository)
        try await git("push", "--quiet", "origin", "main")
    }

    private var others: [String] {
        ["catalog", "payments"].flatMap {
            ["environments/production/\($0)", ".headgate/rollouts/production/\($0).yaml"]
        }
    }

    /// States the new release in staging, as Alice does by an edit of one line.
    func stateRelease() async throws {
        try await git("pull", "--quiet", "--rebase", "origin", "main")
        try edit(Self.rollout("staging")) { $0.replacing("checkout:\(Self.old)", with: "checkout:\(Self.new)") }
        try await git("commit", "--quiet", "--all", "--message", "checkout: release \(Self.new) to staging")
        for attempt in 1... {
            do {
                try await git("push", "--quiet", "origin", "main")
                return
            } catch  where attempt < 5 {
                try await git("pull", "--quiet", "--rebase", "origin", "main")
            }
        }
    }

    // MARK: What the branch says

    /// One commit of the branch that changed a rollout's state, in the words of the state's first line.
    struct Step: Equatable, Sendable {
        let commit: String
        let action: String
        let stage: String
    }

    /// Where a rollout stands by its state on the branch; nil before it has one.
    func phase(_ environment: String) async throws -> String? {
        let text = try await git("--git-dir=\(repository)", "show", "main:\(Self.state(environment))", orNil: true)
        return text.flatMap { Self.value("phase: ", in: $0) }
    }

    /// What happened to a rollout on the branch itself, the oldest first.
    func steps(_ environment: String) async throws -> [Step] {
        let path = Self.state(environment)
        let commits = try await git(
            "--git-dir=\(repository)", "log", "--first-parent", "--reverse", "--format=%H", "main", "--", path)
        var steps: [Step] = []
        for commit in commits.split(separator: "\n").map(String.init) {
            let text = try await git("--git-dir=\(repository)", "show", "\(commit):\(path)")
            guard let line = Self.value("at: {", in: text) else { throw DemoError("\(commit) has no state") }
            func part(_ name: String) -> String {
                line.firstRange(of: name + ": ").map { String(line[$0.upperBound...].prefix { !",}".contains($0) }) }
                    ?? ""
            }
            steps.append(Step(commit: commit, action: part("action"), stage: part("stage")))
        }
        return steps
    }

    func log(_ arguments: String...) async throws -> String {
        try await git(["--git-dir=\(repository)", "log"] + arguments)
    }

    private static func value(_ name: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }

    // MARK: Files and git

    private func edit(_ path: String, _ change: (String) -> String) throws {
        let text = String(decoding: try Data(contentsOf: URL(filePath: "\(work)/\(path)")), as: UTF8.self)
        let changed = change(text)
        guard changed != text else { throw DemoError("\(path) of the sample is not what the demo expects") }
        try write(path, changed)
    }

    private func write(_ path: String, _ text: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "\(work)/\(folder)", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(work)/\(path)"))
    }

    private func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: "\(work)/\(path)")
    }

    private func git(_ arguments: String..., orNil: Bool) async throws -> String? {
        let result = try await Child.run("git", arguments, in: work)
        return result.succeeded ? result.output : nil
    }

    @discardableResult
    private func git(_ arguments: String...) async throws -> String { try await git(arguments) }

    @discardableResult
    private func git(_ arguments: [String]) async throws -> String {
        let result = try await Child.run(
            "git", ["-c", "user.name=Alice", "-c", "user.email=alice@example.com"] + arguments, in: work)
        guard result.succeeded else { throw DemoError("git \(arguments.first ?? "") failed: \(result.errors)") }
        return result.output
    }
}
