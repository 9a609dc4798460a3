/// A name of branches in which `*` stands for any text, as forges write their rules.
struct NamePattern: Hashable, Sendable {
    private let parts: [Substring]

    init(_ text: String) {
        // Two stars go beyond slashes where one does not; to a rule that may hold both are the same here.
        parts = text.replacing("**", with: "*").split(separator: "*", omittingEmptySubsequences: false)
    }

    func matches(_ name: String) -> Bool {
        guard let first = parts.first, let last = parts.last else { return false }
        guard parts.count > 1 else { return name == first }
        var rest = name[...]
        guard rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
