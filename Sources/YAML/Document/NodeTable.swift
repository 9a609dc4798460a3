/// The nodes of all documents of a file, in the order of their beginnings: a collection, then what is in it.
///
/// A node is no more than a number here until somebody asks for it: its text stays in the bytes of the file, and an entry is a
/// key with its value after it.
final class NodeTable: Sendable {
    let bytes: [UInt8]
    private let records: [NodeRecord]
    /// The texts that do not stand in the file as they are meant.
    private let asides: [UInt8]
    private let properties: [NodeProperties]

    init(bytes: [UInt8], records: [NodeRecord], asides: [UInt8], properties: [NodeProperties]) {
        self.bytes = bytes
        self.records = records
        self.asides = asides
        self.properties = properties
    }

    subscript(index: Int) -> NodeRecord { records[index] }

    func anchor(of index: Int) -> String? { properties(of: index)?.anchor }
    func tag(of index: Int) -> String? { properties(of: index)?.tag }

    func properties(of index: Int) -> NodeProperties? {
        let record = records[index]
        guard Int(record.reference) != NodeRecord.none, record.kind != .alias else { return nil }
        return properties[Int(record.reference)]
    }

    func position(of index: Int) -> YAMLPosition { Self.position(of: records[index], in: bytes) }

    static func position(of record: NodeRecord, in bytes: [UInt8]) -> YAMLPosition {
        let start = YAMLPosition(line: Int(record.line) + 1, column: Int(record.column) + 1)
        guard record.contentStart != record.start else { return start }
        return LineIndex.position(of: Int(record.contentStart), from: Int(record.start), at: start, in: bytes)
    }

    /// The text of a scalar or the name of an alias.
    func text(of index: Int) -> String { String(decoding: textBytes(of: index), as: UTF8.self) }

    func textBytes(of index: Int) -> ArraySlice<UInt8> { Self.text(of: records[index], bytes, asides) }

    static func text(of record: NodeRecord, _ bytes: [UInt8], _ asides: [UInt8]) -> ArraySlice<UInt8> {
        let range = Int(record.text)..<Int(record.text + record.count)
        return record.isVerbatim ? bytes[range] : asides[range]
    }

    // MARK: Children

    func entries(of index: Int) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        entries.reserveCapacity(Int(records[index].count))
        var key = index + 1
        for _ in 0..<records[index].count {
            let value = Int(records[key].next)
            entries.append(YAMLEntry(key: YAMLNode(self, key), value: YAMLNode(self, value)))
            key = Int(records[value].next)
        }
        return entries
    }

    func items(of index: Int) -> [YAMLNode] {
        var items: [YAMLNode] = []
        items.reserveCapacity(Int(records[index].count))
        var item = index + 1
        for _ in 0..<records[index].count {
            items.append(YAMLNode(self, item))
            item = Int(records[item].next)
        }
        return items
    }

    /// The value or item of that number in a collection.
    func child(_ number: Int, of index: Int) -> Int? {
        let record = records[index]
        let isMapping = record.kind.isMapping
        guard isMapping || record.kind.isSequence, 0..<Int(record.count) ~= number else { return nil }
        var child = index + 1
        for _ in 0..<number {
            if isMapping { child = Int(records[child].next) }
            child = Int(records[child].next)
        }
        return isMapping ? Int(records[child].next) : child
    }

    /// The entry of a mapping whose key is `name`, and its number.
    func entry(named name: String, of index: Int) -> (number: Int, key: Int, value: Int)? {
        var key = index + 1
        for number in 0..<Int(records[index].count) {
            let value = Int(records[key].next)
            if records[key].kind.isScalar, has(text: name, key) { return (number, key, value) }
            key = Int(records[value].next)
        }
        return nil
    }

    /// Whether the scalar has the text `name`; texts that differ in their bytes can be equal only beyond ASCII.
    private func has(text name: String, _ index: Int) -> Bool {
        let text = textBytes(of: index)
        if text.count == name.utf8.count, text.elementsEqual(name.utf8) { return true }
        return text.reduce(0, |) >= 0x80 && String(decoding: text, as: UTF8.self) == name
    }

    /// The places of the aliases that stand for the node.
    func aliases(of index: Int) -> [YAMLPosition] {
        records.indices.filter { records[$0].kind == .alias && records[$0].reference == index }
            .map { position(of: $0) }
    }
}
