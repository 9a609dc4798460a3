package import Rollouts
internal import YAML

/// A part of a pod template, or of what travels with it, that has no binding of its own and is another than before.
package struct PartChange: Sendable {
    /// The side that it belongs to, as its template.
    package let binding: BindingName
    /// `Deployment/checkout-canary`.
    package let manifest: String
    package let file: String
    package let path: String
    package let former: String?
    package let present: String?
    /// Whether its values are nobody's to read.
    package let isSecret: Bool
}

extension BoundRollout {
    /// What the files say otherwise than `former`, beside the values of bindings.
    package func partChanges(since former: BoundRollout) -> [PartChange] {
        Side.allCases.flatMap { side -> [PartChange] in
            let object = workload(side).object
            let old = former.template(of: former.workload(side))
            let parts = TreeDifference().parts(old, template(of: workload(side)), at: Workload.templatePath)
            return changes(parts, of: object, side, isSecret: false) + companionChanges(side, since: former)
        }
    }

    private func companionChanges(_ side: Side, since former: BoundRollout) -> [PartChange] {
        companions.flatMap { companion -> [PartChange] in
            let object = companion.object(on: side)
            guard let old = former.companions.first(where: { $0.object(on: side).reference == object.reference })
            else { return [] }
            let parts = TreeDifference().parts(old.content(on: side), companion.content(on: side))
            return changes(parts, of: object, side, isSecret: companion.isSecret)
        }
    }

    private func changes(
        _ parts: [TreeDifference.Part], of object: ManifestObject, _ side: Side, isSecret: Bool
    ) -> [PartChange] {
        let bound = Set(fields.filter { $0.object == object.reference }.map(\.livePath))
        return parts.filter { !bound.contains($0.path) }.map { part in
            PartChange(
                binding: side == .stable ? .stableTemplate : .canaryTemplate,
                manifest: "\(object.kind)/\(object.reference.name)", file: object.file, path: "\(part.path)",
                former: isSecret ? nil : part.former?.short, present: isSecret ? nil : part.present?.short,
                isSecret: isSecret)
        }
    }
}
