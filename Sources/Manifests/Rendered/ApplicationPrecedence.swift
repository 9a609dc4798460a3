internal import Rollouts
internal import YAML

/// What Argo CD reads in the place of a value of an `Application`: parameters come before `valuesObject`, and where that is
/// stated, `values` is not read at all.
struct ApplicationPrecedence {
    private let helm: FieldPath
    private let place: StatedPlace

    /// Nil for a value that is none of an Application's `helm`.
    init?(_ place: StatedPlace) {
        guard let header = ManifestHeader(place.outer.root),
            ChartRelease.engine(header.group, header.kind) == .application,
            let index = place.path.steps.lastIndex(of: .field("helm"))
        else { return nil }
        helm = FieldPath(Array(place.path.steps[...index]))
        self.place = place
    }

    /// - Throws: where another value is read instead of this one.
    func check() throws(Diagnostic) {
        let rest = Array(place.path.steps.dropFirst(helm.steps.count))
        guard case .field(let kind)? = rest.first, kind == "values" || kind == "valuesObject" else { return }
        if kind == "values", case .found = place.outer.node(at: helm.appending("valuesObject")) {
            throw Diagnostic(
                file: place.stream.file, line: place.line, message: "values is not read beside valuesObject",
                hint: "state the place in \(helm).valuesObject")
        }
        let names = (kind == "values" ? place.inner?.path.steps ?? [] : Array(rest.dropFirst())).map { step in
            if case .field(let name) = step { name } else { "" }
        }
        let parameter = helm.appending("parameters").appending(
            .match(key: "name", value: names.joined(separator: ".")))
        guard case .found(let found) = place.outer.node(at: parameter) else { return }
        throw Diagnostic(
            file: place.stream.file, line: place.line,
            message: "the parameter at line \(found.node.position.line) takes the place of this value",
            hint: "state the place \(parameter).value")
    }
}
