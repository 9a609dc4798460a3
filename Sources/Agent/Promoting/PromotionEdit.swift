internal import Git
internal import Manifests
internal import Rollouts
internal import YAML

/// The files that a line is written into, with everything checked that can be known before it leaves.
struct PromotionEdit {
    let files: [String: [UInt8]]
    /// The names of the values by the files that they stand in.
    let places: [String: [String]]

    /// - Throws: where the target could not be read afterwards, would state something else, or another rollout's release
    ///   would change as well.
    init(
        _ line: PromotionLine, in tree: Manifests.Tree, _ documents: RepositoryDocuments,
        shipped: DocumentReader.ShippedPolicies
    ) throws(Diagnostic) {
        guard let target = documents.rollouts.first(where: { $0.id == line.target }) else {
            throw Diagnostic(file: "\(line.target)", message: "the Rollout is not there any more")
        }
        let stated = ReleaseLine(of: target.id, target.source.document.spec.release)
        files = try stated.writing(line.carried, own: target.file, in: tree)
        places = Dictionary(grouping: line.carried.keys.sorted()) { stated.file(of: $0, own: target.file) ?? "" }
        let written = tree.writing(files)
        let after = DocumentReader.read(written, shipped: shipped)
        try Self.require(line, of: target, in: written, after, shipped)
        for rollout in documents.rollouts where rollout.id != target.id {
            let other = after.rollouts.first { $0.id == rollout.id }
            guard Self.release(of: rollout, in: tree) != other.flatMap({ Self.release(of: $0, in: written) }) else {
                continue
            }
            throw target.source.diagnostic(
                at: "spec.release", "what \(target.id) states is \(rollout.id)'s release as well",
                hint: "give each a place of its own")
        }
    }

    /// What the Rollout states, as far as it can be read.
    static func release(of rollout: RepositoryDocuments.LoadedRollout, in tree: Manifests.Tree) -> Release? {
        let source = rollout.source
        return ReleaseLine(of: rollout.id, source.document.spec.release)
            .release(in: source.stream.documents[source.index]) { tree.bytes(at: $0) }
    }

    /// The edited tree has to resolve to exactly the release that was decided.
    private static func require(
        _ line: PromotionLine, of target: RepositoryDocuments.LoadedRollout, in tree: Manifests.Tree,
        _ documents: RepositoryDocuments, _ shipped: DocumentReader.ShippedPolicies
    ) throws(Diagnostic) {
        guard let rollout = documents.rollouts.first(where: { $0.id == line.target }) else {
            throw documents.broken.first { $0.id == line.target }?.problems.first
                ?? Diagnostic(file: target.file, message: "the new release line would break the Rollout")
        }
        let (binder, _) = RolloutBinder.over(tree, documents, shipped: shipped)
        let binding = binder.bind(rollout.source, in: rollout.environment)
        guard let bound = binding.rollout else {
            throw binding.problems.first ?? Diagnostic(file: target.file, message: "its manifests cannot be found")
        }
        let release = try ReleaseResolver(bound, in: tree).release()
        guard release == line.stated else {
            throw target.source.diagnostic(
                at: "spec.release", "the line would come to \(release.title) and not to \(line.stated.title)")
        }
    }
}
