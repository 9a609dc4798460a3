internal import Analysis
internal import Rollouts

extension JSON {
    /// An object of names and values in their order.
    static func object(_ members: [(String, JSON)]) -> JSON {
        .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}

extension Value {
    /// What conditions see of a JSON document.
    init(_ json: JSON) { self = json.value }

    /// What a template states, for a service that takes JSON; nil where it holds what JSON has no literal for.
    var json: JSON? {
        switch self {
        case .double(let number) where !number.isFinite: return nil
        case .double(let number): return .number(Int(exactly: number).map(String.init) ?? number.description)
        case .array(let elements, _):
            let values = elements.compactMap(\.json)
            return values.count == elements.count ? .array(values) : nil
        case .map(let members):
            let values = members.compactMap { member in member.value.json.map { (member.name, $0) } }
            return values.count == members.count ? .object(values) : nil
        case .dictionary, .temporal: return nil
        default: return JSON(self)
        }
    }
}
