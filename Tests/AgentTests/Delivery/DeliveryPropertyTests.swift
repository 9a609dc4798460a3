import Agent
import Rollouts
import Support
import Testing

/// People and agents in any order: whatever they do, no stage happens twice and none without a merge by somebody.
@Suite("Pull requests, people and agents in any order")
struct DeliveryPropertyTests {
    @Test(arguments: 0..<Soak.count(3, soaking: 200))
    func `no stage comes twice or unseen, and everybody is told what is waited for`(_ seed: Int) async throws {
        let play = try await DeliveryPlay(seed: UInt64(seed))
        try await play.run(turns: 45)
        #expect(try await play.breaches() == [], "seed \(seed): \(play.diary)")
    }
}

/// One random play of people, agents and a forge.
final class DeliveryPlay {
    private let world: World
    private let forge: LocalForge
    private let agents: [Agent]
    private var random: SplitMix64
    /// What happened, for whoever has to understand a failure.
    private(set) var diary: [String] = []
    private var found: [String] = []
    /// The texts of states whose pull requests somebody has merged, or approved where the agent merges.
    private var agreed: Set<String> = []
    /// Commits of others on branches that nobody has deleted.
    private var foreign: [String: String] = [:]
    /// The numbers of what a person closed and nobody reopened, by branch.
    private var closed: [String: PullRequest.Number] = [:]
    private var image = World.v2
    private var turn = 0

    init(seed: UInt64) async throws {
        random = SplitMix64(seed: seed)
        let merges = random.oneIn(2) ? ", autoMerge: true, method: \(random.pick(["merge", "squash", "rebase"]))" : ""
        world = try World(delivery: "mode: pullRequest\(merges)")
        forge = try #require(world.forge)
        agents = [try world.agent("one"), try world.agent("two")]
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        // Once in a while the branch takes no push of the agent, so that what takes back and clears up is proposed, too.
        if random.oneIn(3) {
            diary.append("protected")
            try world.protect()
        }
    }

    func run(turns: Int) async throws {
        for _ in 0..<turns {
            try act()
            try await tick()
            check()
        }
    }

    // MARK: Agents

    private func tick() async throws {
        try await world.pass(.seconds(random.pick([1, 5, 20])))
        // Now and then an agent is killed between two steps.
        let calls = random.oneIn(4) ? Int.random(in: 0...8, using: &random) : nil
        forge.turn { $0.callsLeft = calls }
        defer { forge.turn { $0.callsLeft = nil } }
        if random.oneIn(12) { forge.turn { $0.afterOpen = Self.trespass } }
        if random.oneIn(3) {
            let agents = agents
            try await withThrowingTaskGroup(of: Void.self) { group in
                for agent in agents { group.addTask { _ = try await agent.tick() } }
                try await group.waitForAll()
            }
        } else {
            _ = try await random.pick(agents).tick()
        }
    }

    // MARK: People

