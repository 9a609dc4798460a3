internal import Analysis
package import Git
package import Rollouts

/// Where one rollout's state and document lie in the tree.
package struct StateFile: Hashable, Sendable {
    package let state: String
    package let document: String
}

/// What the branch's history says of one rollout's state.
package struct BranchFinding: Equatable, Sendable {
    package let history: History
    package let nextSerial: Int
    /// What the branch has had and the tip has not, where the tip was reverted.
    package let taken: RolloutState?
    /// The commit that brought the tip's state.
    package let stageCommit: Observation.StageCommit?
    /// What the mark may be raised to.
    package let mark: Mark?
    /// What the mark becomes when a person accepts a state that is not ours.
    package let accepted: Mark?
}

/// Walks the history of state files; one walk answers for a rollout from the mark to the tip, and the whole history is
/// read only where that does not show that the tip's state has happened.
package struct BranchHistory {
    let repository: Repository
    let tip: Git.CommitID
    /// What a blob says of the state, by its id.
    private var readings: [String: StateReader.Reading] = [:]

    package init(repository: Repository, tip: Git.CommitID) {
        self.repository = repository
        self.tip = tip
    }

    package mutating func finding(for file: StateFile, mark: Mark?) async throws(GitError) -> BranchFinding {
        let stop = mark.flatMap { Git.CommitID(hex: $0.commit.hex) }
        if let stop, await repository.isAncestor(stop, of: tip) {
            let history = try await load(file, until: stop)
            let finding = SerialRule.classify(history.graph, mark: mark)
            if case .happened = finding.verdict { return try await describe(finding, history, file) }
        }
        let history = try await load(file, until: nil)
        return try await describe(SerialRule.classify(history.graph, mark: mark), history, file)
    }

    private struct Loaded {
        var graph: StateHistory
        var revisions: [Git.CommitID: PathRevision]
    }

    private mutating func load(_ file: StateFile, until stop: Git.CommitID?) async throws(GitError) -> Loaded {
        let paths = [file.state, file.document]
        let walked = try await repository.history(of: paths, from: tip, until: stop.map { [$0] } ?? [])
        var revisions = Dictionary(uniqueKeysWithValues: walked.map { ($0.id, $0) })
        // Where the walk stops the values still count: they tell what the first commits of the walk changed.
        let edge = Set(walked.flatMap(\.parents) + [stop ?? tip, tip]).filter { revisions[$0] == nil }
        for id in edge { revisions[id] = try await repository.revision(id, of: paths) }
        var commits: [Rollouts.CommitID: StateCommit] = [:]
        for (id, revision) in revisions {
            let reading = try await reading(revision.blobs[file.state], file.state)
            commits[id.domain] = StateCommit(
                parents: edge.contains(id) ? [] : revision.parents.map(\.domain),
                time: Timestamp(seconds: Double(revision.time)), value: reading.value,
                hasRollout: revision.blobs[file.document] != nil)
        }
        return Loaded(graph: StateHistory(tip: tip.domain, commits: commits), revisions: revisions)
    }

    private mutating func reading(_ blob: BlobID?, _ path: String) async throws(GitError) -> StateReader.Reading {
        guard let blob else { return .absent }
        if let known = readings[blob.hex] { return known }
        let reading = StateReader.read(try await repository.blob(blob), file: path)
        readings[blob.hex] = reading
        return reading
    }

    private mutating func describe(
        _ finding: SerialFinding, _ loaded: Loaded, _ file: StateFile
    ) async throws(GitError) -> BranchFinding {
        var taken: RolloutState?
        if case .reverted = finding.verdict, let top = finding.topCommit.flatMap({ Git.CommitID(hex: $0.hex) }) {
            taken = try await reading(loaded.revisions[top]?.blobs[file.state], file.state).state
        }
        return BranchFinding(
            history: try await history(finding.verdict), nextSerial: finding.nextSerial, taken: taken,
            stageCommit: stageCommit(loaded, file), mark: finding.mark, accepted: finding.adopted(at: tip.domain))
    }

    private func history(_ verdict: SerialFinding.Verdict) async throws(GitError) -> History {
        switch verdict {
        case .begin: .begin
        case .happened: .happened
        case .rewritten: .rewritten
        case .reverted(let commit): .reverted(by: try await culprit(commit))
        case .notOurs(let commit): .notOurs(by: try await culprit(commit))
        }
    }

    private func culprit(_ commit: Rollouts.CommitID) async throws(GitError) -> History.Culprit {
        guard let id = Git.CommitID(hex: commit.hex) else { return .init(commit: commit, author: "somebody") }
        return .init(commit: commit, author: CommitMessage.oneLine(try await repository.commit(id).author.name))
    }

    /// Follows parents with the tip's value, the first such parent at each commit, to the commit that brought it.
    private func stageCommit(_ loaded: Loaded, _ file: StateFile) -> Observation.StageCommit? {
        var id = tip
        guard let blob = loaded.revisions[tip]?.blobs[file.state], let value = readings[blob.hex]?.value else {
            return nil
        }
        while let revision = loaded.revisions[id] {
            let next = revision.parents.first { parent in
                loaded.revisions[parent]?.blobs[file.state].flatMap { readings[$0.hex]?.value } == value
            }
            guard let next else { return .init(id: id.domain, arrived: Timestamp(seconds: Double(revision.time))) }
            id = next
        }
        return nil
    }
}

extension Git.CommitID {
    /// The same id in the vocabulary of the core.
    package var domain: Rollouts.CommitID { Rollouts.CommitID(hex: hex) }
}
