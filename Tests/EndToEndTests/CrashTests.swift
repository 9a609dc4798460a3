import Foundation
import Support
import Testing

@Suite("Agents that die", .enabled(if: PrometheusServer.isInstalled))
struct CrashTests {
    /// How often agents are killed at random moments.
    private static let kills = Soak.count(25, soaking: 200)

    /// Hooks that end the agent behind a conversation at every moment of it in turn.
    ///
    /// For a fetch: before the objects are sent, and when the last of them has left. For a push: before the server has
    /// decided, with the push refused, and then by turns with it taken, or after it was taken; the same for the notes.
    private static func hooks(_ town: Town) throws {
        let killer = """
            agent=$(awk '{print $4}' /proc/$PPID/stat)
            deaths="\(town.folder.path)/deaths"
            die() {
              case $(cat /proc/$agent/comm) in headgate) kill -9 $agent; echo "$1" >> "$deaths";; esac
            }

            """
        let each = """
            while read old new ref; do
              case $ref in refs/heads/main|refs/notes/*) ;; *) continue;; esac
              case $(git log -1 --format=%an $new) in Headgate) ;; *) continue;; esac

            """
        try town.repository.hook(
            "pre-receive",
            killer + each + """
                key=$ref@$(echo $old | cut -c1-12)
                  if ! grep -q "refused $key" "$deaths"; then die "refused $key"; exit 1; fi
                  case $(grep -c "refused $ref" "$deaths") in *[13579]) die "taken $key";; esac
                done
                exit 0

                """)
        try town.repository.hook("post-receive", killer + each + "die \"after $ref@$new\"\ndone\nexit 0\n")
        let fetch = try town.folder.write(
            "pack-objects",
            "#!/bin/sh\n" + killer + """
                tip=$(git rev-parse refs/heads/main)
                if ! grep -q "fetching $tip" "$deaths"; then die "fetching $tip"; exit 1; fi
                if grep -q "fetched $tip" "$deaths"; then exec "$@"; fi
                "$@"
                code=$?
                die "fetched $tip"
                exit $code

                """, mode: 0o755)
        // Git takes this hook from a person's own configuration only.
        try town.folder.write(".gitconfig", "[uploadpack]\n\tpackObjectsHook = \(fetch)\n")
        try town.folder.write("deaths", "")
    }

    @Test(arguments: [1, 2])
    func `at every boundary of a fetch and a push: each stage happens once, and in order`(count: Int) async throws {
        try await Town.run { town in
            try Self.hooks(town)
            try town.release(Town.good)
            var agents: [Program] = []
            defer { for agent in agents { agent.end() } }
            for index in 0..<count { agents.append(try town.watcher("agent\(index)")) }
            try await town.until(action: "finish finish", within: 180) {
                for index in agents.indices where agents[index].hasEnded {
                    agents[index].end()
                    agents[index] = try town.watcher("agent\(index)")
                }
            }
            let deaths = Set(
                try String(contentsOfFile: town.folder["deaths"], encoding: .utf8).split(separator: "\n"))
            // One agent makes each push anew until it has died at all of its moments; of two, one may come between.
            #expect(count == 2 || deaths.count { $0.hasPrefix("refused refs/heads/main") } == 6)
            let pushes = ["refused", "taken", "after"].flatMap { ["\($0) refs/heads/main", "\($0) refs/notes/"] }
            for moment in pushes + ["fetching ", "fetched "] {
                #expect(deaths.contains { $0.hasPrefix(moment) }, "\(moment): \(deaths.sorted())")
            }
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
                    // It comes up at the committed weight, or at one that has been committed since.
                    try await town.until("the new cluster has the branch's weight") {
                        try await town.cluster().canaryWeight == town.committedWeight()
                    }
                } else if action == "finish finish", let last = releases.last {
                    releases.append("ghcr.io/acme/checkout:v2.4.\(releases.count + 1)")
                    try town.release(releases[releases.count - 1], over: last)
                    // The next look must not take the old release's end for the new one's.
                    try await town.until(action: "start start")
                }
            }
            try await town.until(action: "finish finish", within: 120)
            #expect(isRebuilt)
            let stages = Array(ReleaseTests.forward.dropFirst())
            try await town.expectSound(
                after: Array(repeating: stages, count: releases.count).flatMap(\.self), at: releases.last ?? "")
        }
    }
}

extension Town {
    /// The canary's share as the branch has it.
    fileprivate func committedWeight() throws -> Int? {
        let route = try repository.file(Self.manifests + "/httproute.yaml") ?? ""
        return route.matches(of: /weight: (\d+)/).last.flatMap { Int($0.1) }
    }

    /// The history is as if nothing had happened, and the cluster is what Git says.
    fileprivate func expectSound(after actions: [String], at image: String) async throws {
        #expect(try ledger().breaches(of: actions, folder: Self.manifests, in: repository) == [])
        try await until("the cluster is what Git says") {
            let world = try await cluster()
            return world.images(of: "checkout") == [image] && world.images(of: "checkout-canary").isEmpty
                && world.canaryWeight == 0 && world.pods.count == 4
        }
    }
}
