/// Builds the documents of a file from libyaml's events.
struct DocumentReader: ~Copyable {
    let map: SourceMap
    let scanner: SourceScanner
    private let file: String
    private let limits: YAMLLimits
    private var event: EventReader
    private var table: NodeTableBuilder
    private var documents: [Document] = []
    // Of the document that is being read.
    private var anchors: [String: Int] = [:]
    private var aliased: [String: YAMLPosition] = [:]
    private var problems: [YAMLError] = []

    private struct Document {
        let root: Int
        let problems: [YAMLError]
        let aliased: [String: YAMLPosition]
    }

    static func read(_ bytes: [UInt8], file: String, limits: YAMLLimits) throws(YAMLError) -> [YAMLDocument] {
        try refuseForeign(bytes, file: file, limits: limits)
        guard let event = EventReader(bytes) else {
            throw YAMLError(file: file, position: .start, message: "not enough memory to read the file")
        }
        var reader = DocumentReader(bytes, file: file, limits: limits, event: event)
        try reader.readAll()
        return reader.finished()
    }

    private init(_ bytes: [UInt8], file: String, limits: YAMLLimits, event: consuming EventReader) {
        map = SourceMap(bytes)
        scanner = SourceScanner(bytes: bytes)
        table = NodeTableBuilder(bytes, map: map)
        self.file = file
        self.limits = limits
        self.event = event
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

    private mutating func readAll() throws(YAMLError) {
        while true {
            try advance()
            switch event.kind {
            case .streamEnd: return
            case .documentStart:
                (anchors, aliased, problems) = ([:], [:], [])
                try advance()
                let root = try node(depth: 0)
                documents.append(Document(root: root, problems: problems, aliased: aliased))
            default: continue
            }
        }
    }

    private consuming func finished() -> [YAMLDocument] {
        let file = file
        let table = table.finished()
        return documents.enumerated().map { index, document in
            YAMLDocument(
                file: file, index: index, root: YAMLNode(table, document.root), problems: document.problems,
                aliased: document.aliased)
        }
    }

    private mutating func advance() throws(YAMLError) {
        do throws(EventReader.Failure) {
            try event.advance()
        } catch {
            throw self.error(error, in: file)
        }
    }

    // MARK: Nodes

    /// Reads the node that the current event begins, and all below it; gives its number.
    private mutating func node(depth: Int) throws(YAMLError) -> Int {
        guard depth <= limits.depth else {
            throw error("collections are nested more than \(limits.depth) deep")
        }
        let index: Int
        let properties = event.properties
        switch event.kind {
        case .scalar: index = table.appendScalar(properties, from: event)
        case .mappingStart: index = try mapping(properties, depth: depth)
        case .sequenceStart: index = try sequence(properties, depth: depth)
        case .alias: return alias()
        default: throw error("expected a value")
        }
        if let anchor = properties?.anchor { anchors[anchor] = index }
        return index
    }

    private mutating func alias() -> Int {
        let name = event.aliasName
        let index = table.appendAlias(of: anchors[name], from: event)
        let position = table.position(of: index)
        if anchors[name] == nil {
            problems.append(
                YAMLError(
                    file: file, position: position, message: "the alias *\(name) refers to no anchor before it",
                    hint: "an anchor &\(name) must be completed earlier in the same document"))
        }
        if aliased[name] == nil { aliased[name] = position }
        return index
    }

    private mutating func sequence(_ properties: NodeProperties?, depth: Int) throws(YAMLError) -> Int {
        let isFlow = event.isFlow
        let index = table.append(isFlow ? .flowSequence : .blockSequence, properties, from: event)
        while true {
            try advance()
            if event.kind == .sequenceEnd {
                table.close(index, hasBrackets: isFlow, from: event)
                return index
            }
            table.extend(index, to: try node(depth: depth + 1))
        }
    }

    private mutating func mapping(_ properties: NodeProperties?, depth: Int) throws(YAMLError) -> Int {
        let isFlow = event.isFlow
        let index = table.append(isFlow ? .flowMapping : .blockMapping, properties, from: event)
        let hasBraces = isFlow && scanner.byte(at: Int(table.records[index].contentStart)) == UInt8(ascii: "{")
        if isFlow, !hasBraces { table.becomePair(index) }
        var keys = KeyPlaces()
        while true {
            try advance()
            if event.kind == .mappingEnd {
                table.close(index, hasBrackets: hasBraces, from: event)
                return index
            }
            let key = try node(depth: depth + 1)
            note(key, of: index, among: &keys)
            try advance()
            table.extend(index, to: try node(depth: depth + 1))
        }
    }

    // MARK: Keys

    /// Records what Kubernetes would refuse of a key.
    private mutating func note(_ key: Int, of mapping: Int, among keys: inout KeyPlaces) {
        guard table.records[key].kind.isScalar else {
            let isTemplate = table.records[table.resolved(key)].kind.isMapping && scanner.contains("{{")
            problems.append(
                YAMLError(
                    file: file, position: table.position(of: key),
                    message: "a key must be a text, found \(table.summary(of: key))",
                    hint: isTemplate ? Self.templateHint : nil))
            return
        }
        guard let former = keys.former(of: key, in: mapping, of: table) else { return }
        let place = table.position(of: former)
        problems.append(
            YAMLError(
                file: file, position: table.position(of: key),
                message:
                    "the key \"\(table.text(of: key))\" is already used at line \(place.line), column \(place.column)",
                hint: "remove one of the two"))
    }

    private func error(_ message: String) -> YAMLError {
        YAMLError(
            file: file, position: map.position(offset: map.offset(mark: event.start.index)), message: message)
    }
}
