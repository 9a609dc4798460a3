internal import Rollouts

/// Reads a path; positions are those of the whole text.
struct JSONPathParser {
    private let characters: [Character]
    private var position = 0
    private var depth = 0

    private static let longest = 10_000
    private static let deepest = 20

    init(_ text: String) {
        characters = Array(text)
    }

    /// The parts of the whole text.
    mutating func template() throws(JSONPathError) -> [JSONPath.Part] {
        guard characters.count <= Self.longest else {
            throw JSONPathError("the path is longer than \(Self.longest) characters", at: 1)
        }
        guard characters.contains("{") else {
            throw failure("the path has no braces", hint: "write {\(String(characters.prefix(60)))}")
        }
        let parts = try parts(isRange: false)
        if case .text(let text)? = parts.first {
            throw JSONPathError(
                "the result would be the text \"\(text)\" before the braces", at: 1, hint: "write the path alone")
        }
        return parts
    }

    private mutating func parts(isRange: Bool) throws(JSONPathError) -> [JSONPath.Part] {
        var parts: [JSONPath.Part] = []
        while position < characters.count {
            guard characters[position] == "{" else {
                let text = String(take { $0 != "{" })
                // A block of YAML ends with a line break, which nobody means.
                if text.contains(where: { !$0.isWhitespace }) { parts.append(.text(text)) }
                continue
            }
            let start = position
            position += 1
            skipSpace()
            switch keyword() {
            case "range":
                parts.append(try range(from: start))
            case "end":
                try closeAction(start)
                guard isRange else { throw JSONPathError("end without range", at: start + 1) }
                return parts
            default: parts.append(try action(from: start))
            }
        }
        guard !isRange else { throw failure("range has no end", hint: "close it with {end}") }
        return parts
    }

    private mutating func range(from start: Int) throws(JSONPathError) -> JSONPath.Part {
        guard depth < Self.deepest else { throw failure("ranges in ranges, \(Self.deepest) deep") }
        depth += 1
        defer { depth -= 1 }
        skipSpace()
        let steps = try steps(isOperand: false)
        try closeAction(start)
        return .range(steps, try parts(isRange: true))
    }

    /// What stands between braces: a path, or a quoted text.
    private mutating func action(from start: Int) throws(JSONPathError) -> JSONPath.Part {
        if let quote = peek, quote == "\"" || quote == "'" {
            let text = try quoted()
            try closeAction(start)
            return .text(text)
        }
        let steps = try steps(isOperand: false)
        try closeAction(start)
        return .path(steps)
    }

    private mutating func closeAction(_ start: Int) throws(JSONPathError) {
        skipSpace()
        guard let next = peek else { throw JSONPathError("the brace is not closed", at: start + 1) }
        guard next == "}" else { throw failure("\"\(next)\" was not expected", hint: unexpectedHint(next)) }
        position += 1
    }

    private func unexpectedHint(_ character: Character) -> String? {
        character.isLetter || character == "_" ? "write a dot before a field" : nil
    }

    // MARK: Steps

    private mutating func steps(isOperand: Bool) throws(JSONPathError) -> [JSONPath.Step] {
        var steps: [JSONPath.Step] = []
        while true {
            if !isOperand { skipSpace() }
            switch peek {
            case "$" where isOperand && steps.isEmpty:
                throw failure("$ in a filter", hint: "a filter sees its element alone: write @")
            case "$", "@": position += 1
            case "." where next == ".":
                if steps.last == .recursive { throw failure("too many dots") }
                position += 2
                steps.append(.recursive)
                if let following = peek,
                    following.isLetter || following.isNumber || following == "_" || following == "*"
                {
                    steps.append(try field(isOperand))
                }
            case ".":
                position += 1
                steps.append(try field(isOperand))
            case "[": steps.append(try bracket())
            default: return steps
            }
        }
    }

    private mutating func field(_ isOperand: Bool) throws(JSONPathError) -> JSONPath.Step {
        var name = ""
        let start = position
        while let character = peek {
            if character == "\\", position + 1 < characters.count {
                name.append(characters[position + 1])
                position += 2
                continue
            }
            if character.isWhitespace || ".,[]$@{}".contains(character) { break }
            if isOperand, "=!<>)&|".contains(character) { break }
            name.append(character)
            position += 1
        }
        if name == "*", position == start + 1 { return .wildcard }
        guard !name.isEmpty else { throw failure("the name of a field was expected") }
        return .field(name)
    }

    // MARK: Brackets

    private mutating func bracket() throws(JSONPathError) -> JSONPath.Step {
        let start = position
        position += 1
        if peek == "?" { return try filter(start) }
        var choices: [[JSONPath.Step]] = []
        repeat {
            skipSpace()
            choices.append([try choice(start)])
            skipSpace()
        } while takeOne(",")
        guard takeOne("]") else { throw unclosed(start) }
        guard choices.count == 1, let only = choices.first?.first else { return .union(choices) }
        return only
    }

