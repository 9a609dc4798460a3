internal import Analysis
package import Git
internal import Manifests
package import Rollouts

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
    /// How many commits were looked at for this rollout.
    package let walked: Int
    /// What the mark becomes when a person accepts a state that is not ours.
    package let accepted: Mark?
}

/// Walks the history of state files.
///
/// One walk serves all rollouts: from the tip to what all of their marks have in common; the whole history is read only
/// where that does not show that a tip's state has happened.
package struct BranchHistory {
    /// A rollout, and the mark that it has.
    package struct Inquiry: Hashable, Sendable {
        package let id: RolloutID
        package let mark: Mark?

        package init(_ id: RolloutID, mark: Mark?) {
            self.id = id
            self.mark = mark
        }
    }

    private let repository: Repository
    private let tip: Git.CommitID
    private let paths: [String]
    private var recent: BranchWalk?
    private var whole: BranchWalk?
    /// What a blob says of the state, by its id.
    private var readings: [String: StateReader.Reading] = [:]

    /// Walks as far back as the marks of `inquiries` ask for.
    package init(
        of inquiries: [Inquiry], from tip: Git.CommitID, in repository: Repository
    ) async throws(GitError) {
        self.repository = repository
        self.tip = tip
        paths = inquiries.map(\.id.statePath)
        let stops = inquiries.compactMap(\.mark).compactMap { Git.CommitID(hex: $0.commit.hex) }
        var known: [Git.CommitID] = []
        for stop in Set(stops) where await repository.hasCommit(stop) { known.append(stop) }
        guard !known.isEmpty, let common = await repository.commonAncestor(of: [tip] + known) else { return }
        recent = try await walk(until: common)
    }

    package mutating func finding(for inquiry: Inquiry) async throws(GitError) -> BranchFinding {
        if let stop = inquiry.mark.flatMap({ Git.CommitID(hex: $0.commit.hex) }), let recent,
            recent.revisions[stop] != nil
        {
            let history = try await load(inquiry.id, from: recent, until: stop)
            let finding = SerialRule.classify(history.graph, mark: inquiry.mark)
            if case .happened = finding.verdict { return try await describe(finding, history, inquiry.id) }
        }
        let all = if let whole { whole } else { try await walk(until: nil) }
        whole = all
        var history = try await load(inquiry.id, from: all, until: nil)
        var finding = SerialRule.classify(history.graph, mark: inquiry.mark)
        if let culprit = finding.culprit, finding.value == .absent, try await !states(inquiry.id, at: culprit) {
            history.graph = history.graph.withoutRollout(at: culprit)
            finding = SerialRule.classify(history.graph, mark: inquiry.mark)
        }
        return try await describe(finding, history, inquiry.id)
    }

    /// Whether a commit's tree states the Rollout, in whichever file; one that cannot be read may state it.
    private func states(_ id: RolloutID, at commit: Rollouts.CommitID) async throws(GitError) -> Bool {
        guard let commit = Git.CommitID(hex: commit.hex) else { return true }
        var files: [String: String] = [:]
        for entry in try await repository.entries(at: commit)
        where entry.path.hasPrefix(".headgate/") && Tree.wants(entry.path) {
            guard let bytes = try? await repository.blob(entry.id, limit: Tree.sizeLimit) else { return true }
            files[entry.path] = String(decoding: bytes, as: UTF8.self)
        }
        let documents = DocumentReader.read(
            Tree(files: files), shipped: .init(plans: [:], metrics: [:], traffic: [:]))
        return documents.mayHideRollouts || documents.configProblem != nil
            || documents.rollouts.contains { $0.id == id } || documents.broken.contains { $0.id == nil || $0.id == id }
    }

    private func walk(until common: Git.CommitID?) async throws(GitError) -> BranchWalk {
        let walked = try await repository.history(of: paths, from: tip, until: common.map { [$0] } ?? [])
        let inner = Set(walked.map(\.id))
        // Where the walk stops the values still count: they tell what the first commits of the walk changed.
        let edge = Set(walked.flatMap(\.parents) + [tip] + (common.map { [$0] } ?? [])).subtracting(inner)
        let all = walked + (try await repository.revisions(Array(edge), of: paths))
        return BranchWalk(inner: inner, revisions: Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) }))
    }

    /// What the serial rule looks at, for one rollout.
    private struct Loaded {
        var graph: StateHistory
        var revisions: [Git.CommitID: PathRevision]
        var walked: Int
    }

    private mutating func load(
        _ id: RolloutID, from walk: BranchWalk, until stop: Git.CommitID?
    ) async throws(GitError) -> Loaded {
        let path = id.statePath
        let part = walk.part(until: stop, from: tip)
        var revisions = walk.revisions.filter { part.inner.contains($0.key) || part.edge.contains($0.key) }
        if let stop, let last = revisions[tip], stop != tip, Self.isConstant(revisions.values, path) {
            // Most rollouts rest: commits that leave their files alone tell nothing that the first and last do not.
            revisions = [tip: last.following([stop]), stop: revisions[stop] ?? last]
        }
        var commits: [Rollouts.CommitID: StateCommit] = [:]
        for (id, revision) in revisions {
            let reading = try await reading(revision.blobs[path], path)
            commits[id.domain] = StateCommit(
                parents: part.edge.contains(id) ? [] : revision.parents.map(\.domain),
                time: Timestamp(seconds: Double(revision.time)), value: reading.value,
                // Whether it is really stated is asked of the one commit for which that counts.
                hasRollout: true)
        }
        return Loaded(
            graph: StateHistory(tip: tip.domain, commits: commits), revisions: revisions,
            walked: part.inner.count + part.edge.count)
    }

    private static func isConstant(_ revisions: some Collection<PathRevision>, _ path: String) -> Bool {
        guard let first = revisions.first else { return false }
        return revisions.allSatisfy { $0.blobs[path] == first.blobs[path] }
    }

    private mutating func reading(_ blob: BlobID?, _ path: String) async throws(GitError) -> StateReader.Reading {
        guard let blob else { return .absent }
        if let known = readings[blob.hex] { return known }
        let reading = StateReader.read(try await repository.blob(blob), file: path)
        readings[blob.hex] = reading
        return reading
    }

    private mutating func describe(
        _ finding: SerialFinding, _ loaded: Loaded, _ id: RolloutID
    ) async throws(GitError) -> BranchFinding {
        let path = id.statePath
        var taken: RolloutState?
        if case .reverted = finding.verdict, let top = finding.topCommit.flatMap({ Git.CommitID(hex: $0.hex) }) {
            taken = try await reading(loaded.revisions[top]?.blobs[path], path).state
        }
        return BranchFinding(
            history: try await history(finding.verdict), nextSerial: finding.nextSerial, taken: taken,
            stageCommit: try await stageCommit(loaded, path), mark: finding.mark, walked: loaded.walked,
            accepted: finding.adopted(at: tip.domain))
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
    ///
    /// What was merged arrived with the merge, however long it had waited on a branch of its own.
    private func stageCommit(_ loaded: Loaded, _ path: String) async throws(GitError) -> Observation.StageCommit? {
        var id = tip
        var merged: Int64?
        guard let blob = loaded.revisions[tip]?.blobs[path], let value = readings[blob.hex]?.value else {
            return nil
        }
        while let revision = loaded.revisions[id] {
            let next = revision.parents.first { parent in
                loaded.revisions[parent]?.blobs[path].flatMap { readings[$0.hex]?.value } == value
            }
            guard let next else {
                let time = max(revision.time, merged ?? revision.time)
                var stage = Observation.StageCommit(id: id.domain, arrived: Timestamp(seconds: Double(time)))
                if merged == nil { stage.isForwarded = try await isForwarded(id) }
                return stage
            }
            if merged == nil, next != revision.parents.first { merged = revision.time }
            id = next
        }
        return nil
    }

    /// Whether a proposal came to the branch as it was made: whoever merges otherwise makes a commit at that time.
    private func isForwarded(_ id: Git.CommitID) async throws(GitError) -> Bool {
        let commit = try await repository.commit(id)
        return commit.author == commit.committer
            && commit.trailers.contains {
                $0.key == CommitMessage.Name.delivery && $0.value == CommitMessage.proposed
            }
    }
}

/// The commits of a walk from the tip, and those at which it stopped.
private struct BranchWalk {
    let inner: Set<Git.CommitID>
    let revisions: [Git.CommitID: PathRevision]

    /// The part of the walk that is not in the history of `stop`, and the commits at which that part ends.
    func part(until stop: Git.CommitID?, from tip: Git.CommitID) -> (
        inner: Set<Git.CommitID>, edge: Set<Git.CommitID>
    ) {
        var known: Set<Git.CommitID> = []
        var waiting = stop.map { [$0] } ?? []
        while let id = waiting.popLast() {
            guard known.insert(id).inserted, inner.contains(id) else { continue }
            waiting += revisions[id]?.parents ?? []
        }
        let left = inner.subtracting(known)
        let parents = left.flatMap { revisions[$0]?.parents ?? [] }
        return (left, Set(parents + [stop ?? tip, tip]).subtracting(left))
    }
}

extension Git.CommitID {
    /// The same id in the vocabulary of the core.
    package var domain: Rollouts.CommitID { Rollouts.CommitID(hex: hex) }
}
