internal import Git
internal import Manifests
internal import Rollouts

/// Reads the bound fields of a commit, with what people have changed in them since an earlier one.
struct ManifestComparison {
    let repository: Repository
    let commit: Git.CommitID
    /// What `commit` has.
    let tree: Manifests.Tree
    let documents: RepositoryDocuments
    let binder: RolloutBinder

    /// - Parameter stage: the commit that brought the state; nil where there is none, and nothing to compare with.
    func manifests(
        of rollout: RepositoryDocuments.LoadedRollout, _ bound: BoundRollout, since stage: Observation.StageCommit?
    ) async -> ManifestReading {
        guard let id = stage.flatMap({ Git.CommitID(hex: $0.id.hex) }), id != commit else { return bound.reading() }
        for file in bound.files {
            let then = try? await repository.entry(file, at: id)
            if then?.id.hex != tree.entries[file]?.blob { return await reading(bound, rollout, since: id) }
        }
        return bound.reading()
    }

    private func reading(
        _ bound: BoundRollout, _ rollout: RepositoryDocuments.LoadedRollout, since stage: Git.CommitID
    ) async -> ManifestReading {
        var loader = SnapshotLoader()
        var reading = bound.reading()
        if let then = try? await loader.load(stage, from: repository) {
            let index = ManifestIndex(then.tree, environments: [rollout.environment])
            let binder = RolloutBinder(index: index, providers: binder.providers)
            if let former = binder.bind(rollout.source, in: rollout.environment).rollout {
                return bound.reading(since: former, others: bound.isRendered ? others(than: rollout) : [])
            }
        }
        // What cannot be compared may have been edited: nobody goes on over that.
        reading.edits = [
            FieldDifference(
                binding: BindingName("manifests"), place: bound.stable.object.file,
                expected: "what they were in \(stage.short)", found: "not comparable with it")
        ]
        return reading
    }

    /// What the other rollouts of the environment change, which may stand in the same files of values.
    private func others(than rollout: RepositoryDocuments.LoadedRollout) -> [BoundField] {
        documents.rollouts.filter { $0.id != rollout.id && $0.environment == rollout.environment }
            .compactMap { binder.bind($0.source, in: $0.environment).rollout }.flatMap(\.fields)
    }
}
