internal import Rollouts
internal import YAML

/// The values of the pair, each with its place in Git.
extension BindingSearch {
    mutating func bindImages(_ workload: BoundRollout.Workload, _ side: Side) {
        var seen: Set<String> = []
        for (container, path) in BoundRollout.Workload.images(workload.template) where seen.insert(container).inserted {
            bind(
                .release(side, "image.\(container)"), to: BoundRollout.Workload.templatePath + path,
                of: workload.object,
                format: .image)
        }
    }

    /// Under an autoscaler its floor is bound and never the count of pods; a DaemonSet has no count, and a marker of the
    /// canary's alone; under Knative nothing is.
    mutating func bindCapacity(_ workload: BoundRollout.Workload, _ side: Side) {
        if workload.isKnative { return }
        if workload.object.kind == "DaemonSet" {
            if workload.object.node(at: "spec.updateStrategy.type")?.text == "OnDelete" {
                problems.append(
                    workload.object.diagnostic(
                        at: "spec.updateStrategy.type",
                        "\(workload.object.title) replaces its pods only when they are deleted",
                        hint: "use RollingUpdate"))
            }
            if side == .canary { bindRest(workload) }
            return
        }
        if let scaler = workload.autoscaler {
            bind(
                side == .stable ? .stableFloor : .canaryFloor, to: scaler.floorPath, of: scaler.object, format: .number,
                unwritten: String(scaler.lowest))
        } else {
            bind(
                side == .stable ? .stableReplicas : .canaryReplicas, to: "spec.replicas", of: workload.object,
                format: .number, unwritten: "1")
        }
    }

    private mutating func bindRest(_ canary: BoundRollout.Workload) {
        guard canary.ownsTemplate else {
            problems.append(
                canary.object.diagnostic(
                    at: BoundRollout.Workload.templatePath,
                    "the pod template of \(canary.object.title) is patched or shared, so that it cannot be brought to rest",
                    hint: "write the canary whole in a file of this environment: its nodeSelector is its capacity"))
            return
        }
        fields.append(.restMarker(of: canary.object))
    }

    /// What `spec.bindings` states takes the place of what was found.
    mutating func applyStatedBindings(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        for (number, stated) in (spec.bindings ?? []).enumerated() {
            let place = FieldPath([.field("spec"), .field("bindings"), .field(String(number))])
            let binding = BindingName(stated.value)
            if rendered.contains(binding) { continue }
            guard let index = fields.firstIndex(where: { $0.binding == binding }) else {
                let near = Spelling.nearest(to: stated.value, among: fields.map(\.binding.text))
                problems.append(
                    source.diagnostic(
                        at: place.appending("value"), "there is no value \(stated.value) to bind",
                        hint: near.map { "did you mean \($0)?" }))
                continue
            }
            guard !binding.isOfJob else {
                problems.append(
                    source.diagnostic(
                        at: place.appending("value"), "what starts a Job stands in its own document alone",
                        hint: "take the entry out"))
                continue
            }
            guard fields[index].place.format != .marker else {
                problems.append(
                    source.diagnostic(
                        at: place.appending("value"), "a DaemonSet's capacity stands in its own pod template alone",
                        hint: "take the entry out"))
                continue
            }
            do throws(Diagnostic) {
                fields[index] = try stated.applied(to: fields[index], in: self.index, of: environment)
            } catch {
                problems.append(
                    source.diagnostic(at: place, error.message, hint: error.hint ?? "it is stated here"))
            }
        }
    }

    mutating func bind(
        _ binding: BindingName, to path: FieldPath, within text: FieldPath? = nil, of object: ManifestObject,
        format: BoundField.Format, unwritten: String? = nil
    ) {
        // What a chart makes has no fields in Git.
        if object.isRendered { return }
        let placement = Placement(index: index, environment: environment)
        do throws(Diagnostic) {
            if let text {
                fields.append(
                    try placement.field(
                        binding, at: path, within: text, of: object, format: format, unwritten: unwritten))
            } else {
                fields.append(
                    try placement.field(binding, at: path, of: object, format: format, unwritten: unwritten))
            }
        } catch {
            problems.append(error)
        }
    }

    // MARK: Checks

    /// Two values at one place could not be changed apart.
    mutating func checkAddresses() {
        var owners: [String: BoundField] = [:]
        for field in fields {
            let address = "\(field.place.file)#\(field.place.document) \(field.place.address)"
            if let other = owners[address], other.binding != field.binding {
                problems.append(
                    field.problem(
                        "\(other.binding) and \(field.binding) are the same value, \(field.place.address)",
                        hint: "write the image in each workload, or give each a name of its own to be replaced"))
            }
            owners[address] = field
        }
    }

    /// A value that is written where another environment reads it too would change that one with it.
    mutating func checkSharing(_ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload) {
        var reported: Set<String> = []
        for field in fields {
            let sharers = index.sharers(of: field.place.file, besides: environment)
            guard !sharers.isEmpty, reported.insert("\(field.binding)").inserted else { continue }
            let layers =
                stable.object.layers + canary.object.layers
                + (index.object(in: field.place.file, field.place.document, of: environment)?.layers ?? [])
            let overlay = layers.last { index.sharers(of: $0.file, besides: environment).isEmpty }?.file
            problems.append(
                field.problem(
                    "\(field.binding) is written in a file that \(sharers.joined(separator: " and ")) applies too",
                    hint: overlay.map { "give the value in \($0): an entry of images: or replicas:, or a patch" }
                        ?? "give each environment a file of its own"))
        }
    }
}

/// What a value of a release is for.
enum ReleaseTarget: Hashable {
    /// A field of the pod template, from its root.
    case template(FieldPath)
    case companion(kind: String, name: String, FieldPath)

    init?(_ text: String) {
        if let colon = text.firstIndex(of: ":"), let slash = text[..<colon].firstIndex(of: "/"), slash > text.startIndex
        {
            guard let path = FieldPath(parsing: String(text[text.index(after: colon)...])) else { return nil }
            self = .companion(
                kind: String(text[..<slash]), name: String(text[text.index(after: slash)..<colon]), path)
            return
        }
        guard let path = FieldPath(parsing: text), !path.steps.contains(.any) else { return nil }
        let prefix: [FieldPath.Step] = [.field("spec"), .field("template")]
        self = .template(path.steps.starts(with: prefix) ? FieldPath(Array(path.steps.dropFirst(2))) : path)
    }

    /// The name of the value in a release.
    var name: String {
        switch self {
        case .template(let path): "value.\(path)"
        case .companion(let kind, let name, let path): "value.\(kind)/\(name):\(path)"
        }
    }

    /// Reads the name of a value in a release; nil for an image or a template.
    init?(releaseName: String) {
        guard releaseName.hasPrefix("value.") else { return nil }
        self.init(String(releaseName.dropFirst(6)))
    }
}

extension BindingSpec {
    /// The field with the place that this binding states.
    fileprivate func applied(
        to field: BoundField, in index: ManifestIndex, of environment: Environment
    ) throws(Diagnostic) -> BoundField {
        let place = try StatedPlace(self, in: index, of: environment, namespace: field.object.namespace)
        let known = BoundField.Format(rawValue: format?.rawValue ?? "") ?? field.place.format
        let name = image ?? field.imageName ?? field.text.map { ImageReference($0).name }
        return BoundField(
            binding: field.binding, place: place.place(known), object: field.object, livePath: field.livePath,
            text: place.node.resolved.text, unwritten: field.unwritten, imageName: name)
    }
}
