import Analysis
import Rollouts
import Testing

/// A line of history written as serials: `1 2 3 2` is a revert of 3; `-` has no state, `?` an unreadable one and `3b`
/// another state of the same number.
private func history(_ text: String, rollout: Bool = true) -> StateHistory {
    var commits: [CommitID: StateCommit] = [:]
    var tip: CommitID?
    for (index, word) in text.split(separator: " ").enumerated() {
        let id = CommitID(hex: "c\(index)")
        commits[id] = StateCommit(
            parents: tip.map { [$0] } ?? [], time: Timestamp(milliseconds: Int64(index) * 1000), value: value(word),
            hasRollout: rollout)
        tip = id
    }
    return StateHistory(tip: tip ?? CommitID(hex: "none"), commits: commits)
}

private func value(_ word: some StringProtocol) -> StateValue {
    switch word {
    case "-": .absent
    case "?": .unreadable
    default:
        .stated(serial: Int(word.prefix { $0.isNumber }) ?? 0, digest: Digest(of: String(word)))
    }
}

private func mark(_ text: String?) -> Mark? {
    guard let parts = text?.split(separator: "@"), parts.count == 2 else { return nil }
    return Mark(value(parts[0]), at: CommitID(hex: String(parts[1])))
}

@Suite("The serial rule")
struct SerialTableTests {
    @Test(arguments: [
        ("-", nil, "begin", 1),
        ("- 1 2 3", nil, "happened", 4),
        ("- 1 2 3", "3@c3", "happened", 4),
        ("- 1 2 3", "2@c2", "happened", 4),
        ("- 1 2 3 2", "3@c3", "reverted by c4", 4),
        ("- 1 2 3 2", "2@c2", "reverted by c4", 4),
        ("- 1 2 3 2", nil, "reverted by c4", 4),
        ("- 1 2 3 2 2 2", "3@c3", "reverted by c4", 4),
        ("- 1 2 3 2 3", "3@c3", "happened", 4),
        ("- 1 2 3 2 4", "3@c3", "happened", 5),
        ("- 1 2 3 -", "3@c3", "reverted by c4", 4),
        ("- 1 2 3 3b", "3@c3", "notours by c4", 4),
        ("- 1 2 3 3b", nil, "notours by c4", 4),
        ("- 1 2 3 ?", "3@c3", "notours by c4", 4),
        ("- 1 2 3 7", "3@c3", "notours by c4", 8),
        ("- 1 2 3 2b", "3@c3", "notours by c4", 4),
        ("- 1 2", "3@gone", "rewritten", 4),
        ("- 1 2 3", "3@gone", "happened", 4),
        ("- 1 2 3b", "3@gone", "rewritten", 4),
        ("5", "5@gone", "happened", 6),
    ])
    func `judges a line of history`(text: String, known: String?, expected: String, next: Int) {
        let finding = SerialRule.classify(history(text), mark: mark(known))
        let (word, culprit) = finding.verdict.words
        #expect(word + (culprit.map { " by \($0.hex)" } ?? "") == expected)
        #expect(finding.nextSerial == next)
    }

    @Test func `begins again where the Rollout went with the state`() {
        #expect(SerialRule.classify(history("1 2 3 -", rollout: false), mark: mark("3@c2")).verdict == .begin)
    }

    @Test func `goes on from a foreign state once somebody has adopted it`() {
        let line = history("- 1 2 9")
        let finding = SerialRule.classify(line, mark: mark("2@c2"))
        let adopted = finding.adopted(at: line.tip)
        let after = SerialRule.classify(line, mark: adopted)
        #expect(after.verdict == .happened)
        #expect(after.nextSerial == 10)
    }

    @Test func `says where the top state stands and raises the mark to the tip`() {
        let finding = SerialRule.classify(history("- 1 2 3 3"), mark: mark("2@c2"))
        #expect(finding.topCommit == CommitID(hex: "c4"))
        #expect(finding.mark == mark("3@c4"))
        let reverted = SerialRule.classify(history("- 1 2 3 2"), mark: mark("2@c2"))
        #expect(reverted.topCommit == CommitID(hex: "c3"))
        #expect(reverted.mark == mark("2@c2"))
    }

    @Test func `survives a serial that has no successor`() {
        let finding = SerialRule.classify(history("\(Int.max)"), mark: nil)
        #expect(finding.verdict == .happened)
    }
}

@Suite("A mark")
struct MarkTests {
    @Test(arguments: [
        ("3@a", "5@b", "5@b"), ("5@a", "3@b", "5@a"), ("5@a", "5@b", "5@b"), ("5@b", "5@a", "5@b"),
        ("5@x", "5b@y", "5@x"),
    ])
    func `merges by the larger serial, then by descent`(left: String, right: String, merged: String) throws {
        let (left, right) = (try #require(mark(left)), try #require(mark(right)))
        let result = left.merged(with: right) { $0.hex == "b" && $1.hex == "a" }
        #expect(result == mark(merged))
    }

    @Test func `is never lowered`() throws {
        let high = try #require(mark("5@a"))
        let low = try #require(mark("3@b"))
        #expect(high.raised(to: low) == high)
        #expect(low.raised(to: high) == high)
    }
}
