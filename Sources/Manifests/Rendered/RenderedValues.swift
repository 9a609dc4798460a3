internal import Rollouts
internal import YAML

/// The values of objects that a chart makes: which have to be stated, and where each of them leads.
extension BindingSearch {
    /// Binds every stated value of a rendered object, and says once and for all what is not stated.
    mutating func bindRendered(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        var missing: [BindingName] = []
        var objects: [String] = []
        for (side, workload) in [(Side.stable, stable), (.canary, canary)] where workload.object.isRendered {
            let needed = needed(by: workload, side)
            let own = (spec.bindings ?? []).map { BindingName($0.value) }.filter { isOf(workload, side, $0) }
            rendered.formUnion(own)
            missing += needed.filter { !own.contains($0) }
            if needed.contains(where: { !own.contains($0) }) { objects.append(workload.object.title) }
        }
        if stable.object.isRendered || canary.object.isRendered { refuseTemplate() }
        if isRouteRendered {
            rendered.formUnion([.weight, .stableWeight])
            if !states({ $0 == BindingName.weight.text }) {
                missing.append(.weight)
                objects.append(spec.traffic?.route ?? "")
            }
        }
        reportMissing(missing, of: objects)
        for (number, stated) in (spec.bindings ?? []).enumerated() where rendered.contains(BindingName(stated.value)) {
            bind(stated, number, stable, canary)
        }
        checkPercent()
    }

    /// What a stage writes: the images of the release and its values, and the count of pods or its floor.
    private func needed(by workload: BoundRollout.Workload, _ side: Side) -> [BindingName] {
        var names = (spec.release.images ?? [:]).keys.sorted().map { BindingName.release(side, "image.\($0)") }
        switch workload.autoscaler {
        case nil: names.append(side == .stable ? .stableReplicas : .canaryReplicas)
        case let scaler? where scaler.object.isRendered: names.append(side == .stable ? .stableFloor : .canaryFloor)
        default: break
        }
        for value in spec.release.values ?? [] {
            if case .template? = ReleaseTarget(value.path), let name = ReleaseTarget(value.path)?.name {
                names.append(.release(side, name))
            }
        }
        return names
    }

    private func isOf(_ workload: BoundRollout.Workload, _ side: Side, _ name: BindingName) -> Bool {
        name.text.hasPrefix("\(side.rawValue).image.") || needed(by: workload, side).contains(name)
    }

    private mutating func refuseTemplate() {
        guard spec.release.template != nil else { return }
        report(
            "spec.release.template", "a pod template cannot be delivered where a chart makes it",
            "state images and values, each with its place in spec.bindings")
    }

    private mutating func reportMissing(_ missing: [BindingName], of objects: [String]) {
        guard let first = missing.first else { return }
        let verb = objects.count == 1 ? "has" : "have"
        report(
            spec.bindings == nil ? "spec" : "spec.bindings",
            "\(Self.list(objects)) \(verb) no manifest in namespace \(source.id.namespace), and spec.bindings does not say"
                + " where a chart's values have \(Self.list(missing.map(\.text)))",
            "add each, such as \(example(of: first))")
    }

