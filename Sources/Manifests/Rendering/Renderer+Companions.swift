internal import Rollouts
internal import YAML

/// What travels beside the pod template.
extension Renderer {
    /// By kind the canary's name for each stable one, as pods refer to them.
    var companionNames: [String: [String: String]] {
        var names: [String: [String: String]] = [:]
        for companion in rollout.companions {
            guard let stable = companion.target(on: .stable), let canary = companion.target(on: .canary) else {
                continue
            }
            names[stable.kind, default: [:]][stable.name] = canary.name
        }
        return names
    }

    /// The content of pairs travels like the pod template: the stable one's with the release's values.
    func writeCompanions(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        for companion in rollout.companions {
            try checkGenerated(companion)
            for path in companion.content {
                let wanted = try content(of: companion, at: path, release)
                try write(wanted, at: path, of: companion, on: &workbench)
            }
        }
        try writeOtherValues(release, on: &workbench)
    }

    private func content(
        of companion: BoundRollout.Companion, at path: FieldPath, _ release: Release
    ) throws(Diagnostic) -> YAMLTree? {
        var wanted: YAMLTree?
        if let node = companion.stable.node(at: path) {
            do throws(YAMLError) { wanted = try YAMLTree(node, of: companion.stable.stream) } catch {
                throw Diagnostic(error)
            }
        }
        for (name, value) in release.values.sorted(by: { $0.key < $1.key }) {
            guard let field = companion.field(named: name), field.steps.starts(with: path.steps) else { continue }
            let inner = FieldPath(Array(field.steps.dropFirst(path.steps.count)))
            wanted = (wanted ?? .mapping([])).setting(inner, to: .string(value)) ?? wanted
        }
        guard companion.kind == "SealedSecret", path == "spec.template" else { return wanted }
        return wanted?.keepingIdentity(of: companion.canary)
    }

    private func write(
        _ wanted: YAMLTree?, at path: FieldPath, of companion: BoundRollout.Companion, on workbench: inout Workbench
    ) throws(Diagnostic) {
        let canary = companion.canary
        let present = canary.node(at: path).flatMap { try? YAMLTree($0, of: canary.stream) }
        if wanted == present { return }
        guard companion.ownsContent else {
            throw canary.diagnostic(
                at: path, "\(path) of \(canary.title) is shared with another environment or patched",
                hint: "give this environment a \(canary.title) of its own: a release writes its whole content")
        }
        try workbench.place(wanted, at: path, of: canary)
    }

    /// Values of pairs beyond their content, each in its own place.
    private func writeOtherValues(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        for (name, value) in release.values.sorted(by: { $0.key < $1.key }) {
            for companion in rollout.companions {
                guard let path = companion.field(named: name),
                    !companion.content.contains(where: { path.steps.starts(with: $0.steps) }),
                    let field = rollout.field(.release(.canary, name)), field.value != value
                else { continue }
                try workbench.write(try field.text(meaning: value), to: field)
            }
        }
    }

    /// What kustomize generates no release writes, so both sides have to be alike already.
    private func checkGenerated(_ companion: BoundRollout.Companion) throws(Diagnostic) {
        if let difference = companion.generatedDifference { throw difference }
    }

    /// The content that the canaries of pairs had.
    func restoreCompanions(in past: Past, on workbench: inout Workbench) throws(Diagnostic) {
        for companion in rollout.companions {
            for path in companion.content {
                let former = formerTree(of: companion.canary, at: path, in: past)
                try workbench.place(former, at: path, of: companion.canary)
            }
        }
    }
}

extension BoundRollout.Companion {
    /// The field that a value of a release is for; nil where it is for something else.
    func field(named name: String) -> FieldPath? {
        guard case .companion(kind, stable.reference.name, let field)? = ReleaseTarget(releaseName: name) else {
            return nil
        }
        return field
    }

    /// What is wrong where kustomize generates the sides from different things.
    var generatedDifference: Diagnostic? {
        guard isGenerated, content(on: .stable) != content(on: .canary) else { return nil }
        return canary.diagnostic(
            "\(canary.title) is generated from something else than \(stable.title)",
            hint: "list the same literals and files for both: what kustomize generates no release writes")
    }
}

extension YAMLTree {
    /// The template of a SealedSecret with the names that the canary's has.
    fileprivate func keepingIdentity(of canary: ManifestObject) -> YAMLTree {
        var copy = self
        for name in ["name", "namespace"] {
            let path = FieldPath([.field("metadata"), .field(name)])
            guard value(at: path) != nil else { continue }
            let own = canary.node(at: "spec.template" + path)?.resolved.text
            let fallback = name == "name" ? canary.writtenName : value(at: path)?.text ?? ""
            copy = copy.setting(path, to: .string(own ?? fallback)) ?? copy
        }
        return copy
    }
}
