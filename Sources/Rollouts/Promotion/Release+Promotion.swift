/// What of a release goes on to the next rollout.
extension Release {
    /// Images and values go on; a template is a file of its own, and what may be secret stays where it is.
    package static func isCarried(_ name: String) -> Bool { name != "template" && !isSecret(name) }

    /// The values of this release that `other` names as well.
    package func carried(to other: Release) -> [String: String] {
        values.filter { Self.isCarried($0.key) && other.values[$0.key] != nil }
    }

    /// This release with some values in the place of its own.
    package func replacing(_ carried: [String: String]) -> Release {
        Release(values: values.merging(carried) { _, new in new })
    }

    /// Whether all of these values are this release's.
    package func states(_ carried: [String: String]) -> Bool {
        !carried.isEmpty && carried.allSatisfy { values[$0.key] == $0.value }
    }
}
