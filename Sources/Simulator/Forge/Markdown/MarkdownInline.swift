/// Writes the inside of a block as HTML: code, bold, italics, struck out text, links and line breaks.
struct MarkdownInline {
    /// Marks nest no deeper; what lies below is text.
    private static let depthLimit = 6

    private let text: [Character]
    private let depth: Int
    private var index = 0
    private var output = Markup.empty
    private var plain = ""

    static func markup(_ text: String) -> Markup { markup(Array(text), depth: 0) }

    private static func markup(_ text: [Character], depth: Int) -> Markup {
        var writer = MarkdownInline(text: text, depth: depth)
        return writer.written()
    }

    private init(text: [Character], depth: Int) {
        self.text = text
        self.depth = depth
    }

    private mutating func written() -> Markup {
        while index < text.count {
            if !takeMark() {
                plain.append(text[index])
                index += 1
            }
        }
        flush()
        return output
    }

    private mutating func flush() {
        output += .text(plain)
        plain = ""
    }

    private mutating func add(_ markup: Markup, to end: Int) -> Bool {
        flush()
        output += markup
        index = end
        return true
    }

    /// Takes what is more than text at the present place; false where it is text.
    private mutating func takeMark() -> Bool {
        switch text[index] {
        case "\\": return takeEscape()
        case "`": return takeCode()
        case "&": return takeEntity()
        case "\n": return takeBreak()
        case "<": return takeAutolink()
        case "[" where depth < Self.depthLimit: return takeLink()
        case "*", "_", "~": return depth < Self.depthLimit && takeEmphasis()
        case "h": return takeAddress()
        default: return false
        }
    }

    private mutating func takeEscape() -> Bool {
        guard index + 1 < text.count else { return false }
        let next = text[index + 1]
        if next == "\n" { return add("<br>\n", to: index + 2) }
        guard next.isASCII, next.isPunctuation || next.isSymbol else { return false }
        plain.append(next)
        index += 2
        return true
    }

    private mutating func takeBreak() -> Bool {
        let spaces = plain.reversed().prefix { $0 == " " }.count
        plain.removeLast(spaces)
        return add(spaces >= 2 ? "<br>\n" : "\n", to: index + 1)
    }

    /// A run of backticks up to the next run of the same length.
    private mutating func takeCode() -> Bool {
        let length = run("`", at: index)
        var end = index + length
        while end < text.count {
            let closing = run("`", at: end)
            if closing == length {
                var code = text[index + length..<end].map { $0 == "\n" ? " " : $0 }
                if code.first == " ", code.last == " ", code.contains(where: { $0 != " " }) {
                    code = Array(code.dropFirst().dropLast())
                }
                return add("<code>\(Markup.breakable(String(code)))</code>", to: end + length)
            }
            end += max(closing, 1)
        }
        plain += String(repeating: "`", count: length)
        index += length
        return true
    }

