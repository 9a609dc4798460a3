/// What can be said of a query in New Relic's language without asking for it.
///
/// By https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/
enum NRQLQuery {
    private static let language = QueryText.Language(
        quotes: ["'", "\"", "`"], comments: ["--", "//"], hasBlockComments: true)
    /// Words with which a clause begins.
    private static let clauses: Set<String> = [
        "SELECT", "FROM", "WHERE", "FACET", "LIMIT", "SINCE", "UNTIL", "TIMESERIES", "COMPARE", "WITH", "ORDER",
        "SLIDE", "EXTRAPOLATE", "JOIN",
    ]

    /// - Parameter takesNumber: whether one number is wanted of the answer.
    static func check(_ query: String, takesNumber: Bool, _ fields: inout ProviderFields) {
        guard fields.checkText(QueryText(query, language), at: "query") else { return }
        let words = NRQLWord.words(of: query).filter { $0.depth == 0 }
        let missing = ["SELECT", "FROM"].filter { keyword in !words.contains { isKeyword($0, keyword) } }
        guard missing.isEmpty else {
            return fields.refuse(
                "query", "the query has no \(missing.joined(separator: " … "))",
                hint: "write it as in the query builder")
        }
        let things = ["SELECT": "what is wanted, such as count(*)", "FROM": "an event type, such as Transaction"]
        for (keyword, thing) in things.sorted(by: { $0.key > $1.key }) where isEmpty(keyword, words, query) {
            fields.refuse("query", "\(keyword) has nothing behind it", hint: "write \(thing)")
        }
        for keyword in ["SINCE", "UNTIL", "WHERE", "FACET"] where isEmpty(keyword, words, query) {
            fields.refuse("query", "\(keyword) has nothing behind it", hint: "complete the clause, or leave it out")
        }
        let rows = ["TIMESERIES", "FACET"].first { clause in words.contains { isKeyword($0, clause) } }
        if takesNumber, let clause = rows {
            fields.refuse(
                "query", "\(clause) gives several rows, and one number is wanted",
                hint: "leave \(clause) out, or state result: rows")
        }
    }

    /// Whether nothing stands between the keyword and the next clause, not even `*` or a subquery.
    private static func isEmpty(_ keyword: String, _ words: [NRQLWord], _ query: String) -> Bool {
        words.indices.contains { index in
            guard isKeyword(words[index], keyword) else { return false }
            let isLast = index + 1 == words.count
            guard isLast || clauses.contains(where: { isKeyword(words[index + 1], $0) }) else { return false }
            let end = isLast ? query.endIndex : words[index + 1].range.lowerBound
            return query[words[index].range.upperBound..<end].allSatisfy { $0.isWhitespace || $0 == ";" }
        }
    }

    private static func isKeyword(_ word: NRQLWord, _ keyword: String) -> Bool {
        !word.isQuoted && word.text.uppercased() == keyword
    }
}
