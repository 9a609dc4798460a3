internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// Whether a commit is what the agent makes: it is made again from what stood before it, and nothing may differ.
struct CommitAudit {
    let repository: Repository
    let shipped: DocumentReader.ShippedPolicies
    let commit: Commit
    let parent: Git.CommitID
    let before: Manifests.Tree
    let after: Manifests.Tree
    /// The paths that the commit changes.
    let paths: [String]

    /// Whether a person, or a forge for one, has brought it to the branch with words of their own.
    var isMerged = false

    /// What is not the agent's way; nothing where all of it is.
    func problems() async throws(GitError) -> [String] {
        let states = paths.filter { $0.hasPrefix(StateEdits.folder) }
        guard let file = states.first, let id = RolloutID(statePath: file) else {
            if let promotion = try await promotionProblems() { return promotion }
            guard !paths.isEmpty else { return ["it changes nothing, and the agent never commits nothing"] }
            return ["it changes no state, and the agent never commits anything without: \(list(paths))"]
        }
        guard states.count == 1 else { return ["it changes the states of several rollouts: \(list(states))"] }
        switch StateReader.read(after.bytes(at: file), file: file) {
        case .absent: return retirement(of: id, StateReader.read(before.bytes(at: file), file: file).state)
        case .unreadable(let why): return ["its state cannot be read: \(why)"]
        case .state(let state): return (isMerged ? [] : trailers(of: state, id)) + (try await stage(state, of: id))
        }
    }

    private func list(_ paths: [String]) -> String {
        paths.prefix(3).joined(separator: ", ") + (paths.count > 3 ? " and \(paths.count - 3) more" : "")
    }

    // MARK: State and message

    private func retirement(of id: RolloutID, _ former: RolloutState?) -> [String] {
        var problems: [String] = []
        let documents = DocumentReader.read(before, shipped: shipped)
        if documents.rollouts.contains(where: { $0.id == id }) || documents.mayHideRollouts {
            problems.append("it removes the state of \(id), whose Rollout is there")
        }
        if former?.phase == .progressing || former?.phase == .rollingBack {
            problems.append("it removes the state of \(id) in the middle of a release")
        }
        return problems + paths.filter { $0 != id.statePath }.map { "it changes \($0) besides" }
    }

    private func trailers(of state: RolloutState, _ id: RolloutID) -> [String] {
        let stage = "\(state.stage.index)/\(state.stage.count) \(state.at.stage)"
        let wanted = [
            (CommitMessage.Name.rollout, "\(id)"), (CommitMessage.Name.release, state.release.digest.hex),
            (CommitMessage.Name.stage, stage), (CommitMessage.Name.action, state.at.action.rawValue),
        ]
        let written = commit.trailers
        return wanted.compactMap { name, value in
            let found = written.filter { $0.key == name }.map(\.value)
            // A forge that squashes or rebases may leave the words out.
            if found == [value] || (found.isEmpty && commit.committer.email != commit.author.email) { return nil }
            let says = found.isEmpty ? "has no \(name)" : "says \(name): \(found.joined(separator: ", "))"
            return "its message \(says), and its state says \(value)"
        }
    }

    // MARK: The stage

    private func stage(_ state: RolloutState, of id: RolloutID) async throws(GitError) -> [String] {
        let documents = DocumentReader.read(before, shipped: shipped)
        guard let rollout = documents.rollouts.first(where: { $0.id == id }) else {
            return ["there is no Rollout \(id) that it could speak of"]
        }
        if isShadow(documents, id) { return [Self.shadowed] }
        let binder = RolloutBinder.over(before, documents, shipped: shipped).binder
        let binding = binder.bind(rollout.source, in: rollout.environment)
        guard let bound = binding.rollout else {
            return ["the manifests of \(id) cannot be found before it: \(binding.problems.first?.description ?? "")"]
        }
        let specification: Specification
        do throws(Diagnostic) {
            let builder = SpecificationBuilder(documents: documents, tree: before)
            specification = try builder.specification(of: rollout, bound: bound).0
        } catch {
            return ["the Rollout \(id) cannot be followed before it: \(error)"]
        }
        if isMerged, !specification.delivery.proposes(state.at.stage, state.stage.kind), !state.stage.kind.onlyClearsUp
        {
            return ["no stage \(state.at.stage) of \(id) goes by pull request"]
        }
        let former = StateReader.read(before.bytes(at: id.statePath), file: id.statePath).state
        let finding = try await finding(of: id)
        let comparison = ManifestComparison(
            repository: repository, commit: parent, tree: before, documents: documents, binder: binder)
        let world = Observation(
            history: finding.history, state: former, taken: finding.taken, nextSerial: finding.nextSerial,
            stageCommit: finding.stageCommit,
            manifests: await comparison.manifests(
                of: rollout, bound, since: former == nil ? nil : finding.stageCommit))
        if state.at.serial != finding.nextSerial {
            return ["its serial is \(state.at.serial), and the branch has had \(finding.nextSerial - 1)"]
        }
        // Git keeps whole seconds.
        let reenactment = Reenactment(
            of: specification, in: world, towards: state, at: Timestamp(seconds: Double(commit.author.time + 1)))
        guard let expected = reenactment.expected(for: state) else {
            return [
                "the agent does not commit \(state.at.action) \(state.at.stage) here: \(words(for: reenactment))"
            ]
        }
        return try await stage(expected, state, former, of: id, bound)
    }

