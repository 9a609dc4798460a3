internal import Rollouts
package import YAML

/// What keeps a canary DaemonSet at rest: it has no count, so its pods ask for a label that no node has.
package enum RestMarker {
    package static let key = "headgate.dev/at-rest"
    package static let path: FieldPath = "spec.template.spec.nodeSelector" + FieldPath([.field(key)])
}

extension BoundField {
    /// A DaemonSet's capacity: 0 with the marker, else a pod on every node, for which 1 stands.
    static func restMarker(of workload: ManifestObject) -> BoundField {
        let node = workload.node(at: RestMarker.path)
        let nearest = node ?? workload.node(at: BoundRollout.Workload.templatePath) ?? workload.root
        return BoundField(
            binding: .canaryReplicas,
            place: .init(
                file: workload.file, document: workload.document, path: RestMarker.path, inner: nil, format: .marker,
                line: nearest.position.line),
            object: workload.reference, livePath: RestMarker.path, text: node?.resolved.text, unwritten: nil,
            imageName: nil)
    }
}
