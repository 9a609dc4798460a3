/// Writes values as Go's encoding/json does: names in order, numbers short, `<`, `>` and `&` escaped.
struct JSONWriter {
    /// What JSON has no form for, in Go's words.
    struct Problem: Error {
        let message: String
    }

    /// The value over several lines, two spaces a level.
    static func indented(_ value: Value) throws(Problem) -> String {
        var writer = JSONWriter()
        try writer.write(value, level: 0)
        return writer.text
    }

    private var text = ""

    private mutating func write(_ value: Value, level: Int) throws(Problem) {
        switch value {
        case .null, .nilPointer, .array(_, of: .nothing): text += "null"
        case .bool(let bool): text += String(bool)
        case .int(let int): text += String(int)
        case .double(let double):
            guard let number = GoNumber.json(double) else {
                throw Problem(message: "json: unsupported value: \(GoNumber.notFinite(double))")
            }
            text += number
        case .string(let string): text += Self.quoted(string, escapesMarkup: true)
        case .array(let elements, _):
            try write(elements.map { (nil, $0) }, "[", "]", level)
        case .map(let members):
            let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            try write(sorted.map { ($0.name, $0.value) }, "{", "}", level)
        case .dictionary: throw Problem(message: "json: unsupported type: \(value.typeName)")
        case .temporal(.time(let time)): text += Self.quoted(time.rfc3339)
        case .temporal(.zone): text += "{}"
        case .temporal(let temporal): text += String(temporal.wholeNumber ?? 0)
        }
    }

    private mutating func write(
        _ items: [(name: String?, value: Value)], _ open: String, _ close: String, _ level: Int
    ) throws(Problem) {
        text += open
        for (index, item) in items.enumerated() {
            text += (index > 0 ? ",\n" : "\n") + String(repeating: "  ", count: level + 1)
            if let name = item.name { text += Self.quoted(name, escapesMarkup: true) + ": " }
            try write(item.value, level: level + 1)
        }
        if !items.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
        text += close
    }

    /// A JSON string; Go escapes markup in it, so that it can stand in a page.
    static func quoted(_ string: String, escapesMarkup: Bool = false) -> String {
        var quoted = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}":
                if escapesMarkup { quoted += escape(scalar) } else { quoted.unicodeScalars.append(scalar) }
            case "\0"..<" ": quoted += escape(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
