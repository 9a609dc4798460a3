/// Edits inside a text that is YAML or JSON itself, such as a patch in a kustomization or an annotation.
extension YAMLEditor {
    /// Writes `scalar` at `inner` of the document that the text at `path` is; its parent must exist.
    ///
    /// Only the value's own characters change where the file's quotes, escapes and line folds allow it; otherwise the whole
    /// text is written again in its style.
    package mutating func set(
        _ inner: FieldPath, to scalar: YAMLScalar, insideTextAt path: FieldPath, in document: Int = 0
    ) throws(YAMLError) {
        let outer = try target(path, in: document)
        let former = try innerStream(of: outer)
        var editor = YAMLEditor(former, limits: limits)
        let change: InnerChange
        do throws(YAMLError) {
            if case .missing = try former.single.node(at: inner) {
                try editor.insert(inner, .scalar(scalar))
                change = InnerChange(text: editor.text)
            } else {
                try editor.set(inner, to: scalar)
                change = try InnerChange(from: former, to: editor.stream, at: inner)
            }
        } catch { throw moved(error, to: outer) }
        try write(change, to: outer)
    }

    /// Takes the value at `inner` out of the document that the text at `path` is.
    package mutating func remove(
        _ inner: FieldPath, insideTextAt path: FieldPath, in document: Int = 0
    ) throws(YAMLError) {
        let outer = try target(path, in: document)
        var editor = YAMLEditor(try innerStream(of: outer), limits: limits)
        do throws(YAMLError) { try editor.remove(inner) } catch { throw moved(error, to: outer) }
        try write(InnerChange(text: editor.text), to: outer)
    }

    private func innerStream(of outer: Target) throws(YAMLError) -> YAMLStream {
        guard let text = outer.place.node.string else {
            throw outer.document.error(
                at: outer.place.node, path: outer.path,
                "\(outer.path) has to be a text, not \(outer.place.node.summary)")
        }
        do throws(YAMLError) {
            return try YAMLStream(parsing: text, file: stream.file, limits: limits)
        } catch { throw moved(error, to: outer) }
    }

    private mutating func write(_ change: InnerChange, to outer: Target) throws(YAMLError) {
        if change.text == outer.place.node.string { return }
        let scalar = YAMLScalar.string(change.text)
        let whole = ScalarEdit(
            spot: outer.spot, scalar: scalar, former: formerText(outer.path, scalar, in: outer.document.index))
        let places = change.candidates(in: outer.place.node, of: stream)
        try apply(places + whole.candidates, to: outer, action: "set") { $0.becoming(.scalar(scalar)) == $1 }
    }

    /// The error with the place of the text in the file: lines of the text itself lead nowhere.
    private func moved(_ error: YAMLError, to outer: Target) -> YAMLError {
        outer.document.error(
            at: outer.place.node, path: outer.path, "in the text at \(outer.path): \(error.message)", hint: error.hint)
    }
}

/// A new text, and the one value in it that differs from the former.
private struct InnerChange {
    let text: String
    private var old: [UInt8] = []
    private var new = ""
    /// How often the value's characters stand before it in the former text.
    private var before = 0

    init(text: String) {
        self.text = text
    }

    init(from former: YAMLStream, to present: YAMLStream, at path: FieldPath) throws(YAMLError) {
        text = present.text
        let token = Self.token(try former.single.place(at: path).node, in: former)
        let replacement = Self.token(try present.single.place(at: path).node, in: present)
        // Quotes come and go with the whole text only.
        guard token.isQuoted == replacement.isQuoted else { return }
        old = Array(former.bytes[token.range])
        new = String(decoding: present.bytes[replacement.range], as: UTF8.self)
        before = Self.occurrences(of: old, in: former.bytes[..<token.range.lowerBound]).count
    }

    /// Where a value's characters stand, its quotes left out.
    private static func token(_ node: YAMLNode, in stream: YAMLStream) -> (range: Range<Int>, isQuoted: Bool) {
        let range = node.contentRange.clamped(to: 0..<stream.bytes.count)
        switch node.content {
        case .scalar(_, .singleQuoted), .scalar(_, .doubleQuoted):
            return ((range.lowerBound + 1)..<max(range.lowerBound + 1, range.upperBound - 1), true)
        default: return (range, false)
        }
    }

    /// The ways to replace just the value where the text is written, the likeliest first.
    ///
    /// In any style such characters stand for themselves, in the order of the text; of the candidates the editor takes
    /// one that means the new text.
    func candidates(in node: YAMLNode, of stream: YAMLStream) -> [[Splice]] {
        guard !old.isEmpty, old.allSatisfy(Self.isLiteral), new.utf8.allSatisfy(Self.isLiteral) else { return [] }
        let range = node.contentRange.clamped(to: 0..<stream.bytes.count)
        var start = range.lowerBound
        // The header of a block scalar may have a number in it.
        if node.isBlockScalar { start = SourceScanner(bytes: stream.bytes).lineEnd(start) }
        let places = Self.occurrences(of: old, in: stream.bytes[start..<max(start, range.upperBound)])
        let likely = places.indices.contains(before) ? [places[before]] : []
        let others = places.filter { !likely.contains($0) }.prefix(50)
        return (likely + others).map { [Splice($0..<($0 + old.count), new)] }
    }

    /// Printable ASCII without blanks, quotes and escapes: what no style writes otherwise.
    private static func isLiteral(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"'\"\\".utf8.contains(byte)
    }

    private static func occurrences(of token: [UInt8], in bytes: ArraySlice<UInt8>) -> [Int] {
        guard let first = token.first, bytes.count >= token.count else { return [] }
        return (bytes.startIndex...(bytes.endIndex - token.count)).filter { start in
            bytes[start] == first && bytes[start..<(start + token.count)].elementsEqual(token)
        }
    }
}
