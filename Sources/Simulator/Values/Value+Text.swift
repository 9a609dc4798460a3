extension Value {
    /// The value as compact JSON text.
    package var text: String {
        var output = ""
        write(to: &output)
        return output
    }

    /// The value with the members of all objects in alphabetic order.
    package var sorted: Value {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let fields): .object(Fields(fields.sorted().members.map { ($0.name, $0.value.sorted) }))
        default: self
        }
    }

    private func write(to output: inout String) {
        switch self {
        case .null: output += "null"
        case .bool(let truth): output += truth ? "true" : "false"
        case .integer(let number): output += String(number)
        case .decimal(let number): output += number.isFinite ? "\(number)" : "null"
        case .string(let text): Self.quote(text, to: &output)
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                element.write(to: &output)
            }
            output += "]"
        case .object(let fields):
            output += "{"
            for (index, member) in fields.members.enumerated() {
                if index > 0 { output += "," }
                Self.quote(member.name, to: &output)
                output += ":"
                member.value.write(to: &output)
            }
            output += "}"
        }
    }

    private static func quote(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
