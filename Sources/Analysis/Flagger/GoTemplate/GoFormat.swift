import Glibc

/// `printf` as Go's `fmt` has it, for the values that a template can have.
///
/// Where Go would write its complaint into the text (`%!d(string=shop)`), this is an error: no backend takes such a query.
struct GoFormat {
    private let arguments: [GoTemplateValue]
    private var rest: ArraySlice<Unicode.Scalar>
    private var output = String.UnicodeScalarView()
    /// The argument that comes next, counted from 0.
    private var position = 0
    private var isReordered = false

    private static let maximumWidth = 1000

    /// Flags, width and precision of a verb.
    private struct Layout {
        var flags: Set<Unicode.Scalar> = []
        var width: Int?
        var precision: Int?
    }

    static func text(
        _ format: String, _ arguments: [GoTemplateValue]
    ) throws(GoTemplateFunction.Problem) -> String {
        var formatter = GoFormat(arguments, Array(format.unicodeScalars))
        try formatter.run()
        return String(formatter.output)
    }

    private init(_ arguments: [GoTemplateValue], _ format: [Unicode.Scalar]) {
        self.arguments = arguments
        rest = format[...]
    }

    private mutating func run() throws(GoTemplateFunction.Problem) {
        while let scalar = rest.popFirst() {
            if scalar == "%" { try directive() } else { output.append(scalar) }
        }
        if position < arguments.count, !isReordered {
            let count = arguments.count - position
            throw Self.problem("printf has \(Readable.plural(count, "value")) more than its text has places for")
        }
    }

    // MARK: Directives

    private mutating func directive() throws(GoTemplateFunction.Problem) {
        var layout = Layout()
        while let flag = rest.first, "+-# 0".unicodeScalars.contains(flag) {
            layout.flags.insert(flag)
            rest.removeFirst()
        }
        try readIndex()
        layout.width = try readSize()
        if let width = layout.width, width < 0 {
            layout.flags.insert("-")
            layout.width = -width
        }
        if rest.first == "." {
            rest.removeFirst()
            try readIndex()
            layout.precision = max(0, try readSize() ?? 0)
        }
        try readIndex()
        guard let verb = rest.popFirst() else {
            throw Self.problem("the text of printf ends inside a %", hint: "a percent sign is written %%")
        }
        if verb == "%" { return output.append("%") }
        output.append(contentsOf: try formatted(verb, try argument("%\(verb)"), layout).unicodeScalars)
    }

    private mutating func argument(_ place: String) throws(GoTemplateFunction.Problem) -> GoTemplateValue {
        guard arguments.indices.contains(position) else {
            throw Self.problem("printf has no value for \(place)", hint: "give one for each % in the text")
        }
        defer { position += 1 }
        return arguments[position]
    }

    /// `[2]`: the next value is the second one.
    private mutating func readIndex() throws(GoTemplateFunction.Problem) {
        guard rest.first == "[" else { return }
        let digits = rest.dropFirst().prefix { $0 != "]" }
        guard let index = GoNumber.int(String(String.UnicodeScalarView(digits))), arguments.indices.contains(index - 1),
            digits.endIndex < rest.endIndex
        else { throw Self.problem("printf has no value that its brackets name", hint: "the first one is [1]") }
        rest = rest[(digits.endIndex + 1)...]
        position = index - 1
        isReordered = true
    }

    /// A number, or a `*` for one among the values.
    private mutating func readSize() throws(GoTemplateFunction.Problem) -> Int? {
        var size: Int?
        if rest.first == "*" {
            rest.removeFirst()
            guard case .int(let value) = try argument("*") else {
                throw Self.problem("the * of printf stands for a whole number")
            }
            size = value
        } else {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            size = Int(String(String.UnicodeScalarView(digits)))
        }
        guard let size, (-Self.maximumWidth...Self.maximumWidth).contains(size) else {
            throw Self.problem("a width of printf is at most \(Self.maximumWidth)")
        }
        return size
    }

    // MARK: Values

    private func formatted(
        _ verb: Unicode.Scalar, _ value: GoTemplateValue, _ layout: Layout
    ) throws(GoTemplateFunction.Problem) -> String {
        switch (verb, value) {
        case ("v", .int(let int)): return Self.number(int, "d", layout)
        case ("v", .double(let double)): return try Self.fraction(double, "g", layout)
        case ("v", _), ("s", .string), ("s", .map), ("t", .bool):
            return Self.padded(try GoTemplateFunction.text(value), cut: verb == "s" || verb == "v", layout)
        case ("q", .string(let text)):
            return Self.padded(Self.quoted(layout.precision.map { Self.prefix(text, $0) } ?? text), cut: false, layout)
        case ("d", .int(let int)), ("b", .int(let int)), ("o", .int(let int)), ("x", .int(let int)),
            ("X", .int(let int)):
            return Self.number(int, verb, layout)
        case ("c", .int(let int)):
            let scalar = UInt32(exactly: int).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
            return Self.padded(String(scalar), cut: false, layout)
        case ("x", .string(let text)), ("X", .string(let text)):
            let bytes = layout.precision.map { Array(text.utf8.prefix($0)) } ?? Array(text.utf8)
            let digits = bytes.map { GoEscape.hexadecimal(UInt32($0), digits: 2) }.joined()
            return Self.padded(verb == "x" ? digits.lowercased() : digits, cut: false, layout)
        case ("e", .double(let double)), ("E", .double(let double)), ("f", .double(let double)),
            ("F", .double(let double)), ("g", .double(let double)), ("G", .double(let double)):
            return try Self.fraction(double, verb, layout)
        case _ where !"vstqdboxXceEfFgG".unicodeScalars.contains(verb):
            throw Self.problem("printf has no %\(verb) here", hint: "%s writes a text, %d a whole number, %v anything")
        default:
            throw Self.problem(
                "printf cannot write \(value.typeName) with %\(verb)",
                hint: "%s writes a text, %d a whole number, %v anything")
        }
    }

