import Analysis
import Rollouts
import Support
import Testing

/// People and the agent on one branch, in memory; knows of each commit what it did, without looking at the graph.
private struct Branch {
    private(set) var commits: [CommitID: StateCommit] = [:]
    private(set) var tip = CommitID(hex: "0")
    private var clock: Int64 = 0
    private var numbers = 0
    /// The states of the agent's own making that main has had, in order.
    private(set) var made: [StateValue] = []
    private(set) var mark: Mark?
    /// The agent's states that people took back and nobody restored: the tip must not be taken for happened.
    private(set) var isTakenBack = false
    /// A branch that somebody works on, and whether it has what main had when it began.
    private var side: CommitID?

    init() { add(.absent, on: []) }

    var value: StateValue { commits[tip]?.value ?? .absent }
    var history: StateHistory { StateHistory(tip: tip, commits: commits) }

    private mutating func store(_ value: StateValue, on parents: [CommitID]) -> CommitID {
        numbers += 1
        // Several commits share a second, as they do in life.
        clock += Int64(numbers % 3 == 0 ? 1000 : 0)
        let id = CommitID(hex: String(numbers))
        commits[id] = StateCommit(
            parents: parents, time: Timestamp(milliseconds: clock), value: value, hasRollout: true)
        return id
    }

    private mutating func add(_ value: StateValue, on parents: [CommitID]) { tip = store(value, on: parents) }

    /// One step of the agent; `marking` is false when it is killed before the mark.
    mutating func advance(_ serial: Int, marking: Bool) {
        let state = StateValue.stated(serial: serial, digest: Digest(of: "\(made.count)"))
        made.append(state)
        add(state, on: [tip])
        isTakenBack = false
        if marking { mark = Mark(state, at: tip) }
    }

    mutating func unrelated() { add(value, on: [tip]) }

    /// Somebody takes back the newest `count` states of the agent in one commit.
    mutating func revert(_ count: Int) {
        guard !isTakenBack, made.count >= count else { return }
        let earlier = made.count - count - 1
        add(earlier < 0 ? .absent : made[earlier], on: [tip])
        isTakenBack = true
    }

    /// Somebody reverts the revert.
    mutating func restore() {
        guard isTakenBack, let last = made.last else { return }
        add(last, on: [tip])
        isTakenBack = false
    }

    mutating func fork() { side = store(value, on: [tip]) }

    mutating func workAside() {
        guard let side, let value = commits[side]?.value else { return }
        self.side = store(value, on: [side])
    }

    /// Brings main into the side branch; where only main changed the state since, its state wins, as in git.
    mutating func pull() {
        guard let side else { return }
        self.side = store(value, on: [side, tip])
    }

    /// The side branch becomes main, with main as first or second parent.
    mutating func merge(foxtrot: Bool) {
        guard let side else { return }
        add(value, on: foxtrot ? [side, tip] : [tip, side])
        self.side = nil
    }

    mutating func rewriteIDs() {
        let renamed = Dictionary(uniqueKeysWithValues: commits.keys.map { ($0, CommitID(hex: $0.hex + "r")) })
        var rewritten: [CommitID: StateCommit] = [:]
        for (id, commit) in commits {
            guard let new = renamed[id] else { continue }
            rewritten[new] = StateCommit(
                parents: commit.parents.compactMap { renamed[$0] }, time: commit.time, value: commit.value,
                hasRollout: commit.hasRollout)
        }
        commits = rewritten
        tip = renamed[tip] ?? tip
        side = side.flatMap { renamed[$0] }
    }

    mutating func raise(to mark: Mark?) { self.mark = mark }
}

@Suite("The serial rule on random interleavings")
struct SerialInterleavingTests {
    @Test(arguments: 0..<40)
    func `never takes a state that was taken back for happened, nor holds one that stands`(block: Int) {
        let count = Soak.count(25, soaking: 2500)
        for seed in block * count..<(block + 1) * count { play(seed) }
    }

    private func play(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var branch = Branch()
        var log: [String] = []
        for _ in 0..<14 {
            act(on: &branch, &random, &log)
            let finding = SerialRule.classify(branch.history, mark: branch.mark)
            let stands =
                switch finding.verdict {
                case .happened, .begin: true
                case .reverted, .rewritten, .notOurs: false
                }
            guard stands != branch.isTakenBack else {
                Issue.record("seed \(seed): \(finding.verdict) after \(log)")
                return
            }
            if branch.isTakenBack { #expect(finding.verdict.words.0 == "reverted", "seed \(seed): \(log)") }
            let highest = branch.made.compactMap(\.serial).max() ?? 0
            #expect(finding.nextSerial > highest, "seed \(seed): \(log)")
        }
    }

    private func act(on branch: inout Branch, _ random: inout SplitMix64, _ log: inout [String]) {
        let choice = Int.random(in: 0..<16, using: &random)
        switch choice {
        case 0...4:
            // The agent goes on, or after a revert somebody let it.
            let finding = SerialRule.classify(branch.history, mark: branch.mark)
            let marking = Bool.random(using: &random)
            branch.advance(finding.nextSerial, marking: marking)
            log.append("advance \(finding.nextSerial)\(marking ? "" : " unmarked")")
        case 5, 6:
            branch.unrelated()
            log.append("unrelated")
        case 7, 8:
            let count = Int.random(in: 1...3, using: &random)
            branch.revert(count)
            log.append("revert \(count)")
        case 9:
            branch.restore()
            log.append("restore")
        case 10:
            branch.fork()
            log.append("fork")
        case 11:
            branch.workAside()
            log.append("aside")
        case 12:
            branch.pull()
            log.append("pull")
        case 13:
            let foxtrot = Bool.random(using: &random)
            branch.merge(foxtrot: foxtrot)
            log.append(foxtrot ? "foxtrot" : "merge")
        case 14:
            branch.rewriteIDs()
            log.append("rewrite ids")
        default:
            let finding = SerialRule.classify(branch.history, mark: branch.mark)
            branch.raise(to: finding.mark)
            log.append("mark \(finding.mark?.serial ?? 0)")
        }
    }
}
