/// The values that a scalar can be read as.
extension NodeDecoder {
    func text() throws -> String {
        if let text = node.typed?.string { return text }
        let written = node.text.map { "write it in quotes: \"\($0)\"" }
        throw mismatch("a text", hint: node.isScalar && !node.isNull ? written : nil)
    }

    func flag() throws -> Bool {
        if let flag = node.typed?.bool { return flag }
        let isQuoted = node.text.map { ["true", "false"].contains($0) } == true
        throw mismatch("true or false", hint: isQuoted ? "write it without quotes" : nil)
    }

    func number() throws -> Double {
        if let number = node.typed?.double { return number }
        throw mismatch("a number", hint: unquoteHint)
    }

    func whole<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        guard let number = node.typed?.int else { throw mismatch("a whole number", hint: unquoteHint) }
        guard let fitting = T(exactly: number) else {
            throw error("expected a whole number from \(T.min) to \(T.max), found \(number)")
        }
        return fitting
    }

    private var unquoteHint: String? {
        guard case .string(let text)? = node.typed, YAMLScalar(text: text, isPlain: true).double != nil else {
            return nil
        }
        return "write it without quotes: \(text)"
    }

    /// Decodes `type`, the types of scalars without a detour through their own containers.
    func unbox<T: Decodable>(_ type: T.Type) throws -> T {
        let value: Any? =
            switch type {
            case is String.Type: try text()
            case is Bool.Type: try flag()
            case is Double.Type: try number()
            case is Int.Type: try whole(Int.self)
            default: nil
            }
        if let value = value as? T { return value }
        return try decode(type)
    }
}

/// Reads a node as one value.
struct ScalarContainer: SingleValueDecodingContainer {
    let decoder: NodeDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.node.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.flag() }
    func decode(_ type: String.Type) throws -> String { try decoder.text() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.number() }
    func decode(_ type: Float.Type) throws -> Float { Float(try decoder.number()) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.whole(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.whole(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.whole(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.whole(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.whole(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.whole(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.whole(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.whole(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.whole(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.whole(type) }
    /// The type reads the same node, so the keys that it asks for are reported with those of this decoder.
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: decoder) }
}
