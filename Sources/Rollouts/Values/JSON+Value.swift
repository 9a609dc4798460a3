package import Analysis

extension JSON {
    /// A value of the condition language as JSON; numbers that JSON has no literal for become `{"number": "NaN"}`.
    package init(_ value: Analysis.Value) {
        switch value {
        case .null, .nilPointer: self = .null
        case .bool(let bool): self = .bool(bool)
        case .int(let int): self = .number(String(int))
        case .double(let double):
            self = double.isFinite ? .number("\(double)") : ["number": .string("\(double)")]
        case .string(let text): self = .string(text)
        case .array(let elements, _): self = .array(elements.map(JSON.init))
        case .map(let members): self = .object(members.map { .init(name: $0.name, value: JSON($0.value)) })
        // No service answers with these; conditions make them.
        case .dictionary, .temporal: self = .string("\(value)")
        }
    }

    /// What conditions see of JSON: every number is a float, as Argo's providers hand it on.
    package var value: Analysis.Value {
        switch self {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .number(let text): return .double(Double(text) ?? .nan)
        case .string(let text): return .string(text)
        case .array(let elements): return .array(elements.map(\.value), of: .any)
        case .object(let members):
            if members.count == 1, members[0].name == "number",
                let number = members[0].value.string.flatMap(Double.init),
                !number.isFinite
            {
                return .double(number)
            }
            return .map(members.map { Analysis.Value.Member($0.name, $0.value.value) })
        }
    }
}
