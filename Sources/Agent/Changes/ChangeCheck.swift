package import Git
package import Manifests
internal import Rollouts

/// Says of a change that somebody proposes what the agent does when it is merged: from the repository alone, without a
/// cluster and without a network.
package struct ChangeCheck: Sendable {
    let repository: Repository
    let shipped: DocumentReader.ShippedPolicies
    let providers: ProviderCheck
    /// Whose commits are the agent's.
    let bot: BotIdentity

    package init(
        in repository: Repository, shipped: DocumentReader.ShippedPolicies, providers: ProviderCheck = .none,
        bot: BotIdentity = BotIdentity()
    ) {
        (self.repository, self.shipped, self.providers, self.bot) = (repository, shipped, providers, bot)
    }

    /// - Parameters:
    ///   - files: of a work tree at `revision`; nil for what that commit has.
    ///   - base: the branch that the change is to be merged into: a branch, a tag or a commit.
    /// - Throws: `RevisionRefusal` where one of the two or their common history is not there, `GitError`.
    package func review(
        _ files: Manifests.Tree? = nil, at revision: String = "HEAD", against base: String
    ) async throws -> ChangeReview {
        let isShallow = await repository.isShallow
        let tip = try await commit(base, isShallow)
        let head = try await commit(revision, isShallow)
        guard let fork = await repository.commonAncestor(of: [tip, head]) else {
            throw RevisionRefusal.history(
                "\(revision) and \(base) have no commit in common", isShallow: isShallow,
                hint: "name the branch that the change is to be merged into")
        }
        var loader = SnapshotLoader()
        let branch = try await loader.load(tip, from: repository).tree
        let past = fork == tip ? branch : try await loader.load(fork, from: repository).tree
        let change = if let files { files } else { try await loader.load(head, from: repository).tree }
        let merged = MergedTree(change, into: branch, from: past)
        let sides = ChangeSides(
            before: Checkup(of: branch, shipped: shipped, providers: providers), branch: branch,
            after: Checkup(of: merged.tree, shipped: shipped, providers: providers), merged: merged.tree,
            shipped: shipped)
        var edits = StateEdits(sides, tip: tip, head: head, in: repository)
        try await edits.read(isShallow: isShallow, agents: try await agentsOwn(files, fork, head))
        let pasts = try await pasts(of: sides, edits, from: tip, &loader)
        var review = ChangeReview(base: base, tip: tip.domain)
        review.conflicts = merged.conflicts
        review.rollouts = sides.changes(edits, pasts)
        review.promotions = sides.promotions
        let touched = Set(sides.touched)
        let (own, known) = sides.findings(touched)
        review.known = known
        let places = Set(own.map { "\($0.diagnostic.file):\($0.diagnostic.line)" })
        for index in review.rollouts.indices {
            // What the files alone say of such a place is said already.
            review.rollouts[index].trespasses.removeAll { places.contains("\($0.file):\($0.line)") }
        }
        review.findings =
            (own.filter { !edits.files.contains($0.diagnostic.file) } + edits.findings
            + review.rollouts.flatMap(\.findings) + review.promotions.flatMap(\.findings))
            .sorted { ($0.diagnostic.file, $0.diagnostic.line) < ($1.diagnostic.file, $1.diagnostic.line) }
        return review
    }

    private func commit(_ revision: String, _ isShallow: Bool) async throws -> Git.CommitID {
        do {
            return try await repository.resolve(revision)
        } catch {
            throw RevisionRefusal.history(
                "there is no revision \(CommitMessage.oneLine(revision)) here", cause: error.message,
                isShallow: isShallow,
                hint: "name a branch, a tag or a commit; a branch of the server is origin/NAME once it is fetched")
        }
    }

    /// The state files of the change as far as the agent's own commits brought them, each verified.
    private func agentsOwn(
        _ files: Manifests.Tree?, _ fork: Git.CommitID, _ head: Git.CommitID
    ) async throws -> [String: [UInt8]] {
        guard fork != head else { return [:] }
        let audit = RangeAudit(in: repository, shipped: shipped, bot: bot)
        return try await audit.states(from: fork, to: head)
    }

    /// What the branch's history says of rollouts that move: since when their manifests count as edited.
    private func pasts(
        of sides: ChangeSides, _ edits: StateEdits, from tip: Git.CommitID, _ loader: inout SnapshotLoader
    ) async throws -> [RolloutID: ChangeSides.Past] {
        let moving = sides.moving.filter { edits.edit(of: $0) == nil }
        guard !moving.isEmpty else { return [:] }
        var pasts: [RolloutID: ChangeSides.Past] = [:]
        let inquiries = moving.map { BranchHistory.Inquiry($0, mark: nil) }
        // Without its history a rollout counts as if nothing had ever been taken back.
        guard var history = try? await BranchHistory(of: inquiries, from: tip, in: repository) else { return [:] }
        for inquiry in inquiries {
            guard let finding = try? await history.finding(for: inquiry) else { continue }
            var past = ChangeSides.Past(history: finding.history, taken: finding.taken)
            if let id = finding.stageCommit.flatMap({ Git.CommitID(hex: $0.id.hex) }) {
                past.stage = try await loader.load(id, from: repository).tree
            }
            pasts[inquiry.id] = past
        }
        return pasts
    }
}
