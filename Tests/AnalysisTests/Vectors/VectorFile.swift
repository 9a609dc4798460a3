import Analysis
import Foundation
import Support

/// The cases of a file of the shared folder; none where it is absent.
enum VectorFile {
    static func decode<Cases: Decodable>(_ type: Cases.Type, from name: String) -> Cases? {
        guard SharedFolder.has("vectors/\(name)"), let data = try? SharedFolder.data("vectors/\(name)") else {
            return nil
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            fatalError("\(name): \(error)")
        }
    }
}

/// Any JSON value, as Argo's providers hand it to a condition: every number is a float.
struct AnyJSON: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Name.self) {
            value = .map(
                try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
                    Value.Member($0.stringValue, try object.decode(AnyJSON.self, forKey: $0).value)
                })
        } else if var array = try? decoder.unkeyedContainer() {
            var elements: [Value] = []
            while !array.isAtEnd { elements.append(try array.decode(AnyJSON.self).value) }
            value = .array(elements, of: .any)
        } else {
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                value = .null
            } else if let bool = try? single.decode(Bool.self) {
                value = .bool(bool)
            } else if let number = try? single.decode(Double.self) {
                value = .double(number)
            } else {
                value = .string(try single.decode(String.self))
            }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

func json(_ text: String) throws -> Value {
    try JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8)).value
}
