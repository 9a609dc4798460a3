/// Builds the documents of a file from libyaml's events.
struct DocumentReader: ~Copyable {
    private let map: SourceMap
    private let scanner: SourceScanner
    private let file: String
    private let limits: YAMLLimits
    private var reader: EventReader
    private var anchors: [String: YAMLNode] = [:]
    private var aliased: [String: YAMLPosition] = [:]
    private var problems: [YAMLError] = []

    static func read(_ bytes: [UInt8], file: String, limits: YAMLLimits) throws(YAMLError) -> [YAMLDocument] {
        try refuseForeign(bytes, file: file, limits: limits)
        guard let reader = EventReader(bytes) else {
            throw YAMLError(file: file, position: .start, message: "not enough memory to read the file")
        }
        var documents = DocumentReader(
            map: SourceMap(bytes), scanner: SourceScanner(bytes: bytes), file: file, limits: limits, reader: reader)
        return try documents.readAll()
    }

    private init(
        map: SourceMap, scanner: SourceScanner, file: String, limits: YAMLLimits, reader: consuming EventReader
    ) {
        self.map = map
        self.scanner = scanner
        self.file = file
        self.limits = limits
        self.reader = reader
    }

    private static func refuseForeign(_ bytes: [UInt8], file: String, limits: YAMLLimits) throws(YAMLError) {
        if bytes.count > limits.size {
            throw YAMLError(
                file: file, position: .start, message: "the file has \(bytes.count) bytes, more than \(limits.size)",
                hint: "split it into smaller files")
        }
        let first = bytes.prefix(2)
        if first == [0xFE, 0xFF] || first == [0xFF, 0xFE] || first.contains(0) {
            throw YAMLError(
                file: file, position: .start, message: "the file is not UTF-8 but UTF-16 or UTF-32",
                hint: "save it as UTF-8")
        }
    }

