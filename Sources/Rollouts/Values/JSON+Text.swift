/// JSON text of a value, compact.
extension JSON {
    /// The value in its own order of members.
    package var text: String { written { $0 } }

    /// The one text of equal values: members sorted by the bytes of their names, no spaces, shortest escapes.
    ///
    /// Digests are made of this text, so that it must never change.
    package var canonical: String {
        written { members in members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
    }

    private func written(_ arranged: ([Member]) -> [Member]) -> String {
        var output: [UInt8] = []
        write(to: &output, arranged)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], _ arranged: ([Member]) -> [Member]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let text): output += text.utf8
        case .string(let text): Self.writeString(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output, arranged)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in arranged(members).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.writeString(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output, arranged)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func writeString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += "\\\"".utf8
            case UInt8(ascii: "\\"): output += "\\\\".utf8
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x20:
                output += byte < 0x10 ? "\\u000".utf8 : "\\u00".utf8
                output += String(byte, radix: 16).utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
