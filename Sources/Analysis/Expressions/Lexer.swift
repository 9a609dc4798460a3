/// Splits the text of an expression into tokens.
struct Lexer {
    private let characters: [Character]
    private var position = 0
    private var tokens: [Token] = []

    private static let words: Set<String> = [
        "in", "or", "and", "not", "matches", "contains", "startsWith", "endsWith", "let", "if", "else",
    ]
    private static let longSymbols = ["==", "!=", "<=", ">=", "&&", "||", "**", "..", "?.", "??", "::"]
    private static let symbols: Set<Character> = [
        "+", "-", "*", "/", "%", "^", "<", ">", "!", "=", "|", "?", ":", ".", ",", ";", "#",
    ]

    static func tokens(of text: String) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(text)
        try lexer.run()
        return lexer.tokens
    }

    private init(_ text: String) {
        // Scalars, not grapheme clusters: a combining mark after a quote does not hide the quote.
        characters = text.unicodeScalars.map { Character($0) }
    }

    private mutating func run() throws(ExpressionError) {
        while let character = peek() {
            if character.isWhitespace {
                position += 1
            } else if character == "/", peek(1) == "/" {
                take { $0 != "\n" }
            } else if character == "/", peek(1) == "*" {
                try skipComment()
            } else if character.isASCIIDigit || character == "." && peek(1)?.isASCIIDigit == true {
                try number()
            } else if character == "'" || character == "\"" {
                try string(quote: character)
            } else if character == "`" {
                try rawString()
            } else if character == "_" || character == "$" || character.isLetter {
                word()
            } else {
                try symbol(character)
            }
        }
        tokens.append(Token(kind: .end, offset: position))
    }

    private func peek(_ ahead: Int = 0) -> Character? {
        position + ahead < characters.count ? characters[position + ahead] : nil
    }

    private mutating func append(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, offset: start))
    }

    private mutating func skipComment() throws(ExpressionError) {
        let start = position
        position += 2
        while peek() != nil {
            if peek() == "*", peek(1) == "/" {
                position += 2
                return
            }
            position += 1
        }
        throw ExpressionError(.syntax, "unclosed comment", at: start)
    }

    private mutating func word() {
        let start = position
        while let next = peek(), next == "_" || next == "$" || next.isLetter || next.isNumber { position += 1 }
        let text = String(characters[start..<position])
        append(Self.words.contains(text) ? .symbol(text) : .identifier(text), from: start)
    }

    private mutating func symbol(_ character: Character) throws(ExpressionError) {
        let start = position
        if "()[]{}".contains(character) {
            position += 1
            return append(.bracket(character), from: start)
        }
        if let next = peek(1), Self.longSymbols.contains("\(character)\(next)") {
            // `a ?.5 : b` is a condition, not an optional member.
            if character != "?" || next != "." || peek(2)?.isASCIIDigit != true {
                position += 2
                return append(.symbol("\(character)\(next)"), from: start)
            }
        }
        guard Self.symbols.contains(character) else {
            throw ExpressionError(.syntax, "unrecognized character: '\(character)'", at: start)
        }
        position += 1
        append(.symbol(String(character)), from: start)
    }
}

extension Lexer {
    private mutating func number() throws(ExpressionError) {
        let start = position
        if peek() == "0", let radix = peek(1).flatMap(Self.radix) {
            position += 2
            let digits = String(take { $0.isHexDigit || $0 == "_" }.filter { $0 != "_" })
            guard let value = Int(digits, radix: radix) else { throw badNumber(from: start) }
            return append(.int(value), from: start)
        }
        take { $0.isASCIIDigit || $0 == "_" }
        var isFloat = false
        if peek() == ".", peek(1) != ".", peek(1)?.isASCIIDigit == true || position > start {
            isFloat = true
            position += 1
            take { $0.isASCIIDigit || $0 == "_" }
        }
        if peek() == "e" || peek() == "E" {
            isFloat = true
            position += 1
            if peek() == "+" || peek() == "-" { position += 1 }
            take { $0.isASCIIDigit }
        }
        if let next = peek(), next == "_" || next.isLetter { throw badNumber(from: start) }
        var text = String(characters[start..<position].filter { $0 != "_" })
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasSuffix(".") { text += "0" }
        if isFloat, let value = Double(text.replacing(".e", with: ".0e").replacing(".E", with: ".0E")), value.isFinite {
            append(.float(value), from: start)
        } else if !isFloat, let value = Int(text) {
            append(.int(value), from: start)
        } else {
            throw badNumber(from: start)
        }
    }

    private static func radix(_ mark: Character) -> Int? {
        switch mark {
        case "x", "X": 16
        case "o", "O": 8
        case "b", "B": 2
        default: nil
        }
    }

    @discardableResult
    private mutating func take(while matches: (Character) -> Bool) -> ArraySlice<Character> {
        let start = position
        while let next = peek(), matches(next) { position += 1 }
        return characters[start..<position]
    }

    private func badNumber(from start: Int) -> ExpressionError {
        let end = min(characters.count, position + 1)
        return ExpressionError(.syntax, "bad number syntax: \"\(String(characters[start..<end]))\"", at: start)
    }

    private mutating func rawString() throws(ExpressionError) {
        let start = position
        position += 1
        let text = take { $0 != "`" }
        guard peek() == "`" else { throw ExpressionError(.syntax, "literal not terminated", at: start) }
        position += 1
        append(.string(String(text)), from: start)
    }

    private mutating func string(quote: Character) throws(ExpressionError) {
        let start = position
        position += 1
        var text = String.UnicodeScalarView()
        while let next = peek() {
            position += 1
            if next == quote { return append(.string(String(text)), from: start) }
            if next == "\n" { break }
            if next == "\\" {
                text.append(try escape(from: start))
            } else {
                text.append(contentsOf: next.unicodeScalars)
            }
        }
        throw ExpressionError(.syntax, "literal not terminated", at: start)
    }

    private mutating func escape(from start: Int) throws(ExpressionError) -> Unicode.Scalar {
        defer { position += 1 }
        switch peek() {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "a": return "\u{07}"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "\\": return "\\"
        case "'": return "'"
        case "\"": return "\""
        case "`": return "`"
        case "x": return try hexadecimal(2, from: start)
        case "u": return try hexadecimal(4, from: start)
        case "U": return try hexadecimal(8, from: start)
        default: throw ExpressionError(.syntax, "invalid char escape", at: start)
        }
    }

    /// Leaves the position on the last digit, which the caller steps over.
    private mutating func hexadecimal(_ count: Int, from start: Int) throws(ExpressionError) -> Unicode.Scalar {
        let end = position + count
        guard end < characters.count, let code = UInt32(String(characters[position + 1...end]), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw ExpressionError(.syntax, "invalid char escape", at: start) }
        position = end
        return scalar
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
