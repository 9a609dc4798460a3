internal import Analysis
internal import Rollouts

/// A query in the language of InfluxDB 1 (https://docs.influxdata.com/influxdb/v1/query_language/), in which `now()` can
/// be any time.
struct InfluxQL: Sendable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The query with the time in the place of `now()`; what has no end of its own ends at the time.
    func query(at time: Timestamp) -> String {
        let stamp = "'\(time.rfc3339)'"
        var output = ""
        var rest = text[...]
        let isBounded = Self.isBounded(text)
        while let first = rest.first {
            if first == "'" || first == "\"" {
                let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
                output += rest[..<end]
                rest = rest[end...]
            } else if let length = Self.now(rest) {
                output += stamp
                rest = rest.dropFirst(length)
            } else if !isBounded, Self.isWordEnd(output.last), let length = Self.bound(rest, ">") {
                output += "time <= \(stamp) AND "
                output += rest.prefix(length)
                rest = rest.dropFirst(length)
            } else {
                output.append(first)
                rest = rest.dropFirst()
            }
        }
        return output
    }

    /// How many characters `now()` has here.
    private static func now(_ rest: Substring) -> Int? {
        guard rest.prefix(3).lowercased() == "now" else { return nil }
        let tail = rest.dropFirst(3).drop(while: \.isWhitespace)
        guard tail.first == "(" else { return nil }
        let inside = tail.dropFirst().drop(while: \.isWhitespace)
        return inside.first == ")" ? rest.distance(from: rest.startIndex, to: inside.startIndex) + 1 : nil
    }

    /// How many characters `time >`, or with another sign, has here.
    private static func bound(_ rest: Substring, _ sign: Character) -> Int? {
        guard rest.prefix(4).lowercased() == "time" else { return nil }
        let tail = rest.dropFirst(4).drop(while: \.isWhitespace)
        return tail.first == sign ? rest.distance(from: rest.startIndex, to: tail.startIndex) + 1 : nil
    }

    private static func isWordEnd(_ character: Character?) -> Bool {
        character.map { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." } ?? true
    }

    /// Whether the query says itself where its range ends.
    private static func isBounded(_ text: String) -> Bool {
        text.indices.contains { index in
            let before = index == text.startIndex ? nil : text[text.index(before: index)]
            return isWordEnd(before) && bound(text[index...], "<") != nil
        }
    }

    // MARK: Answers

    /// The values of the first column after the time, of all rows of all series.
    static func values(_ json: JSON) throws(MetricFailure) -> [Value] {
        guard let results = json["results"]?.array else {
            if let words = json["error"]?.string { throw refusal(words) }
            throw MetricFailure(
                .garbage, "the answer has no results",
                hint: "check the address; another service than InfluxDB may answer there")
        }
        var values: [Value] = []
        for result in results {
            if let words = result["error"]?.string { throw refusal(words) }
            for series in result["series"]?.array ?? [] {
                if series["partial"]?.bool == true || result["partial"]?.bool == true {
                    throw MetricFailure(.partial, "the answer has not all rows", hint: "let the query aggregate")
                }
                let column = (series["columns"]?.array ?? []).firstIndex { $0.string != "time" } ?? 0
                values += (series["values"]?.array ?? []).map { row in row[column].map { Value($0) } ?? .null }
            }
        }
        return values
    }

    private static func refusal(_ words: String) -> MetricFailure {
        MetricFailure(.configuration, "the query failed: \(ServiceAnswer.line(words))")
    }
}
