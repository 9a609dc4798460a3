/// A table that is being filled, node by node in the order of the events.
///
/// There is one of it, which is never copied: this is the loop in which a large repository is read.
struct NodeTableBuilder: ~Copyable {
    private let bytes: [UInt8]
    private let map: SourceMap
    private let scanner: SourceScanner
    private(set) var records: [NodeRecord] = []
    private var asides: [UInt8] = []
    /// Whether all texts are ASCII, so that equal texts have equal bytes.
    private var isASCII: Bool
    private var properties: [NodeProperties] = []

    init(_ bytes: [UInt8], map: SourceMap) {
        self.bytes = bytes
        self.map = map
        scanner = SourceScanner(bytes: bytes)
        isASCII = map.isASCII
        // Manifests have a node for every ten or eleven bytes.
        records.reserveCapacity(bytes.count / 10)
    }

    consuming func finished() -> NodeTable {
        NodeTable(bytes: bytes, records: records, asides: asides, properties: properties)
    }

    // MARK: Nodes

    /// Adds the collection that the current event begins; gives its number.
    mutating func append(
        _ kind: NodeRecord.Kind, _ properties: NodeProperties?, from event: borrowing EventReader
    ) -> Int {
        append(record(kind, properties, from: event))
    }

    mutating func appendAlias(of target: Int?, from event: borrowing EventReader) -> Int {
        var record = record(.alias, nil, from: event)
        record.text = record.start + 1
        record.count = record.end - record.start - 1
        if let target { record.reference = Int32(truncatingIfNeeded: target) }
        return append(record)
    }

    mutating func appendScalar(_ properties: NodeProperties?, from event: borrowing EventReader) -> Int {
        var record = record(event.scalarKind, properties, from: event)
        let text = event.text
        if record.kind == .literal || record.kind == .folded {
            let keepsBlanks = text.count > 1 && text[text.count - 1] == 0x0A && text[text.count - 2] == 0x0A
            let range = Int(record.start)..<Int(record.end)
            record.end = UInt32(truncatingIfNeeded: scanner.blockScalarEnd(range, keepsBlanks: keepsBlanks))
        }
        record.end = max(record.end, record.start)
        record.contentStart = min(record.contentStart, record.end)
        // Without escapes and on one line, a text that is as long as what is written is what is written.
        place(text, in: &record, isOneLine: event.start.line == event.end.line)
        return append(record)
    }

    private mutating func append(_ record: NodeRecord) -> Int {
        records.append(record)
        return records.count - 1
    }

    private mutating func record(
        _ kind: NodeRecord.Kind, _ properties: NodeProperties?, from event: borrowing EventReader
    ) -> NodeRecord {
        let mark = event.start
        let start = map.offset(mark: mark.index)
        var (line, column) = (mark.line, mark.column)
        if let own = ownPosition(of: start) { (line, column) = (own.line - 1, own.column - 1) }
        var record = NodeRecord(
            kind: kind, start: UInt32(truncatingIfNeeded: start), contentStart: UInt32(truncatingIfNeeded: start),
            end: UInt32(truncatingIfNeeded: map.offset(mark: event.end.index)),
            line: UInt32(truncatingIfNeeded: line), column: UInt32(truncatingIfNeeded: column),
            next: UInt32(truncatingIfNeeded: records.count + 1))
        if let properties {
            record.contentStart = UInt32(truncatingIfNeeded: scanner.propertiesEnd(from: start))
            record.reference = Int32(truncatingIfNeeded: self.properties.count)
            self.properties.append(properties)
        }
        return record
    }

    /// The position of `start` where libyaml counts otherwise: it has line breaks of its own, and puts one at the end of a file.
    private func ownPosition(of start: Int) -> YAMLPosition? {
        if let lines = map.ownLines { return lines.position(offset: start) }
        guard start == bytes.count else { return nil }
        guard let last = records.last else { return map.position(offset: start) }
        let known = YAMLPosition(line: Int(last.line) + 1, column: Int(last.column) + 1)
        return LineIndex.position(of: start, from: Int(last.start), at: known, in: bytes)
    }

    /// Remembers where the text of a scalar is, and keeps it aside where the file has it in other words.
    private mutating func place(_ text: UnsafeBufferPointer<UInt8>, in record: inout NodeRecord, isOneLine: Bool) {
        let quote: UInt32 = record.kind == .singleQuoted || record.kind == .doubleQuoted ? 1 : 0
        let start = Int(record.contentStart + quote)
        record.count = UInt32(truncatingIfNeeded: text.count)
        if record.end >= record.contentStart + 2 * quote, Int(record.end - quote) - start == text.count,
            isOneLine && record.kind != .doubleQuoted || text.indices.allSatisfy({ bytes[start + $0] == text[$0] })
        {
            record.text = UInt32(truncatingIfNeeded: start)
        } else {
            record.isVerbatim = false
            record.text = UInt32(truncatingIfNeeded: asides.count)
            asides.append(contentsOf: text)
            if text.contains(where: { $0 >= 0x80 }) { isASCII = false }
        }
    }

    /// Makes a flow mapping one that has no braces.
    mutating func becomePair(_ index: Int) { records[index].kind = .pairMapping }

    /// Counts one more entry or item, which ends the collection until another follows.
    mutating func extend(_ index: Int, to last: Int) {
        records[index].count += 1
        records[index].end = max(records[last].end, records[index].contentStart)
    }

    /// Ends a collection: where its last entry ends or, where it has brackets, behind them.
    mutating func close(_ index: Int, hasBrackets: Bool, from event: borrowing EventReader) {
        if hasBrackets {
            let end = UInt32(truncatingIfNeeded: map.offset(mark: event.end.index))
            records[index].end = max(end, records[index].contentStart)
        } else if records[index].count == 0 {
            records[index].end = records[index].contentStart
        }
        records[index].next = UInt32(truncatingIfNeeded: records.count)
    }

    // MARK: Reading back

    func text(of index: Int) -> String {
        String(decoding: NodeTable.text(of: records[index], bytes, asides), as: UTF8.self)
    }

    /// Whether two scalars have the same text; beyond ASCII a character may have several spellings.
    func haveSameText(_ left: Int, _ right: Int) -> Bool {
        let (own, other) = (records[left], records[right])
        if own.count == other.count {
            let isSame = (0..<own.count).allSatisfy { byte($0, of: own) == byte($0, of: other) }
            if isSame { return true }
        }
        return !isASCII && text(of: left) == text(of: right)
    }

    private func byte(_ offset: UInt32, of record: NodeRecord) -> UInt8 {
        let place = Int(record.text + offset)
        return record.isVerbatim ? bytes[place] : asides[place]
    }

    func position(of index: Int) -> YAMLPosition { NodeTable.position(of: records[index], in: bytes) }

    /// The key of the entry after the one that begins at `key`.
    func entry(after key: Int) -> Int { Int(records[Int(records[key].next)].next) }

    /// What a collection or an alias is, in the words of error messages.
    func summary(of index: Int) -> String {
        let kind = records[index].kind
        if kind == .alias { return YAMLNode.summary(alias: text(of: index)) }
        return kind.isMapping ? "a mapping" : "a list"
    }

    /// The node itself or, for an alias, the one that it stands for.
    func resolved(_ index: Int) -> Int {
        let record = records[index]
        return record.kind == .alias && Int(record.reference) != NodeRecord.none ? Int(record.reference) : index
    }
}
