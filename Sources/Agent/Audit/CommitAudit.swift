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

    /// What is not the agent's way; nothing where all of it is.
    func problems() async throws(GitError) -> [String] {
        let states = paths.filter { $0.hasPrefix(StateEdits.folder) }
        guard let file = states.first, let id = RolloutID(statePath: file) else {
            if let promotion = try await promotionProblems() { return promotion }
            return ["it changes no state, and the agent never commits anything without: \(list(paths))"]
        }
        guard states.count == 1 else { return ["it changes the states of several rollouts: \(list(states))"] }
        let past = StateReader.read(before.bytes(at: file), file: file)
        switch StateReader.read(after.bytes(at: file), file: file) {
        case .absent: return retirement(of: id, past.state)
        case .unreadable(let why): return ["its state cannot be read: \(why)"]
        case .state(let state):
            let highest = try await StateOrigin(repository: repository).highestSerial(of: file, from: parent)
            var problems: [String] = []
            if state.at.serial != highest + 1 {
                problems.append("its serial is \(state.at.serial), and the branch has had \(highest)")
            }
            problems += trailers(of: state, id)
            return problems + (try await manifests(of: id, past.state, state))
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
            if found == [value] { return nil }
            let says = found.isEmpty ? "has no \(name)" : "says \(name): \(found.joined(separator: ", "))"
            return "its message \(says), and its state says \(value)"
        }
    }

    // MARK: Manifests

    private func manifests(
        of id: RolloutID, _ former: RolloutState?, _ state: RolloutState
    ) async throws(GitError) -> [String] {
        let documents = DocumentReader.read(before, shipped: shipped)
        guard let rollout = documents.rollouts.first(where: { $0.id == id }) else {
            return ["there is no Rollout \(id) that it could speak of"]
        }
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
        let succession = StateSuccession(before: former, after: state, bound: bound, specification: specification)
        let enactment = Reenactment(before: former, after: state, bound: bound, specification: specification)
        var past: Renderer.Past?
        if let former, state.at.action == .rollback {
            past = try await self.past(of: former, id)
        }
        do throws(Diagnostic) {
            let files = try Renderer(bound, in: before, past: past).render(enactment.changes).files
            return succession.problems
                + differences(from: files, among: bound.files, besides: [id.statePath], as: "manifest of \(id)")
        } catch {
            return succession.problems + ["what \(state.at.stage) writes cannot be worked out: \(error)"]
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
            return ManifestChange.differences(file, from: expected, to: after.bytes(at: file)).map { change in
                if files[file] == nil, !own.contains(file) { return "it changes \(file), which is no \(kind)" }
                let values =
                    change.isHidden
                    ? "is not what the agent writes"
                    : "is \(change.present ?? "gone"), the agent writes \(change.former ?? "nothing")"
                return "\(file):\(change.line) \(change.field) \(values)"
            }
        }.uniqued
    }
}

extension [String] {
    /// Each text once, in the order in which they came.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
