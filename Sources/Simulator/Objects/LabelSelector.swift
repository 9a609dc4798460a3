/// A label selector in the form of the `labelSelector` parameter: `a=b,c!=d,e in (f,g),h,!i`.
struct LabelSelector {
    private enum Requirement {
        case isIn(String, Set<String>)
        case isNotIn(String, Set<String>)
        case exists(String)
        case isAbsent(String)
    }

    private var requirements: [Requirement] = []

    /// Reads a selector; nil where it cannot be read.
    init?(_ text: String) {
        for part in Self.parts(of: text) {
            guard let requirement = Self.requirement(part) else { return nil }
            requirements.append(requirement)
        }
    }

    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let name, let values): labels[name].map(values.contains) ?? false
            case .isNotIn(let name, let values): !(labels[name].map(values.contains) ?? false)
            case .exists(let name): labels[name] != nil
            case .isAbsent(let name): labels[name] == nil
            }
        }
    }

    /// Splits at the commas that are not within parentheses.
    private static func parts(of text: String) -> [String] {
        var parts = [""]
        var isNested = false
        for character in text {
            if character == "(" { isNested = true }
            if character == ")" { isNested = false }
            if character == ",", !isNested {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map(trimmed).filter { !$0.isEmpty }
    }

    private static func requirement(_ text: String) -> Requirement? {
        for (word, isIn) in [(" notin ", false), (" in ", true)] {
            guard let range = text.firstRange(of: word) else { continue }
            let list = trimmed(String(text[range.upperBound...]))
            guard list.hasPrefix("("), list.hasSuffix(")") else { return nil }
            let values = Set(list.dropFirst().dropLast().split(separator: ",").map { trimmed(String($0)) })
            let name = trimmed(String(text[..<range.lowerBound]))
            return isIn ? .isIn(name, values) : .isNotIn(name, values)
        }
        for (sign, isIn) in [("!=", false), ("==", true), ("=", true)] {
            guard let range = text.firstRange(of: sign) else { continue }
            let name = trimmed(String(text[..<range.lowerBound]))
            let value: Set<String> = [trimmed(String(text[range.upperBound...]))]
            return isIn ? .isIn(name, value) : .isNotIn(name, value)
        }
        guard !text.contains(" ") else { return nil }
        return text.hasPrefix("!") ? .isAbsent(String(text.dropFirst())) : .exists(text)
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
