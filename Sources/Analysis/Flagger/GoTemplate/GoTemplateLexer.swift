/// Cuts a template into tokens, as Go's `text/template/parse` does.
struct GoTemplateLexer {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var tokens: [GoTemplateToken] = []

    private static let keywords: Set<String> = [
        "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
    ]

    static func tokens(of source: [Unicode.Scalar]) throws(GoTemplateError) -> [GoTemplateToken] {
        var lexer = GoTemplateLexer(source: source)
        try lexer.run()
        return lexer.tokens
    }

    private init(source: [Unicode.Scalar]) {
        self.source = source
    }

    private mutating func run() throws(GoTemplateError) {
        var trimsStart = false
        while position < source.count {
            let start = position
            while position < source.count, !stands("{{") { position += 1 }
            var text = source[start..<position]
            let open = position
            let isAction = position < source.count
            if isAction { position += 2 }
            let trimsEnd =
                isAction && position + 1 < source.count && source[position] == "-" && isSpace(at: position + 1)
            if trimsEnd {
                position += 2
                while let last = text.last, Self.isSpace(last) { text.removeLast() }
            }
            if trimsStart { text = text.drop(while: Self.isSpace) }
            if !text.isEmpty { add(.text, text, at: text.startIndex) }
            trimsStart = false
            guard isAction else { break }
            if stands("/*") {
                trimsStart = try comment(from: open)
            } else {
                add(.open, source[open..<open + 2], at: open)
                trimsStart = try action(from: open)
            }
        }
        add(.end, [], at: source.count)
    }

    /// Skips a comment up to the end of its braces; returns whether the text behind it is trimmed.
    private mutating func comment(from open: Int) throws(GoTemplateError) -> Bool {
        position += 2
        while position < source.count, !stands("*/") { position += 1 }
        guard position < source.count else {
            throw GoTemplateError(.syntax, "the comment has no end", at: open, hint: "close it with */}}")
        }
        position += 2
        guard let trims = closing() else {
            throw GoTemplateError(
                .syntax, "a comment has its braces to itself", at: position, hint: "write }} right behind */")
        }
        return trims
    }

    /// Passes the end of an action where it stands here; returns whether it trims what follows.
    private mutating func closing() -> Bool? {
        if stands("}}") {
            position += 2
            return false
        }
        guard isSpace(at: position), stands("-}}", at: position + 1) else { return nil }
        position += 4
        return true
    }

    // MARK: Inside braces

    private mutating func action(from open: Int) throws(GoTemplateError) -> Bool {
        var parentheses: [Int] = []
        while position < source.count {
            let start = position
            if let trims = closing() {
                if let unclosed = parentheses.last {
                    throw GoTemplateError(.syntax, "the parenthesis is not closed", at: unclosed)
                }
                add(.close, source[start..<position], at: start)
                return trims
            }
            try token(&parentheses)
        }
        throw GoTemplateError(.syntax, "the braces are not closed", at: open, hint: "close them with }}")
    }

    private mutating func token(_ parentheses: inout [Int]) throws(GoTemplateError) {
        let start = position
        let scalar = source[position]
        switch scalar {
        case " ", "\t", "\r", "\n":
            while isSpace(at: position), !stands("-}}", at: position + 1) { position += 1 }
            // The space before a trim marker belongs to the marker; at most the loop's first turn finds it.
            add(.space, source[start..<position], at: start)
        case "\"": try string()
        case "`": try rawString()
        case "'": try character()
        case "$":
            name(.variable, from: start, dropping: 1)
            try requireTerminator()
        case "|": single(.pipe)
        case ",": single(.comma)
        case "=": single(.assign)
        case ":":
            position += 1
            guard stands("=") else { throw unexpected(at: start) }
            position += 1
            add(.declare, source[start..<position], at: start)
        case "(":
            parentheses.append(start)
            single(.openParenthesis)
        case ")":
            guard parentheses.popLast() != nil else {
                throw GoTemplateError(.syntax, "a parenthesis is closed that was not opened", at: start)
            }
            single(.closeParenthesis)
        case ".":
            if let next = scalarAt(start + 1), Self.isDigit(next) { return try number() }
            if let next = scalarAt(start + 1), Self.isNamePart(next) {
                name(.field, from: start, dropping: 1)
                try requireTerminator()
            } else {
                single(.dot)
            }
        case "+", "-", "0"..."9": try number()
        case _ where Self.isNamePart(scalar):
            try identifier(from: start)
        default: throw unexpected(at: start)
        }
    }