    private func act() throws {
        turn += 1
        let open = forge.open
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<8: if let request = open.first { try merge(request) }
        case 8:
            guard let request = open.first else { break }
            diary.append("close \(request.branch)")
            forge.close(request.number, by: "bob")
            closed[request.branch] = request.number
        case 9, 10, 11:
            guard let request = forge.all.last(where: { $0.state == .closed }), forge.reopen(request.number) else {
                break
            }
            diary.append("reopen \(request.branch)")
            closed[request.branch] = nil
        case 12:
            guard let request = open.first else { break }
            diary.append("push to \(request.branch)")
            try forge.push(to: request.number, "NOTES-\(turn).md", "Notes.\n", by: "Eve")
            foreign[request.branch] = try world.repository.tip("refs/heads/\(request.branch)")
        case 13:
            guard let branch = foreign.keys.sorted().first, let request = forge.all.last(where: { $0.branch == branch })
            else { break }
            foreign[branch] = nil
            if random.oneIn(2), let mark = ProposalMark(in: request.body) {
                diary.append("restore \(branch)")
                try world.repository.git("update-ref", "refs/heads/\(branch)", mark.head.hex)
            } else {
                diary.append("delete \(branch)")
                if request.state == .open { closed[branch] = request.number }
                try forge.deleteBranch(of: request.number, by: "Eve")
            }
        case 14:
            guard let stage = try world.ledger().stages.last, stage.at?.serial ?? 0 > 1 else { break }
            diary.append("revert \(stage.subject)")
            try? revert(stage.id)
        case 15: if let request = open.first { forge.label(request.number, "headgate/hold") }
        case 16: for request in open { forge.unlabel(request.number) }
        case 17:
            guard random.oneIn(3), let request = open.first else { break }
            diary.append("label rollback \(request.branch)")
            forge.label(request.number, "headgate/rollback")
        case 18:
            guard random.oneIn(3) else { break }
            let next = image == World.v2 ? World.v3 : World.v2
            diary.append("release \(next)")
            try world.state(next, over: image)
            image = next
        case 19: try world.put(["README.md": "\(turn)\n"])
        case 21, 22:
            guard let request = open.first, let head = request.head,
                let text = try world.repository.file(World.state(), at: head.hex)
            else { break }
            diary.append("approve \(request.branch)")
            forge.approve(request.number, by: "ann")
            agreed.insert(text)
        case 23: if let request = open.first { forge.askForChanges(on: request.number, by: "carl") }
        case 20: try world.edit(World.manifest("httproute"), ["metadata:": "# \(turn)\nmetadata:"])
        default: break
        }
    }

    private func revert(_ commit: String) throws {
        let parents = try world.repository.git("rev-list", "--parents", "-1", commit).split(separator: " ").count - 1
        try world.repository.work(by: "Bob", at: world.seconds) { git in
            let outcome = try git.attempt(
                ["revert", "--no-edit"] + (parents > 1 ? ["-m", "1"] : []) + [commit])
            if outcome.status != 0 { try git("revert", "--abort") }
        }
    }

    private func merge(_ request: PullRequest) throws {
        guard let head = request.head, let text = try world.repository.file(World.state(), at: head.hex) else { return }
        let method = random.pick(PullRequestMerge.Method.allCases)
        guard forge.press(merge: request.number, by: method) else { return }
        diary.append("merge \(request.branch) by \(method)")
        agreed.insert(text)
    }

    /// Somebody pushes to a branch as soon as its pull request is open.
    private static let trespass: @Sendable (RemoteRepository, String) throws -> Void = { repository, branch in
        let git = repository.git.by("Eve")
        let commit = try git(
            "commit-tree", "refs/heads/\(branch)^{tree}", "-p", "refs/heads/\(branch)", "-m", "Mine")
        try git("update-ref", "refs/heads/\(branch)", commit)
    }

    // MARK: What must hold

    private func check() {
        let open = forge.open
        if Set(open.map(\.branch)).count != open.count { found.append("two pull requests of one branch") }
        for (branch, commit) in foreign where (try? world.repository.tip("refs/heads/\(branch)")) != commit {
            found.append("the agent touched \(branch), which has commits of others")
        }
        for (branch, number) in closed where open.contains(where: { $0.branch == branch && $0.number > number }) {
            found.append("\(branch) was proposed again after it had been closed")
        }
    }

    func breaches() async throws -> [String] {
        for request in forge.open { forge.unlabel(request.number) }
        var line = ""
        // A tick that commits says no more than that it goes on.
        for turn in 0..<20 where turn < 6 || line == "Progressing" {
            line = try await world.step(.seconds(5), agents[0]).rollouts.first?.line ?? ""
        }
        if line.isEmpty || line == "Progressing" || line == "unknown" { found.append("nothing is said: \(line)") }
        if let address = line.firstMatch(of: /for people to merge (\S+)/)?.1,
            !forge.open.contains(where: { $0.url == address })
        {
            found.append("\(line), which is not open")
        }
        diary.append(line)
        found += forge.trespasses
        var top = 0
        for stage in try world.ledger().stages {
            guard let at = stage.at, at.serial > top else { continue }
            if at.serial != top + 1 { found.append("\(at) has the serial \(at.serial) after \(top)") }
            top = at.serial
            let isAdvance = ["start", "advance", "promote"].contains(at.action)
            let text = try world.repository.file(World.state(), at: stage.id) ?? ""
            if isAdvance, !agreed.contains(text) { found.append("\(at) came without anybody's consent") }
        }
        try world.repository.pull()
        return found + (try await world.audit())
    }
}
