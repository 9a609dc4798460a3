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