    private func run(_ character: Character, at start: Int) -> Int {
        text[start...].prefix { $0 == character }.count
    }

    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
    ]

    /// A few entities by name, and any by number.
    private mutating func takeEntity() -> Bool {
        guard let end = text[index...].prefix(12).firstIndex(of: ";") else { return false }
        let name = String(text[index + 1..<end])
        var found = Self.entities[name]
        if name.hasPrefix("#") {
            let digits = name.dropFirst()
            let isHexadecimal = digits.first == "x" || digits.first == "X"
            let code = UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
            found = code.flatMap(Unicode.Scalar.init).map { String($0) }
        }
        guard let found else { return false }
        plain += found
        index = end + 1
        return true
    }

    // MARK: Emphasis

    private mutating func takeEmphasis() -> Bool {
        let mark = text[index]
        let length = min(run(mark, at: index), mark == "~" ? 2 : 3)
        if mark == "~", length < 2 { return false }
        let start = index + length
        guard start < text.count, !text[start].isWhitespace, mark != "_" || !isWord(index - 1),
            let end = closing(mark, length, from: start)
        else {
            plain += String(repeating: mark, count: length)
            index = start
            return true
        }
        let inner = Self.markup(Array(text[start..<end]), depth: depth + 1)
        let written: Markup =
            switch (mark, length) {
            case ("~", _): "<del>\(inner)</del>"
            case (_, 1): "<em>\(inner)</em>"
            case (_, 2): "<strong>\(inner)</strong>"
            default: "<strong><em>\(inner)</em></strong>"
            }
        return add(written, to: end + length)
    }

    /// Where a run of the mark ends what began; code and escapes are passed over.
    private func closing(_ mark: Character, _ length: Int, from start: Int) -> Int? {
        var place = start
        while place < text.count {
            switch text[place] {
            case "\\": place += 2
            case "`":
                let ticks = run("`", at: place)
                place += ticks
                var end = place
                while end < text.count, run("`", at: end) != ticks { end += max(run("`", at: end), 1) }
                if end < text.count { place = end + ticks }
            case mark:
                let found = run(mark, at: place)
                let isEnd = !text[place - 1].isWhitespace && (mark != "_" || !isWord(place + found))
                if found == length || found > length && length == 1 && found != 2, isEnd, place > start { return place }
                place += found
            default: place += 1
            }
        }
        return nil
    }

    private func isWord(_ place: Int) -> Bool {
        text.indices.contains(place) && (text[place].isLetter || text[place].isNumber)
    }

    // MARK: Links

    /// `[text](address)`, with an optional title that is not shown.
    private mutating func takeLink() -> Bool {
        guard let close = bracket(from: index), close + 1 < text.count, text[close + 1] == "(" else { return false }
        var end = close + 2
        var depth = 0
        while end < text.count, depth > 0 || text[end] != ")" {
            if text[end] == "(" { depth += 1 }
            if text[end] == ")" { depth -= 1 }
            if text[end] == "\n" { return false }
            end += 1
        }
        guard end < text.count else { return false }
        var address = String(text[close + 2..<end]).trimmed
        if let space = address.firstIndex(of: " ") { address = String(address[..<space]) }
        if address.hasPrefix("<"), address.hasSuffix(">") { address = String(address.dropFirst().dropLast()) }
        let inner = Self.markup(Array(text[index + 1..<close]), depth: self.depth + 1)
        return add(Self.link(address, inner), to: end + 1)
    }

    private func bracket(from start: Int) -> Int? {
        var depth = 0
        var place = start
        while place < text.count {
            switch text[place] {
            case "\\": place += 1
            case "[": depth += 1
            case "]":
                depth -= 1
                if depth == 0 { return place }
            default: break
            }
            place += 1
        }
        return nil
    }

    private mutating func takeAutolink() -> Bool {
        guard let end = text[index...].firstIndex(of: ">") else { return false }
        let address = String(text[index + 1..<end])
        guard Self.isOutside(address), !address.contains(where: \.isWhitespace) else { return false }
        return add(Self.link(address, .text(address)), to: end + 1)
    }

    /// An address that stands in the text as it is.
    private mutating func takeAddress() -> Bool {
        guard !isWord(index - 1) else { return false }
        let candidate = text[index...].prefix { !$0.isWhitespace && !"<>|\"".contains($0) }
        guard Self.isOutside(String(candidate.prefix(8))) else { return false }
        var address = String(candidate)
        while let last = address.last, ".,;:!?)'*_".contains(last) { address.removeLast() }
        guard address.hasSuffix("/") == false || address.count > 8 else { return false }
        return add(Self.link(address, .text(address)), to: index + address.count)
    }

    private static func isOutside(_ address: String) -> Bool {
        ["http://", "https://"].contains { address.lowercased().hasPrefix($0) }
    }

    /// Only what leads to the web or to a place of this page is a link; anything else, such as a script, stays text.
    private static func link(_ address: String, _ inner: Markup) -> Markup {
        guard isOutside(address) || address.hasPrefix("#") else { return inner }
        return "<a href=\"\(address)\" rel=\"noreferrer\">\(inner)</a>"
    }
}
