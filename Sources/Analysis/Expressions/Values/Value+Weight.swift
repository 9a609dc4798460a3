extension Value {
    /// Elements or bytes that are read through in one step.
    static let weightPerStep = 8

    /// The elements and bytes that the value consists of, counted no further than the evaluator goes; nil where it is too deep.
    var weight: Int? {
        var count = 0
        return addWeight(to: &count, depth: 1) ? count : nil
    }

    private func addWeight(to count: inout Int, depth: Int) -> Bool {
        guard count <= Evaluator.maximumSteps * Self.weightPerStep else { return true }
        guard depth <= Evaluator.maximumDepth else { return false }
        count += 1
        switch self {
        case .string(let text): count += text.utf8.count
        case .array(let elements, _):
            for element in elements where !element.addWeight(to: &count, depth: depth + 1) { return false }
        case .map(let members):
            for member in members where !member.value.addWeight(to: &count, depth: depth + 1) { return false }
        case .dictionary(let entries, _):
            for entry in entries where !entry.value.addWeight(to: &count, depth: depth + 1) { return false }
        default: break
        }
        return true
    }
}
