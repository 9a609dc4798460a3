/// Finds out whether a key has stood in its mapping before: by comparison while the keys are few, as they mostly are, and by
/// a table from then on.
struct KeyPlaces {
    private var many: [String: Int] = [:]

    private static let limit = 12

    /// The node that was the same key before; nil for one that is new.
    mutating func former(of key: Int, in mapping: Int, of table: NodeTableBuilder) -> Int? {
        guard table.records[mapping].count >= Self.limit else {
            return Self.keys(of: mapping, in: table).first { Self.isSame($0, key, in: table) }
        }
        if many.isEmpty {
            for earlier in Self.keys(of: mapping, in: table) where table.records[earlier].kind.isScalar {
                remember(earlier, of: table)
            }
        }
        return remember(key, of: table)
    }

    @discardableResult
    private mutating func remember(_ key: Int, of table: NodeTableBuilder) -> Int? {
        let name = table.text(of: key)
        if let known = many[name] { return known }
        many[name] = key
        return nil
    }

    private static func keys(of mapping: Int, in table: NodeTableBuilder) -> some Sequence<Int> {
        sequence(first: mapping + 1) { Int(table.records[Int(table.records[$0].next)].next) }
            .prefix(Int(table.records[mapping].count))
    }

    /// Texts that differ in their bytes can be equal only beyond ASCII, where a character has several spellings.
    private static func isSame(_ left: Int, _ right: Int, in table: NodeTableBuilder) -> Bool {
        guard table.records[left].kind.isScalar else { return false }
        let (own, other) = (table.textBytes(of: left), table.textBytes(of: right))
        if own.count == other.count, own.elementsEqual(other) { return true }
        guard own.reduce(0, |) >= 0x80 || other.reduce(0, |) >= 0x80 else { return false }
        return table.text(of: left) == table.text(of: right)
    }
}
