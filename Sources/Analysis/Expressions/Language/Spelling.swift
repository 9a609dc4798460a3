/// Finds the word that somebody may have meant.
enum Spelling {
    /// The word that differs from `word` by the fewest letters; nil where none is near.
    static func nearest(to word: String, among known: [String]) -> String? {
        let word = Array(word.prefix(40))
        let limit = max(1, word.count / 3)
        return known.map { ($0, distance(word, Array($0))) }.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Letters to change, insert, leave out or swap with their neighbour.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var cost = min(rows[i][j] + (a.lowercased() == b.lowercased() ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
