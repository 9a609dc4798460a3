/// Escapes and bracketed classes.
extension PatternParser {
    /// `\pL`, `\p{Lu}`, `\P{^N}`.
    private mutating func category(isNegated: Bool, from start: Int) throws(PatternError) -> ScalarSet {
        var name = ""
        if take("{") {
            while let next = peek(), next != "}" { name.unicodeScalars.append(next); position += 1 }
            position += 1
        } else if let next = peek() {
            name = String(next)
            position += 1
        }
        var isNegated = isNegated
        if name.hasPrefix("^") {
            isNegated.toggle()
            name.removeFirst()
        }
        guard let set = ScalarSet(category: name, isNegated: isNegated) else {
            throw PatternError(message: "invalid character class range: `\(text(from: start, to: position))`")
        }
        return set
    }

    mutating func escapedSet(from start: Int) throws(PatternError) -> ScalarSet {
        guard let next = peek() else { throw PatternError(message: "trailing backslash at end of expression: ``") }
        position += 1
        switch next {
        case "d": return .digit
        case "w": return .word
        case "s": return .space
        case "D", "W", "S":
            var set: ScalarSet = next == "D" ? .digit : next == "W" ? .word : .space
            set.isNegated = true
            return set
        case "t": return ScalarSet("\t")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{0C}")
        case "v": return ScalarSet("\u{0B}")
        case "a": return ScalarSet("\u{07}")
        case "x": return ScalarSet(try hexadecimal(from: start))
        case "p", "P": return try category(isNegated: next == "P", from: start)
        case "0"..."7":
            position -= 1
            return ScalarSet(try octal(from: start))
        default:
            // Punctuation stands for itself; letters and digits are reserved.
            guard next.isASCII, !ScalarSet.word.contains(next) || next == "_" else {
                throw PatternError(message: "invalid escape sequence: `\(text(from: start, to: position))`")
            }
            return ScalarSet(next)
        }
    }

    /// `\0`, `\17`, `\123`; a digit alone other than 0 would be a reference back, which there is not.
    private mutating func octal(from start: Int) throws(PatternError) -> Unicode.Scalar {
        var code: UInt32 = 0
        var count = 0
        while count < 3, let digit = peek(), ("0"..."7").contains(digit) {
            code = code * 8 + digit.value - 0x30
            count += 1
            position += 1
        }
        guard text(from: start + 1, to: start + 2) == "0" || count > 1, let scalar = Unicode.Scalar(code) else {
            throw PatternError(message: "invalid escape sequence: `\(text(from: start, to: position))`")
        }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(PatternError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let next = peek(), next != "}" { digits.unicodeScalars.append(next); position += 1 }
            position += 1
        } else {
            digits = text(from: position, to: position + 2)
            position += 2
        }
        guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code), position <= scalars.count else {
            throw PatternError(message: "invalid escape sequence: `\(text(from: start, to: position))`")
        }
        return scalar
    }

    mutating func bracketClass() throws(PatternError) -> ScalarSet {
        let start = position
        position += 1
        var set = ScalarSet()
        set.isNegated = take("^")
        var isFirst = true
        while isFirst || peek() != "]" {
            isFirst = false
            guard peek() != nil else { throw PatternError(message: "missing closing ]: `\(text(from: start))`") }
            if peek() == "[", peek(1) == ":", let named = try posixClass() {
                set.insert(named)
                continue
            }
            let rangeStart = position
            let lower = try classMember()
            guard peek() == "-", peek(1) != "]", peek(1) != nil, let first = lower.single else {
                set.insert(lower)
                continue
            }
            position += 1
            guard let last = try classMember().single, first <= last else {
                throw PatternError(
                    message: "invalid character class range: `\(text(from: rangeStart, to: position))`")
            }
            set.insert(first...last)
        }
        position += 1
        return set
    }

    private mutating func classMember() throws(PatternError) -> ScalarSet {
        let start = position
        guard let next = peek() else { throw PatternError(message: "missing closing ]: `\(text(from: start))`") }
        position += 1
        return next == "\\" ? try escapedSet(from: start) : ScalarSet(next)
    }

    private mutating func posixClass() throws(PatternError) -> ScalarSet? {
        let start = position
        guard let end = scalars[position...].firstIndex(of: "]"), end > position + 2, scalars[end - 1] == ":" else {
            return nil
        }
        var name = text(from: position + 2, to: end - 1)
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard var set = ScalarSet.posix(name) else {
            throw PatternError(message: "invalid character class range: `\(text(from: start, to: end + 1))`")
        }
        set.isNegated = isNegated
        position = end + 1
        return set
    }
}

extension ScalarSet {
    fileprivate var single: UInt32? {
        guard !isNegated, ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
        return range.lowerBound
    }
}