    private static func list(_ words: [String]) -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
    }

    /// One entry filled in, for the chart that is there.
    private func example(of binding: BindingName) -> String {
        let side = binding.text.split(separator: ".").first.map(String.init) ?? ""
        let isImage = binding.text.contains(".image.")
        let key = binding == .weight ? "canary.weight" : isImage ? "\(side).image.tag" : "\(side).replicas"
        let chart = chart
        let path =
            switch chart?.engine {
            case .helmRelease: "spec.values.\(key)"
            case .application: "\"spec.source.helm.parameters.[name=\(key)].value\""
            case nil: key
            }
        return "{value: \(binding), file: \(chart?.object.file ?? "apps/\(name)/values.yaml"), path: \(path)"
            + (isImage ? ", format: tag}" : "}")
    }

    // MARK: One value

    private mutating func bind(
        _ stated: BindingSpec, _ number: Int, _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload
    ) {
        let binding = BindingName(stated.value)
        let place = FieldPath([.field("spec"), .field("bindings"), .field(String(number))])
        guard let (object, path) = target(of: binding, stable, canary) else { return }
        if fields.contains(where: { $0.object == object && $0.livePath == path }) {
            report(place.appending("value"), "\(binding) is stated twice", "keep one of the two")
            return
        }
        do throws(Diagnostic) {
            let found = try StatedPlace(stated, in: index, of: environment, namespace: source.id.namespace)
            fields.append(try field(binding, stated, found, of: object, at: path))
            holders[stated.file] = found.stream
        } catch {
            // Where the values are is known to the file; what is stated of them to the Rollout.
            problems.append(
                error.line > 1 || error.hint != nil
                    ? error : source.diagnostic(at: place, error.message, hint: "it is stated here"))
        }
    }

    /// The live field that a value becomes.
    private func target(
        of binding: BindingName, _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload
    ) -> (ObjectReference, FieldPath)? {
        if binding == .weight || binding == .stableWeight {
            let share = binding == .weight ? BoundRollout.Route.canaryShare : BoundRollout.Route.stableShare
            return renderedRouteReference.map { ($0, share) }
        }
        for (side, workload) in [(Side.stable, stable), (.canary, canary)]
        where binding.text.hasPrefix("\(side.rawValue).") {
            let own = workload.object.reference
            let name = String(binding.text.dropFirst(side.rawValue.count + 1))
            if name == "replicas" { return (own, "spec.replicas") }
            if name == "floor" { return workload.autoscaler.map { ($0.reference, "spec.minReplicas") } }
            if name.hasPrefix("image.") {
                let steps: [FieldPath.Step] = [
                    .field("spec"), .field("containers"), .match(key: "name", value: String(name.dropFirst(6))),
                    .field("image"),
                ]
                return (own, BoundRollout.Workload.templatePath + FieldPath(steps))
            }
            if case .template(let path)? = ReleaseTarget(releaseName: name) {
                return (own, BoundRollout.Workload.templatePath + path)
            }
        }
        return nil
    }

    private func field(
        _ binding: BindingName, _ stated: BindingSpec, _ found: StatedPlace, of object: ObjectReference,
        at path: FieldPath
    ) throws(Diagnostic) -> BoundField {
        try ApplicationPrecedence(found)?.check()
        let value = RenderedValue(binding: binding, stated: stated, place: found)
        try checkOverrides(of: found)
        try DocumentOwner(index: index, environment: environment, namespace: source.id.namespace).checkReach(found)
        return BoundField(
            binding: binding == .stableWeight ? .weight : binding, place: found.place(try value.format()),
            object: object, livePath: path, text: try value.text(), unwritten: nil, imageName: try value.imageName())
    }

    /// - Throws: where an object that has a chart rendered with the file says something else instead.
    private func checkOverrides(of found: StatedPlace) throws(Diagnostic) {
        guard ManifestHeader(found.outer.root) == nil else { return }
        let file = found.stream.file
        let overrides = ChartOverrides(value: (found.inner?.path ?? found.path).steps)
        for release in index.chartReleases(in: environment) where release.reads(file) {
            guard let (path, node) = overrides.place(in: release, reading: file, index.tree) else { continue }
            throw Diagnostic(
                file: file, line: found.line,
                message: "\(path) of \(release.object.title) (\(release.object.file):\(node.position.line)) takes the"
                    + " place of this value",
                hint: "state the place there, or take it out there")
        }
    }

    // MARK: Weights

    /// One number is the canary's percent; of two the stable one has to be the rest.
    private mutating func checkPercent() {
        let weights = fields.filter { rendered.contains(.weight) && $0.binding == .weight }
        let numbers = weights.compactMap { $0.value.flatMap { Int($0) } }
        guard weights.count == 2, numbers.count == 2 else { return }
        let (one, other) = (weights[0].place, weights[1].place)
        if one.file == other.file, one.document == other.document, one.address == other.address {
            problems.append(
                weights[1].problem(
                    "route.weight and route.weight.stable are the same value, \(one.address)",
                    hint: "leave out route.weight.stable where the chart takes one number"))
        } else if numbers[0] + numbers[1] != BoundRollout.Route.percent {
            problems.append(
                weights[0].problem(
                    "the weights have to add up to 100, not \(numbers[0] + numbers[1])",
                    hint: "set the canary's to 0 and stable's to 100"))
        }
    }
}
