internal import Analysis
internal import Rollouts

extension JSON {
    /// An object of names and values in their order.
    static func object(_ members: [(String, JSON)]) -> JSON {
        .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}

extension Value {
    /// What conditions see of a JSON document, as Go decodes it: every number is a double, every array one of anything.
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number: self = .double(json.double ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { Value($0) }, of: .any)
        case .object(let members): self = .map(members.map { Member($0.name, Value($0.value)) })
        }
    }
}
