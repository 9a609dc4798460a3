import Analysis
import Rollouts

extension JSON {
    /// A value of a template as JSON; a number that JSON cannot say is null.
    init(_ value: Analysis.Value) {
        switch value {
        case .null, .nilPointer: self = .null
        case .bool(let bool): self = .bool(bool)
        case .int(let int): self = .number(String(int))
        case .double(let double): self = double.isFinite ? .number("\(double)") : .null
        case .string(let text): self = .string(text)
        case .array(let elements, _): self = .array(elements.map(JSON.init))
        case .map(let members):
            var seen: [Member] = []
            for member in members {
                seen.removeAll { $0.name == member.name }
                seen.append(Member(name: member.name, value: JSON(member.value)))
            }
            self = .object(seen)
        }
    }
}

extension Value {
    /// JSON as a condition sees it: every number is a float, as in Argo Rollouts.
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number: self = .double(json.double ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(Value.init), of: .any)
        case .object(let members): self = .map(members.map { Member($0.name, Value($0.value)) })
        }
    }
}
