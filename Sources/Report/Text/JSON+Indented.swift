package import Rollouts

extension JSON {
    /// The value over several lines, two spaces a level, for people and for differences between two outputs.
    package var indented: String { indented(by: 0) }

    private func indented(by depth: Int) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.indented(by: depth + 1) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\(JSON.string($0.name).text): \($0.value.indented(by: depth + 1))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        default: return text
        }
    }

    /// An object without the members that have no value.
    static func members(_ list: KeyValuePairs<String, JSON?>) -> JSON {
        .object(list.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }
}

extension JSON {
    static func text(_ value: String?) -> JSON? { value.map(JSON.string) }
    static func count(_ value: Int?) -> JSON? { value.map { .number(String($0)) } }
    static func texts(_ values: [String]) -> JSON? { values.isEmpty ? nil : .array(values.map(JSON.string)) }
}
