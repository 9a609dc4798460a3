internal import Rollouts

/// An object of the manifests, and where it is stated.
package struct ManifestPlace: Hashable, Sendable {
    /// `Kind/name` of the object.
    package let object: String
    package let file: String
    /// From 1.
    package let line: Int

    package init(object: String, file: String, line: Int) {
        (self.object, self.file, self.line) = (object, file, line)
    }
}

extension BoundRollout {
    /// The objects of the rollout that an index of the same environment has not got any more.
    package func missing(in index: ManifestIndex) -> [ManifestPlace] {
        objects.filter { object in
            let reference = object.reference
            let found = try? index.find(
                reference.kind, group: object.group, namespace: reference.namespace, name: reference.name,
                in: environment)
            return found == nil
        }.map { ManifestPlace(object: $0.title, file: $0.file, line: $0.diagnostic("").line) }
    }
}
