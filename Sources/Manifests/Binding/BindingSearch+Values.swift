internal import Rollouts
internal import YAML

/// The fields that `release.values` names.
extension BindingSearch {
    /// Of the pod template, or of a companion as `<Kind>/<name>:<path>`.
    mutating func bindValues(
        _ stable: BoundRollout.Workload, _ canary: BoundRollout.Workload, _ companions: [BoundRollout.Companion]
    ) {
        for (number, value) in (spec.release.values ?? []).enumerated() {
            let place: FieldPath =
                "spec.release.values" + FieldPath([.field(String(number)), .field("path")])
            guard let target = ReleaseTarget(value.path) else {
                problems.append(source.diagnostic(at: place, "\"\(value.path)\" is no field path"))
                continue
            }
            switch target {
            case .template(let path):
                let full = BoundRollout.Workload.templatePath + path
                bind(.release(.stable, target.name), to: full, of: stable.object, format: .value)
                bind(.release(.canary, target.name), to: full, of: canary.object, format: .value)
            case .companion(let kind, let name, let path):
                guard let pair = companions.first(where: { $0.kind == kind && $0.stable.reference.name == name }) else {
                    problems.append(
                        source.diagnostic(
                            at: place, "\(kind)/\(name) is not among spec.pairs",
                            hint: "add the pair, or name a field of the pod template"))
                    continue
                }
                if let (message, hint) = pair.refusal {
                    problems.append(source.diagnostic(at: place, message, hint: hint))
                    continue
                }
                bind(.release(.stable, target.name), to: path, of: pair.stable, format: .value)
                bind(.release(.canary, target.name), to: path, of: pair.canary, format: .value)
            }
        }
    }
}

extension BoundRollout.Companion {
    /// Why no release writes a value of the pair, and what to do instead; nil where it does.
    fileprivate var refusal: (message: String, hint: String)? {
        if kind == "ExternalSecret" || kind == "SealedSecret" {
            return (
                "\(stable.title) makes its Secret in its own time: pods that are replaced with it may still read the old one",
                "make a Secret of another name, and state the field of the pod template that names it"
            )
        }
        guard let made = [stable, canary].first(where: { $0.generator != nil }) else { return nil }
        return (
            "\(made.title) is generated in \(made.place), where no release writes a value",
            "make it a resource of its own, or state the value in the pod template's env"
        )
    }
}
