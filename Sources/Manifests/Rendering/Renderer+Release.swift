internal import Rollouts
internal import YAML

/// The release in the canary, and later in the stable manifests.
extension Renderer {
    /// The canary's whole pod template: the stable one with the release, but with what tells the sides apart.
    func writeCanary(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        guard rollout.canary.ownsTemplate, rollout.stable.ownsTemplate else {
            try checkRestart(release)
            for companion in rollout.companions { if let problem = companion.generatedDifference { throw problem } }
            try write(release, on: .canary, workbench: &workbench)
            return
        }
        var template = try template(of: release)
        try template.apply(release, of: rollout)
        template.rename(companionNames)
        template.mark(release)
        template.keepLabels(rollout.tellingLabels, of: try tree(of: rollout.canary))
        try placeImages(of: &template, release, on: &workbench)
        try workbench.synchronise(
            BoundRollout.Workload.templatePath, of: rollout.canary.object, with: template.tree)
        try writeCompanions(release, on: &workbench)
    }

    /// The canary's images that a kustomization replaces stay in the document as they are, and change where they are
    /// decided.
    private func placeImages(
        of template: inout PodTemplate, _ release: Release, on workbench: inout Workbench
    ) throws(Diagnostic) {
        let own = try tree(of: rollout.canary)
        for (container, path) in template.images {
            let name = "image.\(container)"
            guard let field = rollout.field(.release(.canary, name)), !rollout.canary.states(field),
                let written = own.value(at: path)?.text, template.set(path, to: written),
                let value = release.values[name] ?? rollout.field(.release(.stable, name))?.value,
                field.value != value
            else { continue }
            try workbench.write(try field.text(meaning: value), to: field)
        }
    }

    func writeStable(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        if let wanted = release.values["template"] {
            var present = PodTemplate(tree: try tree(of: rollout.stable))
            if present.digest.description != wanted {
                var template = try deliveredTemplate(wanted, release)
                template.keepLabels(rollout.tellingLabels, of: present.tree)
                present = template
                try workbench.synchronise(
                    BoundRollout.Workload.templatePath, of: rollout.stable.object, with: template.tree)
            }
        }
        try write(release, on: .stable, workbench: &workbench)
        try markStable(release, on: &workbench)
    }

    /// Each value of the release in its own place.
    private func write(_ release: Release, on side: Side, workbench: inout Workbench) throws(Diagnostic) {
        for (name, value) in release.values.sorted(by: { $0.key < $1.key }) where name != "template" {
            let binding = BindingName.release(side, name)
            guard let field = rollout.field(binding) else {
                throw rollout.source.diagnostic(
                    at: "spec.release", "there is no place for \(binding)", hint: "the manifest has no such field")
            }
            if field.value != value { try workbench.write(try field.text(meaning: value), to: field) }
        }
    }

    // MARK: Templates

    /// What the canary's template is made from: `release.template`'s or the stable one.
    private func template(of release: Release) throws(Diagnostic) -> PodTemplate {
        guard let wanted = release.values["template"] else { return PodTemplate(tree: try tree(of: rollout.stable)) }
        return try deliveredTemplate(wanted, release)
    }

    /// The template of that digest: the one that the Rollout names or, on the way back, the one that stable had.
    private func deliveredTemplate(_ digest: String, _ release: Release) throws(Diagnostic) -> PodTemplate {
        if var named = try ReleaseResolver(rollout, in: tree).template() {
            try named.apply(release, of: rollout)
            if named.digest.description == digest { return named }
        }
        if let past,
            let former = formerTree(of: rollout.stable.object, at: BoundRollout.Workload.templatePath, in: past),
            PodTemplate(tree: former).digest.description == digest
        {
            return PodTemplate(tree: former)
        }
        throw rollout.source.diagnostic(
            at: "spec.release.template", "the pod template of the release is no longer there",
            hint: "name the file that holds it, or state another release")
    }

    func tree(of workload: BoundRollout.Workload) throws(Diagnostic) -> YAMLTree {
        guard let node = workload.template else {
            throw workload.object.diagnostic(at: "spec", "\(workload.object.title) has no pod template")
        }
        do throws(YAMLError) {
            return try YAMLTree(node, of: workload.object.stream)
        } catch {
            throw Diagnostic(error)
        }
    }

    /// The same value as it was before the release.
    func formerTree(of object: ManifestObject, at path: FieldPath, in past: Past) -> YAMLTree? {
        var cache = ParseCache()
        guard let stream = try? cache.stream(at: object.file, in: past.before) else { return nil }
        let own = ManifestHeader(object.root)
        for document in stream.documents {
            guard let header = ManifestHeader(document.root), header.kind == own?.kind, header.name == own?.name,
                header.namespace == own?.namespace, case .found(let place) = document.node(at: path)
            else { continue }
            return try? YAMLTree(place.node, of: stream)
        }
        return nil
    }

    // MARK: The Rollout document

    /// States `release` in the Rollout document, or in the files that it reads its images from.
    func writeStatement(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        let stated = rollout.source.spec.release
        guard stated.template == nil else {
            throw rollout.source.diagnostic(
                at: "spec.release.template", "a release that is a file cannot be put back by the agent")
        }
        let base: FieldPath = "spec.release"
        for (container, source) in (stated.images ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let image = release.values["image.\(container)"] else { continue }
            let own = base.appending("images").appending(.field(container))
            var target: (file: String, document: Int, path: FieldPath) = (
                rollout.source.stream.file, rollout.source.index, own
            )
            if case .field(let file, let path) = source { target = (file, 0, FieldPath(parsing: path) ?? .root) }
            try workbench.edit(target.file) { (editor) throws(YAMLError) in
                try editor.set(target.path, to: .string(image), in: target.document)
            }
        }
        for (number, value) in (stated.values ?? []).enumerated() {
            guard let name = ReleaseTarget(value.path)?.name, let text = release.values[name] else { continue }
            let path = base.appending("values").appending(number).appending("value")
            try workbench.edit(rollout.source.stream.file) { (editor) throws(YAMLError) in
                try editor.set(path, to: .string(text), in: rollout.source.index)
            }
        }
    }
}
