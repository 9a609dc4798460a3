/// What a column of a table is about, by its name.
enum ColumnName: Hashable {
    enum Side: Hashable { case canary, baseline }
    enum Count: String, Hashable, CaseIterable { case bad, good, total }

    case value(Side)
    case count(Side, Count)
    /// Requests up to a bound; the infinite one is that of the rest.
    case bucket(Side, Double)
    /// Something that says when, which is not looked at.
    case time

    /// `canary`, `canaryBad`, `canary_bad`, `Canary bad`, `bad`, `canary 0.25`, `canary_le_0.25`, `baseline +Inf`.
    init?(_ text: String) {
        let name = text.lowercased()
        let letters = name.filter(\.isLetter)
        if ["time", "timestamp", "date", "interval"].contains(letters), letters == name {
            self = .time
            return
        }
        let sides: [(String, Side)] = [("canary", .canary), ("baseline", .baseline), ("stable", .baseline)]
        guard let (word, side) = sides.first(where: { name.hasPrefix($0.0) }) else {
            // Of the canary, where only one side is there.
            guard let count = Count(rawValue: name) else { return nil }
            self = .count(.canary, count)
            return
        }
        var rest = name.dropFirst(word.count)
        func trim() { rest = rest.drop { " _.:<=-".contains($0) } }
        guard !rest.isEmpty else {
            self = .value(side)
            return
        }
        trim()
        if let count = Count(rawValue: String(rest)) {
            self = .count(side, count)
            return
        }
        if rest.hasPrefix("le") {
            rest = rest.dropFirst(2)
            trim()
        }
        guard let bound = DecimalNumber.read(String(rest)), !bound.isNaN else { return nil }
        self = .bucket(side, bound)
    }

    static let known =
        "canary, baseline; canaryBad, canaryTotal, baselineBad, baselineTotal; canary 0.25, baseline +Inf"
}
