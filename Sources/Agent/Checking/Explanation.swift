internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// A Rollout with every default filled in, its stages, and both addresses of each value: YAML, with the rest as comments.
package struct Explanation {
    private let subject: Checkup.Subject
    private var spec: RolloutSpec { subject.rollout.source.document.spec }

    package init(subject: Checkup.Subject) {
        self.subject = subject
    }

    package var text: String {
        get throws {
            let source = subject.rollout.source
            var tree = try YAMLTree(source.stream.documents[source.index].root, of: source.stream)
            var filled: [FieldPath] = []
            for (path, value) in inherited { fill(&tree, path.steps[...], value, at: .root, &filled) }
            let common = filled.count
            for (path, value) in defaults { fill(&tree, path.steps[...], value, at: .root, &filled) }
            let remarks = filled.indices.map { $0 < common ? "from .headgate/config.yaml" : "default" }
            let lines = try marking(Array(zip(filled, remarks)), in: YAMLWriter.text(plain(tree)))
            return (lines + ["#"] + stages + ["#"] + bindings).joined(separator: "\n")
        }
    }

    // MARK: Defaults

    /// How stages reach the branch, as far as the repository says it for all rollouts.
    private var inherited: [(FieldPath, YAMLTree)] {
        guard let common = subject.common else { return [] }
        let own = spec.delivery
        var all: [(FieldPath, YAMLTree)] = []
        if own?.mode == nil, own?.pullRequest == nil {
            if let mode = common.mode { all.append(("spec.delivery.mode", .string(mode.rawValue))) }
            if let stages = common.pullRequest {
                all.append(("spec.delivery.pullRequest", YAMLTree.sequence(stages.map { .string($0.text) }).flow))
            }
        }
        if own?.autoMerge == nil, case .approvals(let count)? = common.autoMerge {
            all.append(("spec.delivery.autoMerge.approvals", .int(count)))
        }
        if own?.method == nil, let method = common.method {
            all.append(("spec.delivery.method", .string(method.rawValue)))
        }
        return all
    }

    /// Every field that has a default, with it.
    private var defaults: [(FieldPath, YAMLTree)] {
        let specification = subject.specification
        let bound = subject.bound
        var all: [(FieldPath, YAMLTree)] = [
            ("metadata.namespace", .string(specification.id.namespace)),
            ("spec.environment", .string(specification.id.environment)),
            ("spec.workload.kind", .string(bound.stable.object.reference.kind)),
            ("spec.workload.stable", .string(bound.stable.object.reference.name)),
            ("spec.workload.canary", .string(bound.canary.object.reference.name)),
        ]
        all.append(("spec.traffic.provider", .string(bound.route?.provider.name ?? "replicas")))
        if let services = bound.services {
            all.append(("spec.traffic.services.stable", .string(services.stable.reference.name)))
            if !services.isShared {
                all.append(("spec.traffic.services.canary", .string(services.canary.reference.name)))
            }
        }
        if spec.steps == nil { all.append(("spec.plan", "standard")) }
        if specification.background == .none { all.append(("spec.analysis", "none")) }
        all += [
            ("spec.mode", .string(Mode.live.rawValue)), ("spec.delivery.mode", "commit"),
            ("spec.onFailure", .string(specification.onFailure.rawValue)),
            ("spec.restoreRelease", .bool(specification.restoreRelease)),
            ("spec.onInconclusive", .string(specification.onInconclusive.rawValue)),
            ("spec.fastReturn", .int(specification.fastReturn)),
            ("spec.applyDeadline", .string("\(Span(specification.applyDeadline))")),
            ("spec.progressDeadline", .string("\(Span(specification.progressDeadline))")),
            ("spec.scaleDownDelay", .string("\(Span(specification.scaleDownDelay))")),
        ]
        return all
    }

    /// Writes `value` where nothing is written.
    private func fill(
        _ tree: inout YAMLTree, _ steps: ArraySlice<FieldPath.Step>, _ value: YAMLTree, at path: FieldPath,
        _ filled: inout [FieldPath]
    ) {
        guard case .field(let name)? = steps.first else { return }
        let place = path.appending(name)
        let rest = steps.dropFirst()
        if rest.isEmpty {
            guard tree[name] == nil else { return }
            tree[name] = value
            filled.append(place)
            return
        }
        var child = tree[name] ?? .mapping([])
        fill(&child, rest, value, at: place, &filled)
        tree[name] = child
    }

    /// The tree without the way in which it was written, so that every field has a line of its own.
    private func plain(_ tree: YAMLTree) -> YAMLTree {
        switch tree.content {
        case .scalar(let scalar): .scalar(scalar)
        case .sequence(let items): tree.isFlow ? .sequence(items.map(plain)).flow : .sequence(items.map(plain))
        case .mapping(let members): .mapping(members.map { .init($0.key, plain($0.value)) })
        }
    }

    private func marking(_ filled: [(FieldPath, String)], in text: String) throws -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let document = try YAMLStream(parsing: text, file: subject.rollout.file).single
        for (path, remark) in filled {
            guard case .found(let place) = document.node(at: path) else { continue }
            let line = place.node.position.line - 1
            if lines.indices.contains(line) { lines[line] += "  # \(remark)" }
        }
        return lines
    }

    // MARK: Stages and bindings

    private var stages: [String] {
        let plan = subject.specification.plan
        let base = subject.bound.field(.stableReplicas)?.value.flatMap { Int($0) }
        var before = Weight.none
        var lines = [
            "# Stages"
                + (base.map { " from \(Readable.plural($0, "pod"))" }
                    ?? countedElsewhere)
        ]
        for (index, stage) in plan.stages.enumerated() {
            let isOver = stage.kind == .drain || stage.kind == .finish
            var parts = ["#   \(index)/\(plan.lastIndex) \(stage.key)"]
            if stage.kind == .weight { parts.append("\(stage.weight) of the traffic") }
            if let base, !isOver { parts.append(pods(at: index, before: before, base: base)) }
            parts += conditions(of: stage)
            if subject.specification.delivery.proposes(stage.key, stage.kind) { parts.append("by pull request") }
            lines.append(parts.joined(separator: ", "))
            before = stage.weight
        }
        return lines
    }

    /// What the stages count pods from where no manifest states them.
    private var countedElsewhere: String {
        if subject.bound.reading().onEveryNode { return "; the canary has a pod on every node" }
        return subject.bound.field(.stableFloor) == nil
            ? "; nobody counts the pods here" : "; the base is counted live, under an autoscaler"
    }

    /// What the canary has, of both sides' pods where their counts split the traffic.
    private func pods(at index: Int, before: Weight, base: Int) -> String {
        let plan = subject.specification.plan
        if case .replicas = subject.specification.split {
            let counts = subject.specification.split.counts(of: base, at: plan.stages[index].weight)
            return "canary \(counts.canary) of \(Readable.plural(counts.stable + counts.canary, "pod"))"
        }
        let capacity = Capacity(base: base, minPods: subject.specification.minPods)
        let pods = capacity.written(at: index, of: plan, before: before)
        return "canary \(Readable.plural(pods, "pod"))"
    }

    private func conditions(of stage: Stage) -> [String] {
        var words: [String] = []
        if stage.judged {
            switch subject.specification.background {
            case .none: break
            case .builtIn: words.append(builtIn(stage))
            case .templates(let spec): words.append("judged by " + spec.title)
            }
        }
        words += stage.conditions.map { condition in
            switch condition {
            case .pause(let duration): "pause \(Span(duration))"
            case .approval: "waits for approval"
            case .analysis(let spec, _): "analysis " + spec.title
            }
        }
        if stage.kind == .drain { words.append("then \(Span(subject.specification.scaleDownDelay))") }
        return words
    }

    private func builtIn(_ stage: Stage) -> String {
        if stage.kind == .weight {
            return "judged against stable" + (subject.set.map { " by the metrics of \($0.metadata.name)" } ?? "")
        }
        let hasBar = subject.specification.judgedFor[stage.kind] != nil
        return hasBar ? "judged by readiness and the maximum rates" : "judged by readiness"
    }

    private var bindings: [String] {
        ["# Bindings: in Git, and live"]
            + subject.bound.fields.sorted { ($0.binding, "\($0.livePath)") < ($1.binding, "\($1.livePath)") }.map {
                field in
                let value = field.value.map { " = \($0)" } ?? ""
                return "#   \(field.binding)\(value)\n"
                    + "#     \(field.place.file):\(field.place.line) \(field.place.address) (\(field.place.format.rawValue))\n"
                    + "#     \(field.object) in \(field.object.namespace), \(field.livePath)"
            }
    }
}
