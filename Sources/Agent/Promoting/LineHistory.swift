internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts
internal import YAML

/// Reads from the branch's history what became of a target's release line since its source began a release.
struct LineHistory {
    let repository: Repository
    let tip: Git.CommitID
    let shipped: DocumentReader.ShippedPolicies

    /// - Parameters:
    ///   - source: the state on which the source is Stable, and the commit that brought it.
    ///   - target: as the tip has it.
    func read(
        _ source: RolloutState, at path: String, since stage: Observation.StageCommit,
        target: RepositoryDocuments.LoadedRollout
    ) async throws(GitError) -> LineReading {
        let (way, began) = try await way(of: source, at: path)
        let stop = began ?? Git.CommitID(hex: stage.id.hex)
        return LineReading(changes: try await changes(of: target, since: stop), way: way)
    }

    // MARK: The source

    /// The commits of one attempt at a release, oldest first, and the one that began it.
    private func way(
        of state: RolloutState, at path: String
    ) async throws(GitError) -> ([ProvingCommit], Git.CommitID?) {
        let revisions = try await repository.history(of: [path], from: tip)
        let known = Dictionary(revisions.map { ($0.id, $0.blobs[path]) }) { first, _ in first }
        var way: [ProvingCommit] = []
        for revision in revisions {
            let blob = revision.blobs[path]
            guard let blob, !revision.parents.contains(where: { known[$0] == .some(blob) }) else { continue }
            let found = StateReader.read(try await repository.blob(blob), file: path).state
            guard let found, found.release.digest == state.release.digest, found.release.since == state.release.since
            else { continue }
            if found.at.action != .rollback { way.append(try await proving(revision.id)) }
            if found.at.serial == state.release.since { return (way.reversed(), revision.id) }
        }
        return (way.reversed(), nil)
    }

    private func proving(_ id: Git.CommitID) async throws(GitError) -> ProvingCommit {
        let commit = try await repository.commit(id)
        let lines = commit.message.split(separator: "\n", omittingEmptySubsequences: false)
        let evidence = lines.drop { !$0.hasPrefix("Analysis  ") }.prefix { !$0.isEmpty }
        return ProvingCommit(id: id.domain, subject: commit.subject, evidence: evidence.map(String.init))
    }

    // MARK: The target

    /// What a commit has at the paths that say what is stated.
    private struct Reading: Hashable {
        let release: Release?
        let state: String?
    }

    /// The commits after `stop` in which the line became another than in each of their parents, newest first.
    func changes(
        of target: RepositoryDocuments.LoadedRollout, since stop: Git.CommitID?
    ) async throws(GitError) -> [LineReading.Change] {
        let state = target.id.statePath
        let line = ReleaseLine(of: target.id, target.source.document.spec.release)
        let paths = [target.file, state] + line.files
        let walked = try await repository.history(of: paths, from: tip, until: stop.map { [$0] } ?? [])
        let inner = Set(walked.map(\.id))
        let edge = Set(walked.flatMap(\.parents)).subtracting(inner)
        let all = walked + (try await repository.revisions(Array(edge), of: paths))
        let revisions = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
        var known: [[String: BlobID]: Release?] = [:]
        var changes: [LineReading.Change] = []
        for revision in walked {
            let parents = revision.parents.compactMap { revisions[$0] }
            guard !parents.contains(where: { Self.isSame($0, revision, but: state) }) else { continue }
            let stated = try await release(of: target, at: revision, &known)
            var isTaken = false
            for parent in parents where !isTaken {
                isTaken = try await release(of: target, at: parent, &known) == stated
            }
            if isTaken { continue }
            if try await isRestored(revision, parents, state) { continue }
            let author = CommitMessage.oneLine(try await repository.commit(revision.id).author.name)
            changes.append(.init(by: .init(commit: revision.id.domain, author: author), release: stated))
        }
        return changes
    }

    private static func isSame(_ one: PathRevision, _ other: PathRevision, but path: String) -> Bool {
        one.blobs.filter { $0.key != path } == other.blobs.filter { $0.key != path }
    }

    /// Whether the agent put the serving release back into the document after a failure, which is nobody's word.
    private func isRestored(
        _ revision: PathRevision, _ parents: [PathRevision], _ path: String
    ) async throws(GitError) -> Bool {
        guard let blob = revision.blobs[path], !parents.contains(where: { $0.blobs[path] == blob }) else {
            return false
        }
        return StateReader.read(try await repository.blob(blob), file: path).state?.phase == .rolledBack
    }

    private func release(
        of target: RepositoryDocuments.LoadedRollout, at revision: PathRevision,
        _ known: inout [[String: BlobID]: Release?]
    ) async throws(GitError) -> Release? {
        if let found = known[revision.blobs] { return found }
        var files: [String: [UInt8]] = [:]
        for (path, blob) in revision.blobs { files[path] = try? await repository.blob(blob, limit: Tree.sizeLimit) }
        var release: Release?
        if let found = ReleaseLine.rollout(target.id, in: files[target.file], file: target.file) {
            let line = ReleaseLine(of: target.id, found.document.spec.release)
            release = line.release(in: found.stream.documents[found.index]) { files[$0] }
        }
        // It may have stood elsewhere, or have been read from elsewhere.
        if release == nil { release = try await moved(target.id, at: revision.id) }
        known[revision.blobs] = .some(release)
        return release
    }

    /// What a commit's whole tree says that the Rollout states.
    private func moved(_ id: RolloutID, at commit: Git.CommitID) async throws(GitError) -> Release? {
        var loader = SnapshotLoader()
        let tree = try await loader.load(commit, from: repository).tree
        let documents = DocumentReader.read(tree, shipped: shipped)
        guard let rollout = documents.rollouts.first(where: { $0.id == id }) else { return nil }
        let line = ReleaseLine(of: id, rollout.source.document.spec.release)
        return line.release(in: rollout.source.stream.documents[rollout.source.index]) { tree.bytes(at: $0) }
    }
}
