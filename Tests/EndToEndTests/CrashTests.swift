import Foundation
import Support
import Testing

@Suite("Agents that die", .enabled(if: PrometheusServer.isInstalled))
struct CrashTests {
    /// How often agents are killed at random moments; `HEADGATE_SOAK=200` is the long run.
    private static let kills = ProcessInfo.processInfo.environment["HEADGATE_SOAK"].flatMap { Int($0) } ?? 25

    /// A hook that ends the agent behind the push at every moment of it in turn: before the server has decided, with the
    /// push refused and with it taken, and after it was taken; the same for the notes.
    private static func hooks(_ town: Town) throws {
        let killer = """
            agent=$(awk '{print $4}' /proc/$PPID/stat)
            deaths="\(town.folder.path)/deaths"
            die() {
              case $(cat /proc/$agent/comm) in headgate*) kill -9 $agent; echo "$1" >> "$deaths";; esac
            }
            while read old new ref; do
              case $ref in refs/heads/main|refs/notes/*) ;; *) continue;; esac
              case $(git log -1 --format=%an $new) in Headgate) ;; *) continue;; esac

            """
        try town.repository.hook(
            "pre-receive",
            killer + """
                key=$ref@$(echo $old | cut -c1-12)
                  if ! grep -q "refused $key" "$deaths"; then die "refused $key"; exit 1; fi
                  if ! grep -q "taken $key" "$deaths"; then die "taken $key"; fi
                done
                exit 0

                """)
        try town.repository.hook("post-receive", killer + "die \"after $ref@$new\"\ndone\nexit 0\n")
        try town.folder.write("deaths", "")
    }

    @Test func `at every boundary of a push: each stage happens once, and in order`() async throws {
        try await Town.run { town in
            try Self.hooks(town)
            try town.release(Town.good)
            var agent = try town.watcher()
            defer { agent.end() }
            try await town.until(action: "finish finish", within: 120) {
                guard agent.hasEnded else { return }
                agent.end()
                agent = try town.watcher()
            }
            let deaths = try String(contentsOfFile: town.folder["deaths"], encoding: .utf8).split(separator: "\n")
            #expect(deaths.count { $0.hasPrefix("refused refs/heads/main") } == 6)
            #expect(deaths.count { $0.hasPrefix("taken refs/heads/main") } == 6)
            #expect(deaths.contains { $0.hasPrefix("taken refs/notes/") })
            try await town.expectSound(after: Array(ReleaseTests.forward.dropFirst()), at: Town.good)
        }
    }

    @Test func `at random moments, two at once, and the cluster made anew on the way`() async throws {
        try await Town.run { town in
            try town.release(Town.good)
            var random = SplitMix64(seed: UInt64(Self.kills))
            var agents: [Program] = []
            defer { for agent in agents { agent.end() } }
            for index in 0..<2 { agents.append(try town.watcher("agent\(index)")) }
            var releases = [Town.good]
            var isRebuilt = false
            for _ in 0..<Self.kills {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<900, using: &random)))
                let index = Int.random(in: 0..<2, using: &random)
                agents[index].end()
                agents[index] = try town.watcher("agent\(index)")
                let action = try town.lastAction()
                if !isRebuilt, action == "advance weight-50" {
                    isRebuilt = true
                    try await town.call("rebuild", "")
                } else if action == "finish finish", let last = releases.last {
                    releases.append("ghcr.io/acme/checkout:v2.4.\(releases.count + 1)")
                    try town.release(releases[releases.count - 1], over: last)
                    // The next look must not take the old release's end for the new one's.
                    try await town.until(action: "start start")
                }
            }
            try await town.until(action: "finish finish", within: 120)
            let stages = Array(ReleaseTests.forward.dropFirst())
            try await town.expectSound(
                after: Array(repeating: stages, count: releases.count).flatMap(\.self), at: releases.last ?? "")
        }
    }
}

extension Town {
    /// The history is as if nothing had happened, and the cluster is what Git says.
    fileprivate func expectSound(after actions: [String], at image: String) async throws {
        #expect(try ledger().breaches(of: actions, folder: Self.manifests, in: repository) == [])
        try await until("the cluster is what Git says") {
            let world = try await cluster()
            return world.images(of: "checkout") == [image] && world.images(of: "checkout-canary").isEmpty
                && world.canaryWeight == 0
        }
    }
}
