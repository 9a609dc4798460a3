internal import Rollouts
internal import YAML

/// Where an entry of `spec.bindings` leads: a value in one document of a file, or inside a text of that document.
struct StatedPlace {
    let stream: YAMLStream
    /// The document in the file.
    let outer: YAMLDocument
    let path: FieldPath
    /// The document that the text at `path` is, and the way in it, where the value is inside a text.
    let inner: (document: YAMLDocument, path: FieldPath)?
    let node: YAMLNode
    /// From 1, in the file.
    let line: Int

    /// - Throws: where the entry leads to no value, to several, or to one that the Rollout may not change.
    init(
        _ spec: BindingSpec, in index: ManifestIndex, of environment: Environment, namespace: String
    ) throws(Diagnostic) {
        guard !spec.file.hasPrefix(".headgate/") else {
            throw Diagnostic(
                file: spec.file, message: "no release moves a field of .headgate", hint: "name a manifest's field")
        }
        guard FieldPath(parsing: spec.path) != nil else {
            throw Diagnostic(file: spec.file, message: "\"\(spec.path)\" is no field path")
        }
        var cache = ParseCache()
        guard let stream = try cache.stream(at: spec.file, in: index.tree) else {
            throw Diagnostic(file: spec.file, message: "there is no file \(spec.file)")
        }
        self.stream = stream
        outer = try Self.document(spec, in: stream)
        (path, inner, node, line) = try Self.value(spec.path, in: outer)
        let owner = DocumentOwner(index: index, environment: environment, namespace: namespace)
        try owner.check(outer, path, in: stream)
        if let inner, spec.file.name.lowercased().hasPrefix("kustomization") {
            try owner.check(patch: inner.document, in: stream)
        }
    }

    func place(_ format: BoundField.Format) -> BoundField.Place {
        .init(file: stream.file, document: outer.index, path: path, inner: inner?.path, format: format, line: line)
    }

    /// The value beside this one, such as the repository beside a tag; nil where it is not a text.
    func neighbour(_ name: String) -> String? {
        let (document, own) = inner ?? (outer, path)
        return Self.neighbours(of: own, name).lazy.compactMap { path -> String? in
            guard case .found(let place) = document.node(at: path) else { return nil }
            return place.node.resolved.text
        }.first { !$0.isEmpty }
    }

    /// A key beside the value's, or the parameter of that name beside a parameter.
    private static func neighbours(of path: FieldPath, _ name: String) -> [FieldPath] {
        guard let parent = path.parent else { return [] }
        if path.last == .field("value"), let list = parent.parent, case .match("name", let own)? = parent.last {
            let prefix = own.lastIndex(of: ".").map { own[...$0] } ?? ""
            return [list.appending(.match(key: "name", value: prefix + name)).appending("value")]
        }
        return [parent.appending(name)]
    }

    // MARK: The document

    private static func document(_ spec: BindingSpec, in stream: YAMLStream) throws(Diagnostic) -> YAMLDocument {
        let documents = stream.documents.filter { !$0.root.isNull }
        let fitting = documents.filter { document in
            let header = ManifestHeader(document.root)
            return (spec.kind == nil || header?.kind == spec.kind) && (spec.name == nil || header?.name == spec.name)
        }
        if fitting.count == 1 { return fitting[0] }
        let wanted = [spec.kind, spec.name].compactMap(\.self).joined(separator: "/")
        let titles = (fitting.isEmpty ? documents : fitting).map { document in
            let title = ManifestHeader(document.root).map { "\($0.kind)/\($0.name)" } ?? "a document without a kind"
            return "\(title) (line \(document.position.line))"
        }
        throw Diagnostic(
            file: stream.file, line: fitting.dropFirst().first?.position.line ?? 1,
            message: fitting.isEmpty
                ? documents.isEmpty ? "the file is empty" : "there is no \(wanted) in \(stream.file)"
                : "expected one document\(wanted.isEmpty ? "" : " \(wanted)"), found \(fitting.count)",
            hint: (fitting.isEmpty ? "it has " : "state kind and name of one: ") + titles.joined(separator: ", "))
    }

    // MARK: The value

    private typealias Value = (path: FieldPath, inner: (YAMLDocument, FieldPath)?, node: YAMLNode, line: Int)

    /// Follows `text` in a document; `spec.source.helm.values:image.tag` goes on inside the text at the first part.
    private static func value(_ text: String, in document: YAMLDocument) throws(Diagnostic) -> Value {
        let whole = FieldPath(parsing: text) ?? .root
        if case .found = document.node(at: whole) {
            let place = try found(whole, in: document)
            return (whole, nil, place, place.position.line)
        }
        for colon in colons(in: text) {
            guard let path = FieldPath(parsing: String(text[..<colon])),
                let rest = FieldPath(parsing: String(text[text.index(after: colon)...])),
                case .found(let place) = document.node(at: path), let content = place.node.string
            else { continue }
            let holder = try found(path, in: document)
            let (inside, node) = try value(of: rest, inside: content, holder, path, document.file)
            let offset = holder.isBlockText ? node.position.line : 0
            return (path, (inside, rest), node, holder.position.line + offset)
        }
        let node = try found(whole, in: document)
        return (whole, nil, node, node.position.line)
    }

    private static func found(_ path: FieldPath, in document: YAMLDocument) throws(Diagnostic) -> YAMLNode {
        let place: YAMLPlace
        do throws(YAMLError) { place = try document.place(at: path) } catch { throw Diagnostic(error) }
        if let shared = place.sharedThrough {
            throw Diagnostic(
                document.file, place.node,
                "\(path) is not written here but shared: line \(shared.line) refers to an anchor",
                hint: "write the value out, so that it can be changed by itself")
        }
        return place.node
    }

    private static func value(
        of path: FieldPath, inside text: String, _ holder: YAMLNode, _ outer: FieldPath, _ file: String
    ) throws(Diagnostic) -> (YAMLDocument, YAMLNode) {
        do throws(YAMLError) {
            let document = try YAMLStream(parsing: text, file: file).single
            let place = try document.place(at: path)
            guard place.sharedThrough == nil else {
                throw YAMLError(
                    file: file, position: place.node.position, message: "\(path) is shared through an anchor",
                    hint: "write the value out, so that it can be changed by itself")
            }
            return (document, place.node)
        } catch {
            let line = holder.position.line + (holder.isBlockText ? error.line : 0)
            throw Diagnostic(
                file: file, line: line, column: holder.isBlockText ? 1 : holder.position.column,
                message: "inside the text \(outer): \(error.message)", hint: error.hint)
        }
    }

    /// Where a path may go on inside a text: the colons that stand in no selector.
    private static func colons(in text: String) -> [String.Index] {
        var depth = 0
        return text.indices.filter { index in
            if text[index] == "[" { depth += 1 }
            if text[index] == "]" { depth -= 1 }
            return text[index] == ":" && depth == 0
        }
    }
}

extension YAMLNode {
    /// Whether its text begins on the line after it, each line as it is in the file.
    fileprivate var isBlockText: Bool {
        if case .scalar(_, let style) = resolved.content { return style == .literal || style == .folded }
        return false
    }
}
