package import Rollouts
internal import YAML

/// What a person should know before the first release, though nothing forbids it.
extension BoundRollout {
    /// Values that somebody has written into the canary by hand, which the next `start` takes out, and pairs that are not
    /// alike or not apart.
    package var findings: [Diagnostic] {
        warnings + companions.compactMap(\.generatedDifference) + templateFindings
    }

    private var templateFindings: [Diagnostic] {
        guard canary.ownsTemplate, stable.ownsTemplate else { return overlayFindings }
        let telling = tellingLabels
        let bound = Set(fields.filter { $0.object == canary.object.reference }.map(\.livePath))
        let path = Workload.templatePath
        let parts = TreeDifference().parts(bare(stable), bare(canary), at: path)
        return parts.filter { part in
            part.present != nil && part.former == nil && !bound.contains(part.path)
                && !telling.contains { part.path == "spec.template.metadata.labels" + FieldPath([.field($0)]) }
        }.map { part in
            canary.object.diagnostic(
                at: part.path, "\(part.path) is only in the canary, and goes when a release starts",
                hint: "write it into \(stable.object.title), whose pod template the canary gets")
        }
    }

    private func bare(_ workload: Workload) -> YAMLTree? { template(of: workload).map { PodTemplate(tree: $0).bare } }

    /// Under patches the release's values alone are written, so the templates have to be equal otherwise.
    private var overlayFindings: [Diagnostic] {
        guard let own = template(of: stable), let other = template(of: canary) else { return [] }
        let bound = Set(fields.filter { $0.object == canary.object.reference }.map(\.livePath))
        let labels: FieldPath = "spec.template.metadata.labels"
        let parts = TreeDifference().parts(own, other, at: Workload.templatePath).filter { part in
            !bound.contains(part.path) && !part.path.steps.starts(with: labels.steps)
        }
        return parts.map { part in
            canary.object.diagnostic(
                at: part.path, "\(part.path) differs from \(stable.object.title)'s, and is not written by a release",
                hint: "make both alike: here a release changes only what it states")
        }
    }
}