    static let shadowed = "it is made where the agent only reports what it would do (mode: shadow)"

    func isShadow(_ documents: RepositoryDocuments, _ id: RolloutID) -> Bool {
        documents.config.mode == .shadow
            || documents.rollouts.contains { $0.id == id && $0.source.document.spec.mode == .shadow }
    }

    private func finding(of id: RolloutID) async throws(GitError) -> BranchFinding {
        let inquiry = BranchHistory.Inquiry(id, mark: nil)
        var history = try await BranchHistory(of: [inquiry], from: parent, in: repository)
        return try await history.finding(for: inquiry)
    }

    /// What it does instead.
    private func words(for reenactment: Reenactment) -> String {
        if let standing = reenactment.standing { return StandingText.line(standing) }
        let next = reenactment.transitions.map { "\($0.state.at.action) \($0.state.at.stage)" }
        return next.isEmpty ? "it commits nothing" : "it commits \(next.uniqued.joined(separator: ", or "))"
    }

    /// What differs from the state and from the files that the agent writes.
    private func stage(
        _ expected: Transition, _ state: RolloutState, _ former: RolloutState?, of id: RolloutID, _ bound: BoundRollout
    ) async throws(GitError) -> [String] {
        var problems = times(of: state, former)
        if expected.state != state {
            let file = id.statePath
            problems += words(
                for: ManifestChange.differences(file, from: Array(expected.state.text.utf8), to: after.bytes(at: file)))
        }
        var past: Renderer.Past?
        if let former, expected.isRollback { past = try await self.past(of: former, id) }
        do throws(Diagnostic) {
            let files = try Renderer(bound, in: before, past: past).render(expected.changes).files
            // What people put into the same commit is theirs, as everywhere else.
            let others = isMerged ? Set(paths).subtracting(bound.files) : []
            return problems
                + differences(
                    from: files, among: bound.files, besides: others.union([id.statePath]), as: "manifest of \(id)")
        } catch {
            return problems + ["what \(state.at.stage) writes cannot be worked out: \(error)"]
        }
    }

    /// Times are what the cluster said, and never move once they are written.
    private func times(of state: RolloutState, _ former: RolloutState?) -> [String] {
        let same = former.map { $0.release.digest == state.release.digest && $0.release.since == state.release.since }
        let end = Timestamp(seconds: Double(commit.author.time + 1))
        let times = [("served", \RolloutState.Record.served), ("promoted", \.promoted)]
        return times.compactMap { name, time in
            let known = same == true && state.phase == .progressing ? former?.release[keyPath: time] : nil
            guard let written = state.release[keyPath: time] else {
                return known == nil ? nil : "release.\(name) is gone"
            }
            if let known, known != written { return "the time of release.\(name) became another one" }
            return written > end ? "release.\(name) is later than the commit" : nil
        }
    }

    private func past(of state: RolloutState, _ id: RolloutID) async throws(GitError) -> Renderer.Past? {
        let history = try await ReleaseHistory.read(of: state, at: id.statePath, from: parent, in: repository)
        guard let start = history.before, let stage = history.stages.first?.commit else { return nil }
        var loader = SnapshotLoader()
        return Renderer.Past(
            before: try await loader.load(start, from: repository).tree,
            stage: try await loader.load(stage, from: repository).tree,
            merge: { FileMerge.merge(base: $0, ours: $1, theirs: $2) })
    }

    /// What the commit has otherwise than the agent writes it.
    ///
    /// - Parameters:
    ///   - files: what the agent writes, and `own` where it may write at all; called `kind` in words.
    ///   - known: paths that have been looked at.
    func differences(
        from files: [String: [UInt8]], among own: Set<String>, besides known: Set<String> = [], as kind: String
    ) -> [String] {
        Set(paths).union(files.keys).subtracting(known).sorted().flatMap { file -> [String] in
            let expected = files[file] ?? before.bytes(at: file)
            guard before.entries[file] != nil, Manifests.Tree.keeps(file) else {
                return ["it changes \(file), which is no \(kind)"]
            }
            let changes = ManifestChange.differences(file, from: expected, to: after.bytes(at: file))
            if !changes.isEmpty, files[file] == nil, !own.contains(file) {
                return ["it changes \(file), which is no \(kind)"]
            }
            return words(for: changes)
        }.uniqued
    }

    private func words(for changes: [ManifestChange]) -> [String] {
        changes.map { change in
            let values =
                change.isHidden
                ? "is not what the agent writes"
                : "is \(change.present ?? "gone"), the agent writes \(change.former ?? "nothing")"
            return "\(change.file):\(change.line) \(change.field) \(values)"
        }
    }
}

extension Stage.Kind {
    /// What the agent asks for by pull request on a protected branch, whatever the Rollout says.
    fileprivate var onlyClearsUp: Bool { isBackward || self == .drain || self == .finish }
}

extension [String] {
    /// Each text once, in the order in which they came.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
