/// Changes values in a file and leaves every other byte as it is.
///
/// After every edit the whole file is parsed again; unless it means exactly what was intended, with all other values of
/// all documents equal, the edit throws and the file stays as it was. A value that returns to what it was when the file
/// was opened returns to the way it was written then.
package struct YAMLEditor: Sendable {
    /// The file as it is now.
    package private(set) var stream: YAMLStream
    /// The file as it was opened.
    package let original: YAMLStream
    let limits: YAMLLimits
    /// Whether a value that a place shares by an alias or a merge key is written out there, to be edited alone.
    let unshares: Bool

    package init(_ stream: YAMLStream, limits: YAMLLimits = YAMLLimits(), unshares: Bool = false) {
        self.stream = stream
        original = stream
        self.limits = limits
        self.unshares = unshares
    }

    package var bytes: [UInt8] { stream.bytes }
    package var text: String { stream.text }
    package var isChanged: Bool { stream.bytes != original.bytes }

    // MARK: Edits

    /// Writes `scalar` at `path`, which must exist; a text keeps its kind of quotes where these can hold it.
    ///
    /// - Parameter spelling: the plain text to write for a number, where it is not to be the shortest: `1.10`.
    package mutating func set(
        _ path: FieldPath, to scalar: YAMLScalar, spelled spelling: String? = nil, in document: Int = 0
    ) throws(YAMLError) {
        if unshares, try isScalar(scalar, spelling, at: path, in: document) { return }
        if try mustDetach(path, in: document) {
            return try transaction { (editor) throws(YAMLError) in
                try editor.detach(path, in: document)
                try editor.set(path, to: scalar, spelled: spelling, in: document)
            }
        }
        let target = try target(path, in: document)
        let node = target.place.node
        let scalar = scalar.asTagged(node.tag)
        if node.says(scalar, spelling) { return }
        if node.isAlias || !node.isScalar {
            return try transaction { (editor) throws(YAMLError) in
                try editor.replace(target, with: scalar)
                if spelling != nil { try editor.set(path, to: scalar, spelled: spelling, in: document) }
            }
        }
        let former = formerText(path, scalar, in: document)
        if former == nil { try refuseBehindTag(.scalar(scalar), target) }
        let edit = ScalarEdit(spot: target.spot, scalar: scalar, former: spelling ?? former)
        try apply(edit.candidates, to: target, action: "set") {
            $0.becoming(.scalar(scalar)) == $1 && $1.says(scalar, spelling)
        }
    }

    /// Writes a scalar in the place of a collection or of an alias, there with the quotes of the one that it stood for.
    private mutating func replace(_ target: Target, with scalar: YAMLScalar) throws(YAMLError) {
        var tree = YAMLTree.scalar(scalar)
        if target.place.node.isScalar { tree.source = YAMLFragment(target.place.node.resolved, of: stream) }
        try replace(target, with: tree)
    }

    private func isScalar(
        _ scalar: YAMLScalar, _ spelling: String?, at path: FieldPath, in document: Int
    ) throws(YAMLError) -> Bool {
        guard stream.documents.indices.contains(document),
            case .found(let place) = stream.documents[document].node(at: path)
        else { return false }
        return place.node.says(scalar, spelling)
    }

    /// A tag says what its value is, so another kind of value behind it would be a mistake to every reader.
    private func refuseBehindTag(_ tree: YAMLTree, _ target: Target) throws(YAMLError) {
        guard let tag = target.place.node.tag, let reason = CoreTag.refusal(of: tree, behind: tag) else { return }
        throw target.document.error(
            at: target.place.node, path: target.path, "cannot write \(target.path): \(reason)",
            hint: "take the tag out by hand, or write such a value")
    }

    /// Writes `tree` in the place of the value at `path`, which must exist.
    package mutating func replace(_ path: FieldPath, with tree: YAMLTree, in document: Int = 0) throws(YAMLError) {
        if try mustDetach(path, in: document) {
            return try transaction { (editor) throws(YAMLError) in
                try editor.detach(path, in: document)
                try editor.replace(path, with: tree, in: document)
            }
        }
        try replace(try target(path, in: document), with: tree)
    }

    /// Copies `node` of `source`, comments included, in the place of the value at `path`, which must exist.
    package mutating func replace(
        _ path: FieldPath, withNode node: YAMLNode, of source: YAMLStream, in document: Int = 0
    ) throws(YAMLError) {
        try replace(path, with: YAMLTree(node, of: source), in: document)
    }

    /// Writes a new entry or item.
    ///
    /// The last step of `path` names a key that is missing, the number that an item is to have, or with `-` or a
    /// selector a new last item. A new entry comes last or at `position` among its siblings.
    package mutating func insert(
        _ path: FieldPath, _ tree: YAMLTree, at position: Int? = nil, in document: Int = 0
    ) throws(YAMLError) {
        guard let parent = path.parent, let step = path.last else {
            throw error(in: document, path, "the root cannot be inserted", hint: "replace it")
        }
        if try mustDetach(parent, isParent: true, in: document) {
            return try transaction { (editor) throws(YAMLError) in
                try editor.detach(parent, isParent: true, in: document)
                try editor.insert(path, tree, at: position, in: document)
            }
        }
        let target = try target(parent, in: document, for: path)
        let node = target.place.node
        let (key, index) = try destination(step, in: node, position: position, path: path, document: document)
        let edit = InsertEdit(spot: target.spot, key: key, tree: tree, index: index)
        try apply(edit.candidates, to: target, action: "insert") { $0.inserting(tree, key: key, at: index) == $1 }
    }

    /// Takes out the entry or item at `path` with the comment on its line; other comments stay.
    package mutating func remove(_ path: FieldPath, in document: Int = 0) throws(YAMLError) {
        try refuseLent(path, in: document)
        if let parent = path.parent, try mustDetach(parent, isParent: true, in: document) {
            return try transaction { (editor) throws(YAMLError) in
                try editor.detach(parent, isParent: true, in: document)
                try editor.remove(path, in: document)
            }
        }
        let child = try target(path, in: document, mayBeAlias: true)
        guard let index = child.place.indices.last, let parentPath = child.place.path.parent else {
            throw error(in: document, path, "the root cannot be removed")
        }
        let target = try target(parentPath, indices: Array(child.place.indices.dropLast()), of: child)
        let edit = RemoveEdit(spot: target.spot, index: index)
        try apply(edit.candidates, to: target, action: "remove") { $0.removing(index) == $1 }
    }

    /// Makes all edits of `body` or, where one throws, none of them.
    package mutating func transaction(_ body: (inout YAMLEditor) throws(YAMLError) -> Void) throws(YAMLError) {
        var copy = self
        try body(&copy)
        self = copy
    }

    // MARK: Applying

    /// A place that may be edited, and its geometry.
    struct Target {
        let document: YAMLDocument
        let place: YAMLPlace
        let spot: Spot
        /// What the caller asked for.
        let path: FieldPath
    }

    private mutating func replace(_ target: Target, with tree: YAMLTree) throws(YAMLError) {
        try refuseBehindTag(tree, target)
        let edit = ReplaceEdit(spot: target.spot, tree: tree)
        try apply(edit.candidates, to: target, action: "replace") { $0.becoming(tree) == $1 }
    }

    /// Takes the first candidate after which the file means what it did, but for the target, of which `isIntended` judges what it
    /// was and has become.
    mutating func apply(
        _ candidates: [[Splice]], to target: Target, action: String, _ isIntended: (YAMLNode, YAMLNode) -> Bool
    ) throws(YAMLError) {
        // What the file meant when it was opened is written as it was then.
        if original.means(stream, changing: target, isIntended) {
            stream = original
            return
        }
        var failure: String?
        for splices in candidates {
            guard let bytes = Splice.apply(splices, to: stream.bytes) else { continue }
            let result: YAMLStream
            do throws(YAMLError) {
                result = try YAMLStream(parsing: bytes, file: stream.file, limits: limits)
            } catch {
                failure = failure ?? "the result could not be parsed: \(error.message)"
                continue
            }
            if result.means(stream, changing: target, isIntended) {
                stream = result
                return
            }
            failure = failure ?? "another value would have changed with it"
        }
        throw target.document.error(
            at: target.place.node, path: target.path,
            "cannot \(action) \(target.path): \(failure ?? "there is no way to write it here")",
            hint: "make this edit by hand, or write the value in a simpler style")
    }

    // MARK: Targets

    /// - Parameter mayBeAlias: whether the value may be written elsewhere as long as the alias stands here.
    func target(
        _ path: FieldPath, in document: Int, for wanted: FieldPath? = nil, mayBeAlias: Bool = false
    ) throws(YAMLError) -> Target {
        guard stream.documents.indices.contains(document) else {
            throw YAMLError(
                file: stream.file, position: .start, path: path,
                message: "there is no document \(document + 1), the file has \(stream.documents.count)")
        }
        let source = stream.documents[document]
        if let problem = source.problems.first { throw problem }
        let place = try source.place(at: path)
        let isAlias = place.node.isAlias && !mayBeAlias && !unshares
        if let shared = place.sharedThrough ?? (isAlias ? place.node.position : nil) {
            throw source.error(
                at: place.node, path: path,
                "\(path) is not written here but shared: line \(shared.line) refers to an anchor",
                hint: "write the value out at line \(shared.line), or edit it where the anchor is")
        }
        return try target(wanted ?? path, place, in: source)
    }

    /// A place on the way to `path`, as it stands.
    func target(_ place: YAMLPlace, for path: FieldPath, in document: Int) throws(YAMLError) -> Target {
        try target(path, place, in: stream.documents[document])
    }

    private func target(_ path: FieldPath, indices: [Int], of child: Target) throws(YAMLError) -> Target {
        guard let node = child.document.root.descendant(indices) else {
            throw child.document.error(at: child.place.node, path: path, "\(path) is missing")
        }
        let place = YAMLPlace(node: node, path: path, indices: indices, sharedThrough: nil)
        return try target(child.path, place, in: child.document)
    }

    private func target(_ path: FieldPath, _ place: YAMLPlace, in source: YAMLDocument) throws(YAMLError) -> Target {
        for node in source.root.trail(place.indices) ?? [] {
            guard let anchor = node.anchor, source.aliased[anchor] != nil else { continue }
            let aliases = node.aliases
            guard let last = aliases.last else { continue }
            let (noun, lines) = aliases.count == 1 ? ("alias", "line") : ("aliases", "lines")
            let earlier = aliases.dropLast().map { String($0.line) }.joined(separator: ", ")
            let places = "\(lines) \(earlier)\(earlier.isEmpty ? "" : " and ")\(last.line)"
            throw source.error(
                at: node, path: path,
                "\(path) is shared: the \(noun) *\(anchor) at \(places) would change with it",
                hint: "write the value out at \(places)")
        }
        guard let spot = Spot(root: source.root, indices: place.indices, scanner: SourceScanner(bytes: stream.bytes))
        else { throw source.error(at: place.node, path: path, "\(path) is missing") }
        return Target(document: source, place: place, spot: spot, path: path)
    }

    private func destination(
        _ step: FieldPath.Step, in node: YAMLNode, position: Int?, path: FieldPath, document: Int
    ) throws(YAMLError) -> (key: String?, index: Int) {
        let isEmpty = node.isWithoutText || node.isNull
        switch step {
        case .field("-") where node.isSequence || isEmpty, .match where node.isSequence || isEmpty:
            return (nil, max(0, min(position ?? node.childCount, node.childCount)))
        case .field(let name) where node.isSequence:
            guard let index = Int(name), (0...node.childCount).contains(index) else {
                throw error(in: document, path, "\(name) is no place in a list of \(node.childCount)", at: node)
            }
            return (nil, index)
        case .field(let name) where node.isMapping || isEmpty:
            if let existing = node.entries.first(where: { $0.name == name }) {
                throw error(in: document, path, "\(path) already exists", at: existing.key, hint: "set or replace it")
            }
            return (name, max(0, min(position ?? node.childCount, node.childCount)))
        case .any:
            throw error(
                in: document, path, "\(path) names many values where one is needed", at: node, hint: "name one item")
        default:
            throw error(in: document, path, "nothing can be inserted into \(node.summary)", at: node)
        }
    }

    private func error(
        in document: Int, _ path: FieldPath, _ message: String, at node: YAMLNode? = nil, hint: String? = nil
    ) -> YAMLError {
        let documents = stream.documents
        let start = documents.indices.contains(document) ? documents[document].position : .start
        let position = node?.position ?? start
        return YAMLError(file: stream.file, position: position, path: path, message: message, hint: hint)
    }

    /// The text of the value at `path` in the file as it was opened, where it has the same meaning.
    func formerText(_ path: FieldPath, _ scalar: YAMLScalar, in document: Int) -> String? {
        guard original.documents.indices.contains(document),
            case .found(let place) = original.documents[document].node(at: path), place.sharedThrough == nil,
            !place.node.isAlias, place.node.typed?.isIdentical(to: scalar) == true
        else { return nil }
        return String(decoding: original.bytes[place.node.contentRange], as: UTF8.self)
    }
}

