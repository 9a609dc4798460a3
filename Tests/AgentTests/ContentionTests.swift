import Agent
import Git
import Support
import Testing

@Suite("Several agents")
struct ContentionTests {
    @Test func `that tick at the same moment make every stage once, and in order`() async throws {
        let world = try World()
        let agents = [try world.agent("one"), try world.agent("two"), try world.agent("three")]
        try world.state(World.v2)
        for _ in 0..<80 {
            try await world.pass(.seconds(5))
            let reports = try await withThrowingTaskGroup(of: TickReport.self) { group in
                for agent in agents { group.addTask { try await agent.tick() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(
                reports.allSatisfy { !$0.rollouts[0].line.hasPrefix("Held") }, "\(reports.map { $0.rollouts[0].line })")
            if reports.contains(where: { $0.rollouts[0].done == "finish finish" }) { break }
        }
        let expected = Array(RolloutTests.forward.dropFirst())
        let breaches = try world.ledger().breaches(
            of: expected, folder: "environments/production/checkout", in: world.repository)
        #expect(breaches == [])
    }

    @Test func `that take turns, with caches that are lost, go on where the other was`() async throws {
        let world = try World()
        try world.state(World.v2)
        for turn in 0..<80 {
            let report = try await world.step(.seconds(5), try world.agent("turn-\(turn)"))
            if report.rollouts[0].done == "finish finish" { break }
        }
        #expect(try world.actions() == Array(RolloutTests.forward.dropFirst()))
    }

    @Test func `people who push at every tick delay nothing for long`() async throws {
        let world = try World()
        try world.repository.hook(
            "pre-receive",
            """
            while read old new ref; do
              if [ "$ref" = refs/heads/main ] && [ "$(git log -1 --format=%an $new)" = Headgate ] && [ -e yield ]; then
                rm yield
                unset GIT_QUARANTINE_PATH
                tree=$(git rev-parse $old^{tree})
                commit=$(GIT_AUTHOR_NAME=Eve GIT_AUTHOR_EMAIL=e@x GIT_COMMITTER_NAME=Eve GIT_COMMITTER_EMAIL=e@x \\
                  GIT_OBJECT_DIRECTORY=$PWD/objects git commit-tree -p $old -m 'In between' $tree)
                git update-ref refs/heads/main $commit
              fi
            done
            """)
        try world.state(World.v2)
        for _ in 0..<60 {
            try world.repository.git("config", "receive.denyCurrentBranch", "ignore")
            _ = try Program.run("touch", [world.repository.path + "/yield"])
            let report = try await world.step()
            if report.rollouts[0].done == "finish finish" { break }
        }
        let ledger = try world.ledger()
        #expect(ledger.actions == Array(RolloutTests.forward.dropFirst()))
        #expect(ledger.entries.count { $0.author == "Eve" } >= 6)
    }
}
