import FoundationEssentials
import Simulator

/// The course of the demo: ticks of the agent, one process each, while the person acts and the screen shows it.
struct Play: Sendable {
    let shop: Shop
    let server: SimulatorServer
    let prometheus: String
    let limit: Int

    func run(apiPort: UInt16) async throws {
        let api = "http://127.0.0.1:\(apiPort)"
        try Data(Kubeconfig.text(server: api, token: nil).utf8).write(to: URL(filePath: shop.kubeconfig))
        let store = try LocalPrometheus(program: prometheus, folder: shop.folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run(scraping: apiPort) }
            group.addTask { try await play(metrics: store.address) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// What has happened so far, as the next act depends on it.
    struct Course {
        var lines: [String] = []
        var reverted = false
        var stated = false
        var firstFailure: ContinuousClock.Instant?
        var trafficBack: ContinuousClock.Instant?
        var standings: [String: String] = [:]

        var isOver: Bool {
            standings[Shop.goodRelease.app] == "Stable" && stated
                && standings[Shop.badRelease.app]?.hasPrefix("RolledBack") == true
                && standings[Shop.stoppedRelease.app]?.hasPrefix("Held") == true
        }
    }

    private func play(metrics: String) async throws {
        let begin = ContinuousClock.now
        var course = Course()
        var screen = Screen()
        while ContinuousClock.now - begin < .seconds(limit) {
            let tick = try await tick(metrics)
            course.note(tick)
            try await act(&course)
            course.watch(await server.state)
            screen.draw(
                state: await server.state, standings: course.standings, lines: course.lines,
                elapsed: ContinuousClock.now - begin)
            if course.isOver { break }
            try await Task.sleep(for: .milliseconds(600))
        }
        try await end(course, after: ContinuousClock.now - begin)
    }

    private func tick(_ metrics: String) async throws -> String {
        let result = try await Child.run(
            shop.agent,
            [
                "run", "--repo", shop.repository, "--cache", shop.folder + "/cache", "--environment", "production",
                "--kubeconfig", shop.kubeconfig, "--prometheus", metrics,
            ], in: shop.folder)
        guard result.succeeded else { throw DemoError("the agent could not run: \(result.errors)") }
        return result.output
    }

    /// The person states three releases once everything is adopted, and reverts one stage when it is there.
    private func act(_ course: inout Course) async throws {
        let settled = course.standings.count == 3 && course.standings.values.allSatisfy { $0 == "Stable" }
        if !course.stated, settled {
            for release in [Shop.goodRelease, Shop.badRelease, Shop.stoppedRelease] {
                try await shop.state(release)
                course.say("Alice states \(release.app) \(release.new)")
            }
            course.stated = true
            course.standings = [:]
        }
        let stage = "\(Shop.stoppedRelease.app): canary 10% → 50%"
        if !course.reverted, course.lines.contains(where: { $0.contains(stage) }) {
            try await shop.revert(subject: stage)
            course.say("Alice reverts \"\(stage)\" with git revert")
            course.reverted = true
        }
    }

    private func end(_ course: Course, after time: Duration) async throws {
        print("\nWhat happened, as git has it:\n")
        print(try await shop.log("--graph", "--format=%h %an: %s"))
        print("\nOne of the stages, whole:\n")
        let stage = "\(Shop.goodRelease.app): canary 10% → 50%"
        print(try await shop.log("--max-count=1", "--fixed-strings", "--grep=\(stage)", "--stat=78"))
        print("\n\(Int(time.components.seconds)) seconds, one process of the agent per tick.")
        if let failed = course.firstFailure, let back = course.trafficBack {
            let seconds =
                Double((back - failed).components.attoseconds) / 1e18 + Double((back - failed).components.seconds)
            let tenths = Int((seconds * 10).rounded())
            print(
                "\(Shop.badRelease.app) \(Shop.badRelease.new): \(tenths / 10).\(tenths % 10) s from its first failed request to all traffic back on stable."
            )
        }
        guard course.isOver else { throw DemoError("the demo did not come to its end within \(limit) seconds") }
        print("Where to look: README.md, docs/tour.md, sample-repo/.headgate.")
    }
}

extension Play.Course {
    mutating func say(_ line: String) {
        lines.append(line)
    }

    /// Reads the agent's lines: a commit, or where a rollout stands.
    mutating func note(_ output: String) {
        for line in output.split(separator: "\n").map(String.init) {
            if line.hasPrefix("production/shop/") {
                let parts = line.dropFirst("production/shop/".count).split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                standings[String(parts[0])] = String(parts[1].drop { $0 == " " })
            } else if line.hasPrefix(" ") {
                // What a person could do about a standing; here nobody does.
                continue
            } else {
                say(line)
            }
        }
    }

    /// Measures from the first failed request of the bad release to the moment at which its route gives it nothing.
    mutating func watch(_ state: Value) {
        let image = Shop.badRelease.image
        let failed = (state["totals"]?.array ?? []).contains {
            $0["image"]?.string == image && ($0["failed"]?.integer ?? 0) > 0
        }
        if failed, firstFailure == nil { firstFailure = .now }
        guard firstFailure != nil, trafficBack == nil else { return }
        let weight = Screen.weight(of: Shop.badRelease.app, in: state)
        if weight == 0 { trafficBack = .now }
    }
}
