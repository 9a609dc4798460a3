import Agent
import Git
import Rollouts
import Support
import Testing

@Suite("One walk for all rollouts")
struct SharedWalkTests {
    private static let names = ["catalog", "checkout", "payments"]

    /// Three rollouts at different points of a history with merges in it.
    private static func history() async throws -> World {
        let world = try World(names)
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        try world.edit(World.rollout("payments"), ["v5.0.3": "v5.1.0"], "Release payments")
        try await world.run(until: "advance weight-50")
        try world.repository.work(at: world.seconds) { git in
            try git("checkout", "--quiet", "-b", "side", "HEAD~2")
            try world.repository.folder.write("person/notes.md", "Beside\n")
            try git("add", "--all")
            try git("commit", "--quiet", "--message", "Beside")
            try git("checkout", "--quiet", "main")
            try git("merge", "--quiet", "--no-ff", "--message", "Merge", "side")
        }
        _ = try await world.step()
        try world.revert([try #require(try world.ledger("checkout").stages.last).id])
        return world
    }

    @Test func `says of each what a walk of its own says, with marks and without`() async throws {
        let world = try await Self.history()
        let repository = try Repository(
            mirroring: world.repository.remote, in: world.repository.folder["walk.git"])
        let notes = try #require(ReferenceName.notes("headgate/production"))
        let branch = try #require(ReferenceName.branch("main"))
        let references = try await repository.fetch([branch, notes])
        let tip = try #require(references[branch])
        var book = try #require(NoteBook(environment: "production", repository: repository))
        book.open(at: references[notes])
        var inquiries: [BranchHistory.Inquiry] = []
        for name in Self.names {
            let id = RolloutID(environment: "production", namespace: "shop", name: name)
            inquiries.append(.init(id, mark: await book.mark(of: id)))
        }
        #expect(inquiries.allSatisfy { $0.mark != nil })
        var shared = try await BranchHistory(of: inquiries, from: tip, in: repository)
        var kinds: Set<String> = []
        for inquiry in inquiries {
            var alone = try await BranchHistory(of: [inquiry], from: tip, in: repository)
            let unmarked = BranchHistory.Inquiry(inquiry.id, mark: nil)
            var blind = try await BranchHistory(of: [unmarked], from: tip, in: repository)
            let finding = try await shared.finding(for: inquiry)
            #expect(finding == (try await alone.finding(for: inquiry)))
            #expect(finding.history == (try await blind.finding(for: unmarked)).history)
            kinds.insert("\(finding.history)".prefix { $0.isLetter }.description)
        }
        #expect(kinds == ["happened", "reverted"])
    }
}
