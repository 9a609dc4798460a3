/// Finds the word that somebody probably meant.
package enum Spelling {
    /// The candidate nearest to `word`; nil where none is near enough to be a slip of the fingers.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, min(3, word.count / 3))
        let ranked = candidates.map { (name: $0, distance: distance($0.lowercased(), word.lowercased())) }
        guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }), best.distance <= limit
        else { return nil }
        return best.name
    }

    /// Insertions, removals, replacements and swaps of neighbours that turn one word into the other
    /// (optimal string alignment distance).
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(80))
        let right = Array(right.prefix(80))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1..<(left.count + 1) {
            var current = [row]
            for column in 1..<(right.count + 1) {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
