/// Splits the text of an expression into tokens.
struct Lexer {
    private let characters: [Character]
    private var position = 0
    private var tokens: [Token] = []

    private static let words: Set<String> = [
        "in", "or", "and", "not", "matches", "contains", "startsWith", "endsWith", "let", "if", "else",
    ]
    /// Symbols of one character, and those that another one may follow, with what may follow.
    private static let symbols: [Character: String] = [
        "+": "", "-": "", "%": "", "^": "", ",": "", ";": "", "/": "", "#": "",
        "&": "&=*", "!": "&=*", "=": "&=*", "*": "&=*", "<": "&=*", ">": "&=*",
        "|": "|", ":": ":", "?": ".?", ".": ".",
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
            } else if character.isPartOfWord {
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
        take { $0.isPartOfWord }
        let text = String(characters[start..<position])
        append(Self.words.contains(text) ? .symbol(text) : .identifier(text), from: start)
    }

    private mutating func symbol(_ character: Character) throws(ExpressionError) {
        let start = position
        if "()[]{}".contains(character) {
            position += 1
            return append(.bracket(character), from: start)
        }
        guard let followers = Self.symbols[character] else {
            let scalar = character.unicodeScalars.first ?? " "
            throw ExpressionError(.syntax, "unrecognized character: \(GoQuote.codePoint(scalar))", at: start)
        }
        position += 1
        // `a ?.5 : b` is a condition, not an optional member.
        let isOptionalNumber = character == "?" && peek() == "." && peek(1)?.isASCIIDigit == true
        if let next = peek(), followers.contains(next), !isOptionalNumber { position += 1 }
        append(.symbol(String(characters[start..<position])), from: start)
        if character == "#" { pointerName() }
    }

    /// `#acc` and `#index`; the word is a name even where it would be an operator elsewhere.
    private mutating func pointerName() {
        let start = position
        take { $0.isPartOfWord }
        if position > start { append(.identifier(String(characters[start..<position])), from: start) }
    }
}

extension Lexer {
    /// Takes what looks like a number; whether it is one the parser finds out.
    private mutating func number() throws(ExpressionError) {
        let start = position
        var digits = "0123456789_"
        if peek() == "0", let own = peek(1).flatMap(Self.digits) {
            digits = own
            position += 2
        }
        take { digits.contains($0) }
        if peek() == ".", peek(1) != "." {
            position += 1
            take { digits.contains($0) }
        }
        if peek() == "e" || peek() == "E" {
            position += 1
            if peek() == "+" || peek() == "-" { position += 1 }
            take { digits.contains($0) }
        }
        if let next = peek(), next.isPartOfWord {
            let text = String(characters[start...position])
            throw ExpressionError(.syntax, "bad number syntax: \(GoQuote.quoted(text))", at: start)
        }
        append(.number(String(characters[start..<position])), from: start)
    }

    private static func digits(_ mark: Character) -> String? {
        switch mark {
        case "x", "X": "0123456789abcdefABCDEF_"
        case "o", "O": "01234567_"
        case "b", "B": "01_"
        default: nil
        }
    }

    @discardableResult
    private mutating func take(while matches: (Character) -> Bool) -> ArraySlice<Character> {
        let start = position
        while let next = peek(), matches(next) { position += 1 }
        return characters[start..<position]
    }

    /// Text between backticks, where two of them stand for one.
    private mutating func rawString() throws(ExpressionError) {
        let start = position
        position += 1
        var text = ""
        while true {
            text += String(take { $0 != "`" })
            guard peek() == "`" else { throw ExpressionError(.syntax, "literal not terminated", at: start) }
            position += 1
            guard peek() == "`" else { return append(.string(text), from: start) }
            position += 1
            text += "`"
        }
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
                text.append(try escape(quote, from: start))
            } else if next == "\r" {
                text.append("\n")
            } else {
                text.append(contentsOf: next.unicodeScalars)
            }
        }
        throw ExpressionError(.syntax, "literal not terminated", at: start)
    }

    private mutating func escape(_ quote: Character, from start: Int) throws(ExpressionError) -> Unicode.Scalar {
        let mark = peek()
        position += 1
        switch mark {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "a": return "\u{07}"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "\\": return "\\"
        case "x": return try codePoint(digits: 2, radix: 16, from: start)
        case "u" where peek() == "{": return try bracedCodePoint(from: start)
        case "u": return try codePoint(digits: 4, radix: 16, from: start)
        case "U": return try codePoint(digits: 8, radix: 16, from: start)
        case "0", "1", "2", "3", "4", "5", "6", "7":
            position -= 1
            return try codePoint(digits: 3, radix: 8, from: start)
        case quote: return quote == "'" ? "'" : "\""
        default: throw Self.badEscape(at: start)
        }
    }

    private static func badEscape(at start: Int) -> ExpressionError {
        ExpressionError(.syntax, "invalid char escape", at: start)
    }

    private mutating func codePoint(digits: Int, radix: Int, from start: Int) throws(ExpressionError) -> Unicode.Scalar
    {
        let text = String(characters[position..<min(characters.count, position + digits)])
        guard text.count == digits, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let code = UInt32(text, radix: radix), let scalar = Unicode.Scalar(code)
        else { throw Self.badEscape(at: start) }
        position += digits
        return scalar
    }

    /// `\u{1F600}`, of one to six digits.
    private mutating func bracedCodePoint(from start: Int) throws(ExpressionError) -> Unicode.Scalar {
        position += 1
        let digits = take { $0.isASCII && $0.isHexDigit }
        guard (1...6).contains(digits.count), peek() == "}", let code = UInt32(String(digits), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw Self.badEscape(at: start) }
        position += 1
        return scalar
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    fileprivate var isPartOfWord: Bool {
        switch unicodeScalars.first?.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: self == "_" || self == "$"
        }
    }
}
