import Foundation
import Testing

/// A selector of series as PromQL writes it, with what it takes; regular expressions match whole values.
struct SeriesSelector: CustomStringConvertible {
    struct Matcher {
        let label: String
        let sign: String
        let value: String

        func matches(_ text: String) -> Bool {
            let isRegular = sign.hasSuffix("~")
            let holds =
                isRegular
                ? text.range(of: "^(?:\(value))$", options: .regularExpression) != nil : text == value
            return sign.hasPrefix("!") ? !holds : holds
        }
    }

    let name: String
    let matchers: [Matcher]
    let description: String

    /// A label that a series does not have is empty.
    func matches(_ labels: [String: String]) -> Bool { matchers.allSatisfy { $0.matches(labels[$0.label] ?? "") } }

    /// One selector, or several with `or` between them.
    static func reading(_ query: String) throws -> [SeriesSelector] {
        let whole = try NSRegularExpression(pattern: #"^[a-z_]+\{[^{}]*\}( or [a-z_]+\{[^{}]*\})*$"#)
        let range = NSRange(query.startIndex..., in: query)
        try #require(whole.firstMatch(in: query, range: range) != nil, "\(query) is no selector")
        return try groups(#"([a-z_]+)\{([^{}]*)\}"#, in: query).map { parts in
            let matchers = try groups(#"([a-z_]+)(=~|!~|!=|=)"([^"]*)"(?:,\s*|$)"#, in: parts[1]).map {
                Matcher(label: $0[0], sign: $0[1], value: $0[2])
            }
            try #require(matchers.count == parts[1].components(separatedBy: "\"").count / 2, "\(parts[1])")
            return SeriesSelector(name: parts[0], matchers: matchers, description: "\(parts[0]){\(parts[1])}")
        }
    }

    private static func groups(_ pattern: String, in text: String) throws -> [[String]] {
        let expression = try NSRegularExpression(pattern: pattern)
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
            (1..<match.numberOfRanges).compactMap { Range(match.range(at: $0), in: text).map { String(text[$0]) } }
        }
    }
}
