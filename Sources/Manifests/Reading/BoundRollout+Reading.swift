package import Rollouts
internal import YAML

/// What Git's tip says, in the planner's words.
extension BoundRollout {
    /// The values of the bound fields, what `start` would have to record, and what people changed since `stage`.
    ///
    /// - Parameters:
    ///   - stage: the same rollout, bound in the commit that brought the state; nil where there is none.
    ///   - others: what else changes the files in which a chart's values are: fields of other rollouts.
    package func reading(since stage: BoundRollout? = nil, others: [BoundField] = []) -> ManifestReading {
        ManifestReading(
            values: values, edits: stage.map { edits(since: $0) + chartEdits(since: $0, others) } ?? [],
            originals: originals,
            stableAutoscaled: stable.autoscaler != nil, canaryAutoscaled: canary.autoscaler != nil,
            stableLowest: stable.autoscaler?.lowest ?? 1, canaryLowest: canary.autoscaler?.lowest ?? 1,
            onEveryNode: stable.object.kind == "DaemonSet")
    }

    /// Every binding's value; the weight in percent.
    package var values: [BindingName: String] {
        var values: [BindingName: String] = [:]
        for field in fields where field.binding != .weight { values[field.binding] = field.value }
        if let weight { values[.weight] = String(weight.percent) }
        values[.stableTemplate] = digest(of: stable)
        values[.canaryTemplate] = digest(of: canary)
        return values
    }

    /// The canary's share as Git states it.
    package var weight: Weight? {
        guard let route else { return nil }
        if route.isRendered { return route.renderedShare }
        return try? route.provider.share(route.lists)
    }

    private func digest(of workload: Workload) -> String? {
        template(of: workload).map { PodTemplate(tree: $0).digest.description }
    }

    /// The pod template without the marker of a canary at rest, which is its capacity and not what it runs.
    func template(of workload: Workload) -> YAMLTree? {
        let tree = workload.template.flatMap { try? YAMLTree($0, of: workload.object.stream) }
        return tree?.removing(FieldPath(Array(RestMarker.path.steps.dropFirst(2))))
    }

    /// What the stages of a release change, as it stands: the way back for each value.
    private var originals: [RolloutState.Restore] {
        let released = Set(releaseNames.flatMap { [BindingName.release(.stable, $0), .release(.canary, $0)] })
        return fields.filter { field in
            switch field.binding {
            case .weight, .canaryReplicas, .canaryFloor, .stableFloor: true
            case .stableReplicas: splitsByReplicas
            default: field.binding.isOfJob || released.contains(field.binding)
            }
        }.map { field in
            RolloutState.Restore(
                binding: field.binding, manifest: field.place.file, path: field.place.address,
                value: field.text)
        }
    }

    /// The values that the stated release has.
    private var releaseNames: [String] {
        let release = source.spec.release
        return (release.images ?? [:]).keys.map { "image.\($0)" }
            + (release.values ?? []).compactMap { ReleaseTarget($0.path)?.name }
    }

    // MARK: Edits

    /// What people changed since `stage`: bound values, and any part of the two pod templates.
    private func edits(since stage: BoundRollout) -> [FieldDifference] {
        if source.stream.bytes == stage.source.stream.bytes, isUnchanged(since: stage) { return [] }
        var edits: [FieldDifference] = []
        for field in fields {
            let former = stage.fields.first { $0.binding == field.binding && $0.livePath == field.livePath }
            guard let former, former.value != field.value else { continue }
            let isSecret = ObjectReference.secretKinds.contains(field.object.kind)
            edits.append(
                FieldDifference(
                    binding: field.binding, place: field.placeText, expected: isSecret ? nil : former.value,
                    found: isSecret ? nil : field.value,
                    hidden: isSecret ? Digest(of: "\(former.value ?? "") > \(field.value ?? "")") : nil))
        }
        for side in Side.allCases {
            edits += templateEdits(side, since: stage)
            edits += companionEdits(side, since: stage)
        }
        return edits
    }

    private func companionEdits(_ side: Side, since stage: BoundRollout) -> [FieldDifference] {
        companions.flatMap { companion -> [FieldDifference] in
            let object = companion.object(on: side)
            guard let former = stage.companions.first(where: { $0.object(on: side).reference == object.reference })
            else { return [] }
            let bound = Set(fields.filter { $0.object == object.reference }.map(\.livePath))
            let parts = TreeDifference().parts(former.content(on: side), companion.content(on: side))
            return parts.filter { !bound.contains($0.path) }.map { part in
                // What a Secret holds never enters a message.
                let isSecret = companion.isSecret
                return FieldDifference(
                    binding: side == .stable ? .stableTemplate : .canaryTemplate,
                    place: "\(object.file):\(object.diagnostic(at: part.path, "").line) \(part.path)",
                    expected: isSecret ? nil : part.former?.short, found: isSecret ? nil : part.present?.short,
                    hidden: isSecret ? part.digest : nil)
            }
        }
    }

    private func isUnchanged(since stage: BoundRollout) -> Bool {
        let own = [stable.object, canary.object] + companions.flatMap { [$0.stable, $0.canary] }
        let others = [stage.stable.object, stage.canary.object] + stage.companions.flatMap { [$0.stable, $0.canary] }
        return own.count == others.count && zip(own, others).allSatisfy { $0.stream.bytes == $1.stream.bytes }
            && fields == stage.fields
    }

    private func templateEdits(_ side: Side, since stage: BoundRollout) -> [FieldDifference] {
        let object = workload(side).object
        let bound = Set(fields.filter { $0.object == object.reference }.map(\.livePath))
        let former = stage.template(of: stage.workload(side))
        let parts = TreeDifference().parts(
            former, template(of: workload(side)), at: Workload.templatePath)
        return parts.filter { !bound.contains($0.path) }.map { part in
            let line = object.diagnostic(at: part.path, "").line
            return FieldDifference(
                binding: side == .stable ? .stableTemplate : .canaryTemplate,
                place: "\(object.file):\(line) \(part.path)", expected: part.former?.short, found: part.present?.short)
        }
    }
}

extension YAMLTree {
    /// A scalar's text, or a collection's, cut short.
    var short: String {
        let text = text ?? canonical
        return text.count > 80 ? String(text.prefix(79)) + "…" : text
    }
}
