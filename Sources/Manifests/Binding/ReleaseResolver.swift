package import Rollouts
internal import YAML

/// Reads what a Rollout states as its release into the values that are delivered.
package struct ReleaseResolver {
    let tree: Tree
    let rollout: BoundRollout

    package init(_ rollout: BoundRollout, in tree: Tree) {
        self.rollout = rollout
        self.tree = tree
    }

    /// The release with its files read.
    ///
    /// - Throws: where a container does not exist, a file or field is missing, or nothing is stated.
    package func release() throws(Diagnostic) -> Release {
        let spec = rollout.source.spec.release
        var values: [String: String] = [:]
        var template = try template()
        let containers = containers(of: template)
        for (container, source) in (spec.images ?? [:]).sorted(by: { $0.key < $1.key }) {
            let name = "image.\(container)"
            try check(container, among: containers)
            let reference = try image(source, of: container)
            guard ImageReference(reference).isWellFormed else {
                throw rollout.source.diagnostic(
                    at: FieldPath([.field("spec"), .field("release"), .field("images"), .field(container)]),
                    "\"\(reference)\" is no image that could be pulled", hint: "write registry/name:tag")
            }
            try checkParts(of: name, reference)
            values[name] = reference
        }
        for value in spec.values ?? [] {
            guard let target = ReleaseTarget(value.path) else { continue }
            if case .template(let path) = target, let field = PrivilegedFields.named(in: path) {
                throw rollout.source.diagnostic(
                    at: "spec.release.values", "a release does not move \(field)", hint: PrivilegedFields.hint)
            }
            values[target.name] = value.value
        }
        if let template {
            try checkPrivileges(of: template)
            try checkImages(of: template)
        }
        if template != nil {
            try template?.apply(Release(values: values), of: rollout)
            values["template"] = template?.digest.description
        }
        guard !values.isEmpty else {
            throw rollout.source.diagnostic(
                at: "spec.release", "the release states nothing",
                hint: "state an image by its container: images: {\(containers.first ?? "app"): …}")
        }
        return Release(values: values)
    }

    /// The pod template that `release.template` names; nil where the stable one is delivered.
    func template() throws(Diagnostic) -> PodTemplate? {
        guard let file = rollout.source.spec.release.template else { return nil }
        let place: FieldPath = "spec.release.template"
        guard let stream = try stream(file, at: place) else {
            throw rollout.source.diagnostic(at: place, "there is no file \(file)")
        }
        do throws(YAMLError) {
            let node = try stream.single.place(at: BoundRollout.Workload.templatePath).node
            return PodTemplate(tree: try YAMLTree(node, of: stream))
        } catch {
            throw Diagnostic(error)
        }
    }

    /// What a delivered template asks of the node has to be what stable asks already.
    private func checkPrivileges(of template: PodTemplate) throws(Diagnostic) {
        guard let stable = rollout.template(of: rollout.stable) else { return }
        let known = PrivilegedFields.found(in: stable)
        guard let new = PrivilegedFields.found(in: template.tree).subtracting(known).sorted().first else { return }
        throw rollout.source.diagnostic(
            at: "spec.release.template", "a release does not move \(new)", hint: PrivilegedFields.hint)
    }

    /// A whole template states whole images, which an entry of `images:` would replace again.
    private func checkImages(of template: PodTemplate) throws(Diagnostic) {
        for (container, _) in template.images {
            for workload in [rollout.stable, rollout.canary] {
                let side: Side = workload.object.reference == rollout.stable.object.reference ? .stable : .canary
                guard let field = rollout.field(.release(side, "image.\(container)")), !workload.states(field) else {
                    continue
                }
                throw rollout.source.diagnostic(
                    at: "spec.release.template",
                    "the image of \(container) in \(workload.object.title) is decided in \(field.placeText), not in its pod template",
                    hint: "take that entry out, or state release.images instead of a template")
            }
        }
    }

    private func containers(of template: PodTemplate?) -> [String] {
        if rollout.stable.object.isRendered { return rollout.renderedContainers }
        guard let template else { return BoundRollout.Workload.images(rollout.stable.template).map(\.container) }
        return template.images.map(\.container)
    }

    private func check(_ container: String, among containers: [String]) throws(Diagnostic) {
        guard !containers.contains(container) else { return }
        let near = Spelling.nearest(to: container, among: containers)
        throw rollout.source.diagnostic(
            at: FieldPath([.field("spec"), .field("release"), .field("images"), .field(container)]),
            "\(rollout.stable.object.title) has no container \(container)",
            hint: near.map { "did you mean \($0)?" } ?? "it has \(containers.joined(separator: ", "))")
    }

    private func image(_ source: ImageSource, of container: String) throws(Diagnostic) -> String {
        switch source {
        case .reference(let text): return text
        case .field(let file, let path):
            let place = FieldPath([.field("spec"), .field("release"), .field("images"), .field(container)])
            guard let stream = try stream(file, at: place) else {
                throw rollout.source.diagnostic(at: place.appending("file"), "there is no file \(file)")
            }
            guard let path = FieldPath(parsing: path) else {
                throw rollout.source.diagnostic(at: place.appending("path"), "\"\(path)\" is no field path")
            }
            let node: YAMLNode
            do throws(YAMLError) { node = try stream.single.place(at: path).node } catch { throw Diagnostic(error) }
            guard let text = node.string else {
                throw Diagnostic(file, node, "an image reference has to be a text, not \(node.summary)")
            }
            return text
        }
    }

    private func stream(_ file: String, at place: FieldPath) throws(Diagnostic) -> YAMLStream? {
        var cache = ParseCache()
        return try cache.stream(at: file, in: tree)
    }
}
