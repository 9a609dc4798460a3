import Agent
import Foundation
import Git
import Manifests
import Policies
import Rollouts
import Support

/// What people do before anything is merged.
extension World {
    /// A world in which nothing is delivered.
    static func adopted() async throws -> World {
        let world = try World()
        try await world.run(until: "adopt finish")
        return world
    }

    /// Commits a change on a branch of its own and says what would follow its merge.
    func review(
        against base: String = "origin/main", _ change: (_ git: GitCommand, _ folder: TemporaryFolder) throws -> Void
    ) async throws -> ChangeReview {
        try repository.pull()
        try repository.person("checkout", "--quiet", "-B", "change")
        try change(repository.person, repository.folder)
        try repository.person("add", "--all")
        try repository.person("commit", "--quiet", "--allow-empty", "--message", "Propose")
        return try await review(of: "HEAD", against: base)
    }

    /// The same with replacements in files.
    func review(
        against base: String = "origin/main", editing edits: [(file: String, old: String, new: String)]
    ) async throws -> ChangeReview {
        try await review(against: base) { _, folder in
            for edit in edits { try Self.replace(edit.old, with: edit.new, in: edit.file, folder) }
        }
    }

    func review(of revision: String, against base: String) async throws -> ChangeReview {
        try await ChangeCheck(in: try people, shipped: Bakery.shipped).review(at: revision, against: base)
    }

    /// The findings on a range of the branch as one line each, without the commits' ids.
    func audit(
        _ range: String = String(repeating: "0", count: 40) + "..HEAD", bot: BotIdentity = BotIdentity()
    ) async throws -> [String] {
        try await RangeAudit(in: try people, shipped: Bakery.shipped, bot: bot).report(on: range).findings.map(
            \.message)
    }

    private var people: Repository { get throws { try Repository(reading: repository.folder["person"]) } }

    static func replace(_ old: String, with new: String, in file: String, _ folder: TemporaryFolder) throws {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder["person/" + file])), as: UTF8.self)
        guard text.contains(old) else { throw Program.Failure(description: "\(file) has no \"\(old)\":\n\(text)") }
        try folder.write("person/" + file, text.replacing(old, with: new))
    }
}

extension ChangeReview {
    /// Each finding as an editor shows it.
    var lines: [String] { findings.map(\.line) }

    func rollout(_ name: String = "checkout") -> RolloutChange? { rollouts.first { $0.id.name == name } }
}

extension RolloutChange {
    /// The commits to come, as a ledger has those that are made.
    var actions: [String] { (quickest?.commits ?? []).map { "\($0.action.rawValue) \($0.stage)" } }

    /// What is applied at merge: how far it reaches, where, and from what to what.
    var places: [String] {
        manifests.map { place in
            "\(place.reach.rawValue) \(place.file):\(place.line) \(place.field) \(place.former ?? "-") → \(place.present ?? "-")"
        }
    }
}
