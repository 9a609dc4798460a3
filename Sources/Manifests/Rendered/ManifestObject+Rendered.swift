internal import Rollouts
internal import YAML

/// Objects that a chart makes: the environment has no document of them, only values.
extension ManifestObject {
    /// An object of which only the Rollout speaks: problems with it are told there.
    init(rendered reference: ObjectReference, for source: RolloutSource) {
        self.init(
            reference: reference, writtenName: reference.name, source: ManifestFile(source.stream),
            document: source.index,
            layers: [], origin: source)
    }

    /// Whether Git has no document of it.
    package var isRendered: Bool { origin != nil }

    static let nothing = YAMLNode(content: .mapping([], style: .flow))
}
