/// Why a text is not the JSON that was expected, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let message: String
    /// Both count from 1, columns in bytes.
    package let line: Int
    package let column: Int

    package var description: String { "line \(line), column \(column): \(message)" }
}

extension JSON {
    /// The value of a complete RFC 8259 text; a member name that appears twice in one object is an error.
    ///
    /// - Parameters:
    ///   - sizeLimit: the longest text in bytes that is looked at.
    ///   - depthLimit: how many arrays and objects may stand in each other.
    package init(
        parsing bytes: [UInt8], sizeLimit: Int = 64 << 20, depthLimit: Int = 200
    ) throws(JSONError) {
        guard bytes.count <= sizeLimit else {
            throw JSONError(message: "the text has \(bytes.count) bytes, allowed are \(sizeLimit)", line: 1, column: 1)
        }
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var parser = JSONParser(bytes: buffer, depthLimit: depthLimit)
            return try parser.document()
        }
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// A recursive descent over UTF-8 bytes.
private struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let depthLimit: Int
    private var position = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func document() throws(JSONError) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("text after the end of the value") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        guard let byte = peek else { throw failure("a value was expected, the text ends") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw failure("a value was expected")
        }
    }

    // MARK: Arrays and objects

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < depthLimit else { throw failure("more than \(depthLimit) levels of nesting") }
        depth += 1
        position += 1
        let value = try parse(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw failure("',' or ']' was expected") }
            return .array(elements)
        }
    }

    private mutating func object() throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        var names = MemberNames()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw failure("a member name in quotes was expected") }
            let start = position
            let name = try string()
            guard names.insert(name, after: members) else {
                position = start
                throw failure("the member '\(name)' appears twice")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("':' was expected") }
            skipSpace()
            members.append(JSON.Member(name: name, value: try value()))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw failure("',' or '}' was expected") }
            return .object(members)
        }
    }

    // MARK: Scalars

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else {
                position = start
                throw failure("a value was expected")
            }
        }
        return value
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("a digit was expected") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try validated(UnsafeBufferPointer(rebasing: bytes[start..<position]))
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw failure("a control character must be escaped")
            default: position += 1
            }
        }
        throw failure("the string has no end")
    }

    /// Continues a string at its first backslash.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<position])
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try content.withUnsafeBufferPointer { buffer throws(JSONError) -> String in
                    try validated(buffer)
                }
                position += 1
                return text
            case UInt8(ascii: "\\"): try appendEscape(to: &content)
            case 0..<0x20: throw failure("a control character must be escaped")
            default:
                content.append(byte)
                position += 1
            }
        }
        throw failure("the string has no end")
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(JSONError) {
        position += 1
        guard let byte = peek else { throw failure("the string has no end") }
        let meaning: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): meaning = byte
        case UInt8(ascii: "b"): meaning = 0x08
        case UInt8(ascii: "f"): meaning = 0x0C
        case UInt8(ascii: "n"): meaning = 0x0A
        case UInt8(ascii: "r"): meaning = 0x0D
        case UInt8(ascii: "t"): meaning = 0x09
        case UInt8(ascii: "u"):
            position += 1
            content += String(try unicodeEscape()).utf8
            return
        default: throw failure("not an escape that JSON knows")
        }
        content.append(meaning)
        position += 1
    }

    /// The scalar of four hexadecimal digits, or of the two groups that make a surrogate pair.
    private mutating func unicodeEscape() throws(JSONError) -> Character {
        let start = position
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let low = try hexadecimal()
            if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
        }
        guard let scalar = Unicode.Scalar(code) else {
            position = start
            throw failure("half of a surrogate pair")
        }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw failure("four hexadecimal digits were expected")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private func validated(_ content: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure("the string is not valid UTF-8")
        }
        return text
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Counts lines only when something is wrong.
    private func failure(_ message: String) -> JSONError {
        let before = bytes[..<position]
        let line = before.count { $0 == 0x0A } + 1
        let column = position - (before.lastIndex(of: 0x0A) ?? -1)
        return JSONError(message: message, line: line, column: column)
    }
}

/// The names seen in one object: a short one is searched, a long one keeps a set.
private struct MemberNames {
    private static let searched = 12
    private var names: Set<String> = []

    mutating func insert(_ name: String, after members: [JSON.Member]) -> Bool {
        if members.count < Self.searched { return !members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }
}