    private static func number(_ value: Int, _ verb: Unicode.Scalar, _ layout: Layout) -> String {
        let radix = verb == "b" ? 2 : verb == "o" ? 8 : verb == "x" || verb == "X" ? 16 : 10
        var digits = String(value.magnitude, radix: radix, uppercase: verb == "X")
        if layout.precision == 0, value == 0 { digits = "" }
        let prefix = layout.flags.contains("#") ? ["b": "0b", "o": "0", "x": "0x", "X": "0X"][verb] ?? "" : ""
        let sign = value < 0 ? "-" : layout.flags.contains("+") ? "+" : layout.flags.contains(" ") ? " " : ""
        var least = layout.precision ?? 0
        if layout.precision == nil, layout.flags.contains("0"), !layout.flags.contains("-"), let width = layout.width {
            least = width - sign.count
        }
        digits = String(repeating: "0", count: max(0, least - digits.count)) + digits
        return padded(sign + prefix + digits, cut: false, layout)
    }

    private static func fraction(
        _ value: Double, _ verb: Unicode.Scalar, _ layout: Layout
    ) throws(GoTemplateFunction.Problem) -> String {
        guard !layout.flags.contains("#") else { throw problem("printf takes no # for fractions here") }
        var text: String
        if let precision = layout.precision ?? ("gG".unicodeScalars.contains(verb) ? nil : 6), value.isFinite {
            text = written(value.magnitude, verb, precision)
        } else {
            text = shortest(value.magnitude)
            if verb == "G" { text = text.uppercased() }
        }
        let sign =
            value.sign == .minus && !value.isNaN
            ? "-" : layout.flags.contains("+") ? "+" : layout.flags.contains(" ") ? " " : ""
        if text.hasPrefix("+") { text.removeFirst() }
        if layout.flags.contains("0"), !layout.flags.contains("-"), let width = layout.width, value.isFinite {
            text = String(repeating: "0", count: max(0, width - sign.count - text.count)) + text
        }
        return padded(sign + text, cut: false, layout)
    }

    /// A fraction with a precision, as C and Go write it alike.
    private static func written(_ value: Double, _ verb: Unicode.Scalar, _ precision: Int) -> String {
        var buffer = [CChar](repeating: 0, count: maximumWidth + 400)
        let count = withVaList([Int32(precision), value]) {
            vsnprintf(&buffer, buffer.count, "%.*\(verb)", $0)
        }
        return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func padded(_ text: String, cut: Bool, _ layout: Layout) -> String {
        var text = text
        if cut, let precision = layout.precision { text = prefix(text, precision) }
        let gap = String(repeating: " ", count: max(0, (layout.width ?? 0) - text.unicodeScalars.count))
        return layout.flags.contains("-") ? text + gap : gap + text
    }

    private static func prefix(_ text: String, _ count: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }

    private static func problem(_ message: String, hint: String? = nil) -> GoTemplateFunction.Problem {
        GoTemplateFunction.Problem(message: message, hint: hint)
    }
}

extension GoFormat {
    /// The fewest digits that read back as the same number, as Go's `%g` without a precision has them.
    static func shortest(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }
        guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
        let (digits, point) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        let exponent = point - 1
        if exponent < -4 || exponent >= 6 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let size = String(exponent.magnitude)
            let padding = size.count < 2 ? "0" : ""
            return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + padding + size
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The significant digits and how many of them stand before the point.
    private static func decimal(_ value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = whole + fraction
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.hasPrefix("0") {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0") { digits.removeLast() }
        return (digits, point)
    }

    /// What Go's `strconv` writes as it is: letters, marks, numbers, punctuation, symbols and the space.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    /// A text in Go's double quotes.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{B}": result += "\\v"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x80:
                result += "\\x" + GoEscape.hexadecimal(scalar.value, digits: 2).lowercased()
            case _ where scalar.value < 0x10000:
                result += "\\u" + GoEscape.hexadecimal(scalar.value, digits: 4).lowercased()
            default: result += "\\U" + GoEscape.hexadecimal(scalar.value, digits: 8).lowercased()
            }
        }
        return result + "\""
    }
}
