/// Decodes documents into Swift types.
///
/// Every error has file, line, column and field path. Keys that the type never asked for are errors, with the key that was
/// probably meant; they are collected over the whole document. Texts, numbers and booleans are typed as Kubernetes
/// types them, and nothing is converted silently.
package struct YAMLDecoder: Sendable {
    /// How many values aliases may expand to.
    package var expansionLimit = 100_000

    package init() {}

    /// Decodes the root of `document`.
    package func decode<T: Decodable>(_ type: T.Type, from document: YAMLDocument) throws(YAMLProblems) -> T {
        guard document.problems.isEmpty else { throw YAMLProblems(document.problems) }
        return try decode(type, from: document.root, file: document.file)
    }

    /// Decodes `node`, which stands at `path` of its document.
    package func decode<T: Decodable>(
        _ type: T.Type, from node: YAMLNode, file: String, path: FieldPath = .root
    ) throws(YAMLProblems) -> T {
        let session = DecodingSession(file: file, limit: expansionLimit)
        do {
            let value = try NodeDecoder(node: node, path: path, session: session).decode(type)
            if session.problems.isEmpty { return value }
        } catch let error as YAMLError {
            session.problems.append(error)
        } catch {
            session.problems.append(
                YAMLError(file: file, position: node.position, path: path, message: "\(error)"))
        }
        throw YAMLProblems(session.problems)
    }
}

/// What the decoders of one document share.
final class DecodingSession {
    let file: String
    var problems: [YAMLError] = []
    private var budget: Int

    init(file: String, limit: Int) {
        self.file = file
        budget = limit
    }

    /// Counts one node that an alias leads to.
    func countExpansion(_ node: YAMLNode, _ path: FieldPath) throws {
        budget -= 1
        if budget < 0 {
            throw YAMLError(
                file: file, position: node.position, path: path, message: "\(path): aliases expand to too many values",
                hint: "write the values out, or use fewer aliases of aliases")
        }
    }
}

/// A value together with the place that it was read from.
package struct Positioned<Value> {
    package var value: Value
    package let position: YAMLPosition
    package let path: FieldPath
    package let file: String

    package init(_ value: Value, position: YAMLPosition = .start, path: FieldPath = .root, file: String = "") {
        self.value = value
        self.position = position
        self.path = path
        self.file = file
    }

    /// An error about the value.
    package func error(_ message: String, hint: String? = nil) -> YAMLError {
        YAMLError(file: file, position: position, path: path, message: message, hint: hint)
    }
}

extension Positioned: Sendable where Value: Sendable {}

extension Positioned: Equatable where Value: Equatable {
    /// Equality of the values; where they stand does not count.
    package static func == (left: Self, right: Self) -> Bool { left.value == right.value }
}

extension Positioned: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        if let source = decoder.yamlSource {
            self.init(value, position: source.node.position, path: source.path, file: source.file)
        } else {
            self.init(value)
        }
    }
}

/// The place that a decoder reads from.
package struct YAMLSourcePlace: Sendable {
    package let node: YAMLNode
    package let path: FieldPath
    package let file: String

    package init(node: YAMLNode, path: FieldPath, file: String) {
        self.node = node
        self.path = path
        self.file = file
    }

    /// An error about the node, to be thrown out of an `init(from:)`.
    package func error(_ message: String, hint: String? = nil) -> YAMLError {
        YAMLError(
            file: file, position: node.position, path: path, message: path.isRoot ? message : "\(path): \(message)",
            hint: hint)
    }
}

extension Decoder {
    /// Where in a YAML file this decoder reads; nil for decoders of other formats.
    package var yamlSource: YAMLSourcePlace? {
        guard let decoder = self as? NodeDecoder else { return nil }
        return YAMLSourcePlace(node: decoder.node, path: decoder.path, file: decoder.session.file)
    }
}

extension YAMLNode: Decodable {
    /// Takes the node as it is, whatever it holds.
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? NodeDecoder else {
            throw DecodingError.typeMismatch(
                YAMLNode.self, .init(codingPath: decoder.codingPath, debugDescription: "not a YAML document"))
        }
        self = decoder.node
    }
}
