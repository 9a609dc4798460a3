/// Reads the entries of a mapping.
struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: NodeDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { decoder.allNames().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { decoder.value(key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).unbox(type) }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try child(key).flag() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try child(key).text() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try child(key).number() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try child(key).number()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try child(key).whole(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try child(key).whole(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try child(key).whole(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try child(key).whole(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try child(key).whole(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try child(key).whole(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try child(key).whole(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try child(key).whole(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try child(key).whole(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try child(key).whole(type) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder.adopt(child(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.adopt(child(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { decoder.adopt(try child(key)) }

    private func child(_ key: Key) throws -> NodeDecoder {
        guard let node = decoder.value(key.stringValue) else { throw decoder.missing(key.stringValue) }
        return decoder.child(node, key)
    }
}

/// Reads the items of a list one after the other.
struct ItemContainer: UnkeyedDecodingContainer {
    let decoder: NodeDecoder
    private let items: [YAMLNode]
    private(set) var currentIndex = 0

    init(decoder: NodeDecoder) {
        self.decoder = decoder
        items = decoder.node.items
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard try current().node.isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try current().unbox(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try decoder.adopt(current()).container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder.adopt(current()).unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let item = decoder.adopt(try current())
        currentIndex += 1
        return item
    }

    private func current() throws -> NodeDecoder {
        guard currentIndex < items.count else {
            throw decoder.error("expected more than \(items.count) items")
        }
        return decoder.child(items[currentIndex], ItemKey(intValue: currentIndex))
    }
}

/// The number of an item as a coding key.
private struct ItemKey: CodingKey {
    let intValue: Int?
    var stringValue: String { intValue.map(String.init) ?? "" }

    init(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
}
