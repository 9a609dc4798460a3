/// Finds out whether a key has stood in its mapping before: by comparison while the keys are few, as they mostly are, and by
/// a table from then on.
struct KeyPlaces {
    private var many: [String: Int] = [:]

    private static let limit = 12

    /// The node that was the same key before; nil for one that is new.
    mutating func former(of key: Int, in mapping: Int, of table: borrowing NodeTableBuilder) -> Int? {
        let count = table.records[mapping].count
        if !many.isEmpty { return remember(key, of: table) }
        var earlier = mapping + 1
        for _ in 0..<count {
            if table.records[earlier].kind.isScalar {
                if count >= Self.limit {
                    remember(earlier, of: table)
                } else if table.haveSameText(earlier, key) {
                    return earlier
                }
            }
            earlier = table.entry(after: earlier)
        }
        return count >= Self.limit ? remember(key, of: table) : nil
    }

    /// Notes where a key stands first, and gives that place where it is known already.
    @discardableResult
    private mutating func remember(_ key: Int, of table: borrowing NodeTableBuilder) -> Int? {
        let name = table.text(of: key)
        if let known = many[name] { return known }
        many[name] = key
        return nil
    }
}
