internal import FoundationEssentials
package import Rollouts

extension JSON {
    /// What a value encodes itself as, members in the order of their names; numbers that JSON has no literal for become
    /// text.
    package init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
        try self.init(parsing: Array(encoder.encode(value)))
    }

    /// An object without some of its members.
    func without(_ names: Set<String>) -> JSON {
        guard let members else { return self }
        return .object(members.filter { !names.contains($0.name) })
    }
}
