/// Reads JSON text into a ``Value``; what it cannot read is an error with the offset of the byte.
package struct ValueReader {
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let offset: Int
        package let expected: String
        package var description: String { "expected \(expected) at byte \(offset)" }
    }

    private static let depthLimit = 64

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static func read(_ bytes: [UInt8]) throws(Failure) -> Value {
        var reader = ValueReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.failure("the end") }
        return value
    }

    package static func read(_ text: String) throws(Failure) -> Value {
        try read(Array(text.utf8))
    }

    private func failure(_ expected: String) -> Failure { Failure(offset: offset, expected: expected) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> Value {
        guard depth < Self.depthLimit else { throw failure("fewer than \(Self.depthLimit) nested values") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: Value) throws(Failure) -> Value {
        guard bytes[offset...].starts(with: word.utf8) else { throw failure(word) }
        offset += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> Value {
        offset += 1
        var fields = Fields()
        if take("}") { return .object(fields) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes") }
            let name = try string()
            guard take(":") else { throw failure("':'") }
            fields[name] = try value(depth: depth + 1)
        } while take(",")
        guard take("}") else { throw failure("',' or '}'") }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws(Failure) -> Value {
        offset += 1
        var elements: [Value] = []
        if take("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw failure("',' or ']'") }
        return .array(elements)
    }

    private mutating func number() throws(Failure) -> Value {
        let start = offset
        while let byte = next, "+-.eE0123456789".utf8.contains(byte) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if let integer = Int(text) { return .integer(integer) }
        guard let decimal = Double(text) else {
            offset = start
            throw failure("a value")
        }
        return .decimal(decimal)
    }

    private mutating func string() throws(Failure) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            default: text.append(byte)
            }
        }
        throw failure("'\"'")
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        guard let byte = next else { throw failure("an escape") }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"):
            var unit = try hexUnit()
            if (0xD800..<0xDC00).contains(unit), next == UInt8(ascii: "\\") {
                offset += 2
                unit = 0x10000 + (unit - 0xD800) * 0x400 + (try hexUnit() &- 0xDC00) % 0x400
            }
            return Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
        default: return [byte]
        }
    }

    private mutating func hexUnit() throws(Failure) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits") }
        offset += 4
        return unit
    }
}