    private mutating func choice(_ start: Int) throws(JSONPathError) -> JSONPath.Step {
        if let quote = peek, quote == "'" || quote == "\"" {
            let text = try quoted(keepingEscapes: true)
            return .key(text.replacing("\\", with: ""), path: Self.path(text))
        }
        if takeOne("*") { return .wildcard }
        let text = String(take { $0.isNumber || $0 == "-" || $0 == ":" })
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard !text.isEmpty, numbers.count <= 3, numbers.allSatisfy({ $0.isEmpty || Int($0) != nil }) else {
            guard peek != nil else { throw unclosed(start) }
            throw failure("neither an index, a slice, * nor a name in quotes", hint: "write ['name'] for a field")
        }
        if numbers.count == 1, let index = Int(text) { return .index(index) }
        let values = (0..<3).map { $0 < numbers.count ? Int(numbers[$0]) : nil }
        if let step = values[2], step <= 0 { throw failure("a step of \(step)", hint: "a step is 1 or more") }
        return .slice(start: values[0], end: values[1], step: values[2])
    }

    /// The names between dots that no backslash precedes.
    private static func path(_ text: String) -> [String] {
        var names = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                names[names.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "." {
                names.append("")
            } else {
                names[names.count - 1].append(character)
            }
        }
        return names
    }

    private mutating func filter(_ start: Int) throws(JSONPathError) -> JSONPath.Step {
        guard depth < Self.deepest else { throw failure("filters in filters, \(Self.deepest) deep") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        guard takeOne("(") else { throw failure("( was expected after ?", hint: "write [?(@.name==\"a\")]") }
        let left = try operand()
        var comparison: JSONPath.Comparison?
        var right: JSONPath.Operand?
        let sign = String(take { "=!<>~".contains($0) })
        if !sign.isEmpty {
            comparison = JSONPath.Comparison(rawValue: sign)
            guard comparison != nil else {
                position -= sign.count
                let known = JSONPath.Comparison.allCases.map(\.rawValue).joined(separator: ", ")
                throw failure("\(sign) is no comparison", hint: "there are \(known)")
            }
            right = try operand()
        }
        guard takeOne(")") else {
            if peek == "&" || peek == "|" {
                throw failure(
                    "a filter has one comparison",
                    hint: "take the whole list, and let the condition choose: any(result, .a == 1 && .b == 2)")
            }
            throw peek == nil ? unclosed(start) : failure(") was expected")
        }
        guard takeOne("]") else { throw unclosed(start) }
        return .filter(left, comparison, right)
    }

    private mutating func operand() throws(JSONPathError) -> JSONPath.Operand {
        skipSpace()
        defer { skipSpace() }
        guard let first = peek else { throw failure("the filter has no end") }
        if first == "\"" || first == "'" { return .literal(.string(try quoted())) }
        if first == "@" || first == "." || first == "[" || first == "$" {
            return .path(try steps(isOperand: true))
        }
        let start = position
        let word = String(take { $0.isLetter || $0.isNumber || "+-._".contains($0) })
        switch word {
        case "true": return .literal(true)
        case "false": return .literal(false)
        default:
            if let number = Double(word), number.isFinite { return .literal(.number(word)) }
            position = start
            throw failure("\"\(word)\" is neither a path nor a value", hint: "put a text in quotes")
        }
    }

    // MARK: Characters

    private var peek: Character? { position < characters.count ? characters[position] : nil }
    private var next: Character? { position + 1 < characters.count ? characters[position + 1] : nil }

    private mutating func skipSpace() {
        while let character = peek, character.isWhitespace { position += 1 }
    }

    private mutating func takeOne(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    private mutating func take(while isPart: (Character) -> Bool) -> ArraySlice<Character> {
        let start = position
        while let character = peek, isPart(character) { position += 1 }
        return characters[start..<position]
    }

    /// The word that an action begins with, where it is one of the two that mean something; it is taken.
    private mutating func keyword() -> String? {
        let start = position
        let word = String(take { $0.isLetter })
        let isWhole = peek.map { $0.isWhitespace || "}.[".contains($0) } ?? true
        if word == "range" || word == "end", isWhole { return word }
        position = start
        return nil
    }

    private mutating func quoted(keepingEscapes: Bool = false) throws(JSONPathError) -> String {
        let start = position
        let quote = characters[position]
        position += 1
        var text = ""
        while let character = peek {
            position += 1
            if character == quote { return text }
            guard character == "\\", let escaped = peek else {
                text.append(character)
                continue
            }
            position += 1
            if keepingEscapes {
                text += escaped == quote ? "\(escaped)" : "\\\(escaped)"
            } else {
                text.append(["n": "\n", "t": "\t", "r": "\r"][escaped] ?? escaped)
            }
        }
        throw JSONPathError("the quoted text has no end", at: start + 1)
    }

    private func failure(_ message: String, hint: String? = nil) -> JSONPathError {
        JSONPathError(message, at: position + 1, hint: hint)
    }

    private func unclosed(_ start: Int) -> JSONPathError {
        JSONPathError("the bracket is not closed", at: start + 1)
    }
}
