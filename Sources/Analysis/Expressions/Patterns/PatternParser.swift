/// A regular expression as a tree.
indirect enum PatternNode: Sendable {
    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    case empty
    case set(ScalarSet)
    case assertion(Assertion)
    case concatenation([PatternNode])
    case alternation([PatternNode])
    case repetition(PatternNode, minimum: Int, maximum: Int?)
}

/// Reads RE2's syntax; of Unicode's classes the general categories, not the scripts.
struct PatternParser {
    private static let maximumDepth = 50
    private static let maximumRepeat = 1000

    let scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    static func parse(_ text: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(scalars: Array(text.unicodeScalars))
        let node = try parser.alternation()
        guard parser.peek() == nil else { throw PatternError(message: "unexpected ): `\(text)`") }
        return node
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    func text(from start: Int, to end: Int? = nil) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[min(start, scalars.count)..<min(end ?? scalars.count, scalars.count)])
        return String(view)
    }

    private mutating func alternation() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw PatternError(message: "expression nests too deeply: `\(text(from: 0))`")
        }
        var branches = [try concatenation()]
        while take("|") { branches.append(try concatenation()) }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func concatenation() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = peek(), next != "|", next != ")" {
            let start = position
            let quoted = quotedText()
            if let quoted { parts += quoted.dropLast() }
            // A repetition behind quoted text is of its last character alone.
            var part = if let quoted { quoted.last ?? .empty } else { try atom() }
            var repetitions = 0
            while let (minimum, maximum) = try quantifier() {
                repetitions += 1
                // Go takes `a**` for a mistake; `a{2}{3}` is one too in Perl, but RE2 allows it.
                guard repetitions <= 1 else {
                    throw PatternError(
                        message: "invalid nested repetition operator: `\(text(from: start, to: position))`")
                }
                part = .repetition(part, minimum: minimum, maximum: maximum)
            }
            parts.append(part)
        }
        return parts.isEmpty ? .empty : .concatenation(parts)
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        let start = position
        let bounds: (Int, Int?)
        switch peek() {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{":
            guard let counts = counts() else { return nil }
            guard counts.0 <= Self.maximumRepeat, (counts.1 ?? 0) <= Self.maximumRepeat, counts.0 <= counts.1 ?? .max
            else { throw PatternError(message: "invalid repeat count: `\(text(from: start, to: position))`") }
            _ = take("?")
            return counts
        default: return nil
        }
        position += 1
        // Lazy or greedy makes no difference to whether there is a match.
        _ = take("?")
        return bounds
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else is literal text, and the position stays.
    private mutating func counts() -> (Int, Int?)? {
        let start = position
        position += 1
        let minimum = number()
        var maximum = minimum
        if take(",") { maximum = number() }
        guard let minimum, take("}") else {
            position = start
            return nil
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek(), ScalarSet.digit.contains(digit) {
            value = min(1_000_000, (value ?? 0) * 10 + Int(digit.value - 0x30))
            position += 1
        }
        return value
    }

    private func set(_ set: ScalarSet) -> PatternNode {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return .set(set)
    }
}

extension PatternParser {
    private mutating func atom() throws(PatternError) -> PatternNode {
        guard let next = peek() else { return .empty }
        switch next {
        case "(": return try group()
        case "[": return set(try bracketClass())
        case "\\": return try escape()
        case "*", "+", "?":
            throw PatternError(message: "missing argument to repetition operator: `\(next)`")
        default: break
        }
        position += 1
        switch next {
        case ".": return .set(flags.dotMatchesNewline ? .anything : .exceptNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        default: return set(ScalarSet(next))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        let start = position
        let outer = flags
        position += 1
        if take("?") {
            if take("P") || peek() == "<" && peek(1) != "=" && peek(1) != "!" {
                guard take("<"), let end = scalars[position...].firstIndex(of: ">"), end > position else {
                    throw PatternError(message: "invalid named capture: `\(text(from: start))`")
                }
                position = end + 1
            } else if try flagsEndGroup(from: start) {
                return .empty
            }
        }
        let inner = try alternation()
        guard take(")") else { throw PatternError(message: "missing closing ): `\(text(from: 0))`") }
        flags = outer
        return inner
    }

    /// Reads `i`, `m`, `s`, `U` with `-`; true for `(?i)`, which holds to the end of the enclosing group.
    private mutating func flagsEndGroup(from start: Int) throws(PatternError) -> Bool {
        var value = true
        while let flag = peek() {
            position += 1
            switch flag {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break
            case "-": value = false
            case ":": return false
            case ")": return true
            default:
                throw PatternError(
                    message: "invalid or unsupported Perl syntax: `\(text(from: start, to: position))`")
            }
        }
        throw PatternError(message: "missing closing ): `\(text(from: 0))`")
    }

    private mutating func escape() throws(PatternError) -> PatternNode {
        let start = position
        position += 1
        switch peek() {
        case "A": position += 1; return .assertion(.textStart)
        case "z": position += 1; return .assertion(.textEnd)
        case "b": position += 1; return .assertion(.wordBoundary)
        case "B": position += 1; return .assertion(.noWordBoundary)
        case "C": throw PatternError(message: "invalid escape sequence: `\\C`")
        default: return set(try escapedSet(from: start))
        }
    }

    /// Everything from `\Q` to `\E` or the end stands for itself; nil where no such text begins.
    private mutating func quotedText() -> [PatternNode]? {
        guard peek() == "\\", peek(1) == "Q" else { return nil }
        position += 2
        var parts: [PatternNode] = []
        while let next = peek() {
            if next == "\\", peek(1) == "E" {
                position += 2
                break
            }
            position += 1
            parts.append(set(ScalarSet(next)))
        }
        return parts
    }
}
