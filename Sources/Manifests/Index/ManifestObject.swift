package import Rollouts
package import YAML

/// One document that an environment applies, with the kustomizations that it passes on its way.
package struct ManifestObject: Sendable {
    /// What the object is called in the cluster; the namespace is empty where no file states one.
    package private(set) var reference: ObjectReference
    /// The name before prefixes and suffixes.
    package let writtenName: String
    private let source: ManifestFile
    /// The number of the document in its file, from 0.
    package let document: Int
    /// From the innermost to the outermost.
    package let layers: [Kustomization]
    /// What makes the object, where a kustomization does and no document states it.
    let generator: Generator?
    /// The Rollout that says where its values are, where a chart makes the object and Git has no document of it.
    let origin: RolloutSource?

    init(
        reference: ObjectReference, writtenName: String, source: ManifestFile, document: Int,
        layers: [Kustomization], generator: Generator? = nil, origin: RolloutSource? = nil
    ) {
        self.reference = reference
        self.writtenName = writtenName
        self.source = source
        self.document = document
        self.layers = layers
        self.generator = generator
        self.origin = origin
    }

    package var stream: YAMLStream { source.stream }
    package var file: String { source.file }
    package var kind: String { reference.kind }
    package var group: String { reference.group }
    /// `Kind/name`, as people name it.
    package var title: String { reference.description }
    /// The document, or the entry of the generator.
    package var root: YAMLNode { isRendered ? Self.nothing : generator?.node ?? stream.documents[document].root }

    /// The node at `path`, aliases and merge keys followed; nil where there is not exactly one.
    package func node(at path: FieldPath) -> YAMLNode? {
        guard generator == nil, !isRendered, case .found(let place) = stream.documents[document].node(at: path) else {
            return nil
        }
        return place.node.resolved
    }

    /// The object where whoever applies it puts it: a file that states no namespace is applied to the rollout's.
    package func placed(in namespace: String) -> ManifestObject {
        guard reference.namespace.isEmpty else { return self }
        var copy = self
        copy.reference = ObjectReference(
            group: group, version: reference.version, kind: kind, namespace: namespace, name: reference.name)
        return copy
    }

    /// `file:line` of the document, as lists of candidates show it.
    package var place: String { "\(file):\((generator?.node.position ?? stream.documents[document].position).line)" }

    package func diagnostic(at path: FieldPath = .root, _ message: String, hint: String? = nil) -> Diagnostic {
        if let origin { return origin.diagnostic(at: "spec.bindings", message, hint: hint) }
        var nearest: YAMLNode = root
        var steps = path
        while true {
            if let node = node(at: steps) {
                nearest = node
                break
            }
            guard let parent = steps.parent else { break }
            steps = parent
        }
        return Diagnostic(file, nearest, message, hint: hint)
    }
}

/// What a document says of itself.
struct ManifestHeader: Sendable {
    let group: String
    let version: String
    let kind: String
    let namespace: String
    let name: String

    /// Nil for a document that is no Kubernetes object with a name.
    init?(_ root: YAMLNode) {
        guard let apiVersion = root["apiVersion"]?.string, let kind = root["kind"]?.string,
            let name = root["metadata"]?["name"]?.resolved.text
        else { return nil }
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        group = parts.count == 2 ? parts[0] : ""
        version = parts.last ?? ""
        self.kind = kind
        self.name = name
        namespace = root["metadata"]?["namespace"]?.resolved.text ?? ""
    }

    /// Whether it is configuration for tools, which is not applied (the annotation is kustomize's).
    static func isLocal(_ root: YAMLNode) -> Bool {
        root["metadata"]?["annotations"]?["config.kubernetes.io/local-config"]?.resolved.text == "true"
    }
}
