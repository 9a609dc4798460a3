internal import Rollouts
internal import YAML

/// Whose a document is: a Rollout binds values of its own namespace and environment only.
struct DocumentOwner {
    let index: ManifestIndex
    let environment: Environment
    let namespace: String

    /// - Throws: where the document is of another namespace, or where an overlay's patch decides the value instead.
    func check(_ document: YAMLDocument, _ path: FieldPath, in stream: YAMLStream) throws(Diagnostic) {
        let objects = index.objects(in: stream.file, document.index)
        if let own = index.object(in: stream.file, document.index, of: environment) { try checkPatches(own, path) }
        guard objects.isEmpty else {
            for object in objects { try check(object) }
            return
        }
        if ManifestHeader(document.root) != nil {
            try check(patch: document, in: stream)
        } else {
            try checkReaders(of: stream.file)
        }
    }

    /// A document that is laid over an object of its kind and name speaks for the object's namespace.
    func check(patch document: YAMLDocument, in stream: YAMLStream) throws(Diagnostic) {
        guard let header = ManifestHeader(document.root) else { return }
        let patched = index.objects(of: header.kind, in: environment).filter {
            $0.group == header.group && ($0.writtenName == header.name || $0.reference.name == header.name)
        }
        guard let engine = ChartRelease.engine(header.group, header.kind) else {
            for object in patched { try check(object) }
            if patched.isEmpty, !["", namespace].contains(header.namespace) {
                throw foreign(stream.file, header.namespace)
            }
            return
        }
        let stated = ChartRelease.namespaces(document.root, engine, own: "")
        for object in patched where stated.isEmpty { try check(object) }
        if patched.isEmpty || !stated.isEmpty {
            try check(stated, stream.file, engine, "\(header.kind)/\(header.name)", document.root)
        }
    }

    private func check(_ object: ManifestObject) throws(Diagnostic) {
        if let release = ChartRelease(object, in: index.tree) {
            try check(release.namespaces, object.file, release.engine, object.title, object.root)
        } else if !["", namespace].contains(object.reference.namespace) {
            throw foreign(object.file, object.reference.namespace)
        }
    }

    private func check(
        _ namespaces: Set<String>, _ file: String, _ engine: ChartRelease.Engine, _ title: String, _ root: YAMLNode
    ) throws(Diagnostic) {
        let field = engine == .helmRelease ? "spec.targetNamespace" : "spec.destination.namespace"
        if let other = namespaces.subtracting([namespace]).sorted().first {
            throw Diagnostic(
                file, root, "\(title) renders into namespace \(other), not \(namespace)",
                hint: "a Rollout binds values of its own namespace only, which \(field) names")
        }
        // A HelmRelease without any goes where whoever applies it says, like every manifest.
        if namespaces.isEmpty, engine == .application {
            throw Diagnostic(
                file, root, "\(title) does not say into which namespace it renders", hint: "add \(field): \(namespace)")
        }
    }

    private func foreign(_ file: String, _ other: String) -> Diagnostic {
        Diagnostic(
            file: file, message: "\(file) belongs to namespace \(other), not \(namespace)",
            hint: "a Rollout binds manifests of its own namespace only")
    }

    private func checkPatches(_ object: ManifestObject, _ path: FieldPath) throws(Diagnostic) {
        guard let patch = object.layers.flatMap(\.patches).first(where: { $0.fits(object) && $0.touches(path) }) else {
            return
        }
        throw object.diagnostic(
            at: path, "\(path) of \(object.title) is replaced by a patch in \(patch.stream.file)",
            hint: "state the place in that file instead")
    }

    /// A file of values belongs to nobody but those who have a chart rendered with it.
    private func checkReaders(of file: String) throws(Diagnostic) {
        for other in index.environments {
            for release in index.chartReleases(in: other) where release.reads(file) {
                guard let foreign = release.namespaces.subtracting([namespace]).sorted().first else { continue }
                throw Diagnostic(
                    file: file,
                    message: "\(file) has values of \(release.object.title) (\(release.object.place)) too, which"
                        + " renders into namespace \(foreign), not \(namespace)",
                    hint: "give each a file of its own")
            }
        }
    }

    /// - Throws: where the environment has nothing to do with the file of a value.
    func checkReach(_ place: StatedPlace) throws(Diagnostic) {
        let file = place.stream.file
        if index.reads(file, in: environment) { return }
        let isObject = ManifestHeader(place.outer.root) != nil
        if !isObject, file.isBelow(environment.root) { return }
        let root = environment.root.isEmpty ? "the repository" : environment.root
        throw Diagnostic(
            file: file, line: place.line,
            message: isObject
                ? "\(file) is not applied in the environment \(environment.name)"
                : "\(file) is no file of the environment \(environment.name)",
            hint: isObject
                ? "name it in a kustomization of \(root)"
                : "keep it below \(root), or name it among the files of values of a HelmRelease or an Application there"
        )
    }
}