    private mutating func identifier(from start: Int) throws(GoTemplateError) {
        while let next = scalarAt(position), Self.isNamePart(next) { position += 1 }
        let word = String(String.UnicodeScalarView(source[start..<position]))
        try requireTerminator()
        let kind: GoTemplateToken.Kind =
            switch word {
            case "true", "false": .bool
            case "nil": .null
            case _ where Self.keywords.contains(word): .keyword
            default: .identifier
            }
        tokens.append(GoTemplateToken(kind: kind, text: word, offset: start))
    }

    private mutating func name(_ kind: GoTemplateToken.Kind, from start: Int, dropping sign: Int) {
        position += sign
        while let next = scalarAt(position), Self.isNamePart(next) { position += 1 }
        add(kind, source[start + sign..<position], at: start)
    }

    /// What may stand behind a name; a dash there is a key that has to be written in another way.
    private func requireTerminator() throws(GoTemplateError) {
        guard let next = scalarAt(position), !Self.isSpace(next), !".,|:()".unicodeScalars.contains(next),
            !stands("}}")
        else { return }
        let hint = next == "-" ? "a key with a dash is written index variables \"my-key\"" : nil
        throw GoTemplateError(.syntax, "the character \"\(next)\" cannot stand in a name", at: position, hint: hint)
    }

    private mutating func number() throws(GoTemplateError) {
        let start = position
        if stands("+") || stands("-") { position += 1 }
        while let next = scalarAt(position),
            Self.isNamePart(next) || next == "." || isSignOfExponent(at: position, start)
        {
            position += 1
        }
        add(.number, source[start..<position], at: start)
    }

    /// Whether the sign here belongs to the exponent of the number that begins at `start`.
    private func isSignOfExponent(at place: Int, _ start: Int) -> Bool {
        guard source[place] == "+" || source[place] == "-", let mark = scalarAt(place - 1) else { return false }
        let digits = source[start..<place]
        let isHexadecimal = digits.contains("x") || digits.contains("X")
        return place > start + 1 && (isHexadecimal ? "pP" : "eE").unicodeScalars.contains(mark)
    }

    private mutating func string() throws(GoTemplateError) {
        try quoted("\"", .string, "the text in quotes has no end on its line")
    }

    private mutating func character() throws(GoTemplateError) {
        try quoted("'", .character, "the character in quotes has no end")
    }

    private mutating func quoted(
        _ mark: Unicode.Scalar, _ kind: GoTemplateToken.Kind, _ complaint: String
    ) throws(GoTemplateError) {
        let start = position
        position += 1
        while let next = scalarAt(position), next != mark, next != "\n" {
            position += next == "\\" && scalarAt(position + 1) != "\n" ? 2 : 1
        }
        guard scalarAt(position) == mark else { throw GoTemplateError(.syntax, complaint, at: start) }
        position += 1
        add(kind, source[start..<position], at: start)
    }

    private mutating func rawString() throws(GoTemplateError) {
        let start = position
        position += 1
        while let next = scalarAt(position), next != "`" { position += 1 }
        guard position < source.count else {
            throw GoTemplateError(.syntax, "the text in backquotes has no end", at: start)
        }
        position += 1
        add(.rawString, source[start..<position], at: start)
    }

    // MARK: Characters

    private mutating func single(_ kind: GoTemplateToken.Kind) {
        add(kind, source[position...position], at: position)
        position += 1
    }

    private mutating func add(_ kind: GoTemplateToken.Kind, _ text: ArraySlice<Unicode.Scalar>, at offset: Int) {
        tokens.append(GoTemplateToken(kind: kind, text: String(String.UnicodeScalarView(text)), offset: offset))
    }

    private func unexpected(at place: Int) -> GoTemplateError {
        GoTemplateError(.syntax, "the character \"\(source[place])\" means nothing in a template", at: place)
    }

    private func scalarAt(_ place: Int) -> Unicode.Scalar? { source.indices.contains(place) ? source[place] : nil }

    private func stands(_ text: String, at place: Int? = nil) -> Bool {
        source.dropFirst(place ?? position).starts(with: text.unicodeScalars)
    }

    private func isSpace(at place: Int) -> Bool { scalarAt(place).map(Self.isSpace) ?? false }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n"
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }
}
