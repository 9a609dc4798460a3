internal import Manifests
internal import Rollouts

/// What written files mean, field by field.
enum FieldChanges {
    /// The bound fields whose values are others once `files` are written into `tree`.
    static func between(
        _ bound: BoundRollout?, _ id: RolloutID, _ files: [String: [UInt8]], in tree: Tree,
        _ documents: RepositoryDocuments, _ shipped: DocumentReader.ShippedPolicies
    ) -> [ProposalText.FieldChange] {
        guard let bound, let rollout = documents.rollouts.first(where: { $0.id == id }) else { return [] }
        let (binder, _) = RolloutBinder.over(tree.writing(files), documents, shipped: shipped)
        guard let later = binder.bind(rollout.source, in: rollout.environment).rollout else { return [] }
        let (old, new) = (bound.values, later.values)
        // The digests of whole templates say nothing that the parts do not say.
        let names = Set(old.keys).union(new.keys).subtracting([.stableTemplate, .canaryTemplate])
        let values = names.sorted().compactMap { binding -> ProposalText.FieldChange? in
            guard old[binding] != new[binding] else { return nil }
            return ProposalText.FieldChange(
                binding: binding, file: file(of: binding, in: later, among: files), old: old[binding],
                new: new[binding])
        }
        return values
            + later.partChanges(since: bound).map { change in
                ProposalText.FieldChange(
                    binding: change.binding, file: change.file, old: change.former, new: change.present,
                    part: "\(change.manifest) \(change.path)", isSecret: change.isSecret)
            }
    }

    private static func file(
        of binding: BindingName, in bound: BoundRollout, among files: [String: [UInt8]]
    ) -> String {
        let places = bound.fields(binding).map(\.place.file)
        return places.first { files[$0] != nil } ?? places.first ?? bound.route?.object.file ?? bound.stable.object.file
    }
}