    private mutating func readAll() throws(YAMLError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                (anchors, aliased, problems) = ([:], [:], [])
                let root = try node(try next(), depth: 0)
                documents.append(
                    YAMLDocument(
                        file: file, index: documents.count, root: root, problems: problems, aliased: aliased))
            default: continue
            }
        }
    }

    private mutating func next() throws(YAMLError) -> EventReader.Event {
        switch reader.next() {
        case .success(let event): return event
        case .failure(let failure): throw error(failure)
        }
    }

    private mutating func node(_ event: EventReader.Event, depth: Int) throws(YAMLError) -> YAMLNode {
        let start = map.offset(mark: event.start)
        guard depth <= limits.depth else {
            throw YAMLError(
                file: file, position: map.position(offset: start),
                message: "collections are nested more than \(limits.depth) deep")
        }
        let node: YAMLNode
        switch event.kind {
        case .alias(let name):
            node = alias(name, range: start..<map.offset(mark: event.end))
        case .scalar(let text, let style):
            node = scalar(event, text: text, style: style, range: start..<map.offset(mark: event.end))
        case .sequenceStart(let isFlow): node = try sequence(event, start: start, isFlow: isFlow, depth: depth)
        case .mappingStart(let isFlow): node = try mapping(event, start: start, isFlow: isFlow, depth: depth)
        default:
            throw YAMLError(file: file, position: map.position(offset: start), message: "expected a value")
        }
        if let anchor = node.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func alias(_ name: String, range: Range<Int>) -> YAMLNode {
        let position = map.position(offset: range.lowerBound)
        let target = anchors[name]
        if target == nil {
            problems.append(
                YAMLError(
                    file: file, position: position, message: "the alias *\(name) refers to no anchor before it",
                    hint: "an anchor &\(name) must be completed earlier in the same document"))
        }
        if aliased[name] == nil { aliased[name] = position }
        return YAMLNode(
            content: .alias(name: name, target: target), range: range, contentStart: range.lowerBound,
            position: position)
    }

    private func scalar(
        _ event: EventReader.Event, text: String, style: YAMLNode.ScalarStyle, range: Range<Int>
    ) -> YAMLNode {
        let isBlock = style == .literal || style == .folded
        let end = isBlock ? scanner.blockScalarEnd(range, keepsBlanks: text.hasSuffix("\n\n")) : range.upperBound
        let contentStart = min(self.contentStart(event, range.lowerBound), max(end, range.lowerBound))
        return YAMLNode(
            content: .scalar(text: text, style: style), anchor: event.anchor, tag: event.tag,
            range: range.lowerBound..<max(end, range.lowerBound), contentStart: contentStart,
            position: map.position(offset: contentStart))
    }

    private mutating func sequence(
        _ event: EventReader.Event, start: Int, isFlow: Bool, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        let contentStart = contentStart(event, start)
        var items: [YAMLNode] = []
        while true {
            let item = try next()
            if case .sequenceEnd = item.kind {
                let end = isFlow ? map.offset(mark: item.end) : scanner.lastEntryEnd(items.last, from: contentStart)
                return YAMLNode(
                    content: .sequence(items, style: isFlow ? .flow : .block), anchor: event.anchor, tag: event.tag,
                    range: start..<end, contentStart: contentStart, position: map.position(offset: contentStart))
            }
            items.append(try node(item, depth: depth + 1))
        }
    }

    private mutating func mapping(
        _ event: EventReader.Event, start: Int, isFlow: Bool, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        let contentStart = contentStart(event, start)
        var entries: [YAMLEntry] = []
        var keys = KeyPlaces()
        while true {
            let event2 = try next()
            if case .mappingEnd = event2.kind {
                let style: YAMLNode.CollectionStyle =
                    !isFlow ? .block : scanner.byte(at: contentStart) == UInt8(ascii: "{") ? .flow : .pair
                let end =
                    style == .flow
                    ? map.offset(mark: event2.end) : scanner.lastEntryEnd(entries.last?.value, from: contentStart)
                return YAMLNode(
                    content: .mapping(entries, style: style), anchor: event.anchor, tag: event.tag,
                    range: start..<max(end, contentStart), contentStart: contentStart,
                    position: map.position(offset: contentStart))
            }
            let key = try node(event2, depth: depth + 1)
            note(key, among: &keys)
            entries.append(YAMLEntry(key: key, value: try node(try next(), depth: depth + 1)))
        }
    }

    /// Records what Kubernetes would refuse of a key.
    private mutating func note(_ key: YAMLNode, among keys: inout KeyPlaces) {
        guard let name = key.text else {
            let isTemplate = key.isMapping && scanner.contains("{{")
            problems.append(
                YAMLError(
                    file: file, position: key.position, message: "a key must be a text, found \(key.summary)",
                    hint: isTemplate ? Self.templateHint : nil))
            return
        }
        if let first = keys.place(of: name, at: key.position) {
            problems.append(
                YAMLError(
                    file: file, position: key.position,
                    message: "the key \"\(name)\" is already used at line \(first.line), column \(first.column)",
                    hint: "remove one of the two"))
        }
    }

    private func contentStart(_ event: EventReader.Event, _ start: Int) -> Int {
        event.anchor == nil && event.tag == nil ? start : scanner.propertiesEnd(from: start)
    }

    private static let templateHint = "this looks like a Helm template; only rendered manifests can be read"

    private func error(_ failure: EventReader.Failure) -> YAMLError {
        let position: YAMLPosition
        var start = 0
        switch failure.place {
        case .mark(let index):
            start = map.offset(mark: index)
            position = map.position(offset: start)
        case .byte(let offset):
            // libyaml names the octet that breaks a sequence; the character begins one before.
            let isTrailing = offset > 0 && (scanner.byte(at: offset - 1) ?? 0) >= 0xC0
            position = map.position(offset: isTrailing ? offset - 1 : offset)
        }
        let message = [failure.problem, failure.context].compactMap(\.self).joined(separator: " ")
        var hint: String?
        if scanner.contains("{{") {
            hint = Self.templateHint
        } else if failure.problem.contains("cannot start any token") {
            let isTab = scanner.byte(at: start) == 0x09
            hint =
                isTab
                ? "this is a tab; YAML is indented with spaces"
                : "indent with spaces, and put quotes around a text that begins with a special character"
        } else if failure.problem.contains("mapping values are not allowed") {
            hint = "put quotes around a text that contains \": \""
        }
        return YAMLError(file: file, position: position, message: message, hint: hint)
    }
}

/// Where the keys of one mapping stand: a list while they are few, as they mostly are, and a table from then on.
private struct KeyPlaces {
    private var few: [(name: String, position: YAMLPosition)] = []
    private var many: [String: YAMLPosition] = [:]

    private static let limit = 12

    /// Where the key has stood before; nil for one that is new, which is remembered.
    mutating func place(of name: String, at position: YAMLPosition) -> YAMLPosition? {
        if many.isEmpty, let known = few.first(where: { $0.name == name }) { return known.position }
        if let known = many[name] { return known }
        if many.isEmpty, few.count < Self.limit {
            few.append((name, position))
            return nil
        }
        if many.isEmpty { for (name, position) in few { many[name] = position } }
        many[name] = position
        return nil
    }
}
