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

    /// What a template states, for a service that takes JSON; nil where a number has no JSON.
    var json: JSON? {
        switch self {
        case .null, .nilPointer: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .number(String(number))
        case .double(let number):
            guard number.isFinite else { return nil }
            return .number(Int(exactly: number).map(String.init) ?? number.description)
        case .string(let text): return .string(text)
        case .array(let elements, _):
            let values = elements.compactMap(\.json)
            return values.count == elements.count ? .array(values) : nil
        case .map(let members):
            let values = members.compactMap { member in member.value.json.map { (member.name, $0) } }
            return values.count == members.count ? .object(values) : nil
        }
    }
}