extension YAMLScalar {
    /// The value as it is behind `tag`: a whole number behind `!!float` is a float.
    fileprivate func asTagged(_ tag: String?) -> YAMLScalar {
        guard tag == CoreTag.float, case .int(let number) = self else { return self }
        return .float(Double(number))
    }
}

extension YAMLNode {
    /// Whether the node means `scalar` and, where the spelling matters, has it.
    fileprivate func says(_ scalar: YAMLScalar, _ spelling: String?) -> Bool {
        typed?.isIdentical(to: scalar) == true && (spelling == nil || resolved.text == spelling)
    }

    /// The node with the meaning of `tree` and its own anchor and tag; a tag that forces another type makes it differ
    /// from whatever is written, so that the edit is refused.
    func becoming(_ tree: YAMLTree) -> YAMLNode {
        let changed = with(YAMLNode(meaning: tree).content)
        guard let scalar = tree.scalar, changed.typed?.isIdentical(to: scalar) != true else { return changed }
        return YAMLNode(meaning: tree)
    }
}

extension YAMLStream {
    /// Whether this stream means what `former` meant, but for one value.
    fileprivate func means(
        _ former: YAMLStream, changing target: YAMLEditor.Target, _ isIntended: (YAMLNode, YAMLNode) -> Bool
    ) -> Bool {
        let index = target.document.index
        guard documents.count == former.documents.count, documents[index].problems.isEmpty,
            former.documents[index].root.means(documents[index].root, changing: target.place.indices[...], isIntended)
        else { return false }
        return zip(documents, former.documents).allSatisfy { $0.index == index || $0.root == $1.root }
    }
}
