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
        let steps = kind == "values" ? place.inner?.path.steps ?? [] : Array(rest.dropFirst())
        let overrides = ChartOverrides(value: steps)
        for field in ["parameters", "fileParameters"] {
            guard case .found(let list) = place.outer.node(at: helm.appending(field)),
                let found = overrides.parameter(in: list.node)
            else { continue }
            let name = found["name"]?.resolved.text ?? ""
            let parameter = helm.appending(field).appending(.match(key: "name", value: name))
            throw Diagnostic(
                file: place.stream.file, line: place.line,
                message: "the parameter at line \(found.position.line) takes the place of this value",
                hint: field == "parameters" ? "state the place \(parameter).value" : "take it out of fileParameters")
        }
    }
}
