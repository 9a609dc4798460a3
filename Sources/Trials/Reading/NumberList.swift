internal import YAML

/// A list of numbers in a document; `null` and `NaN` stand for what was not measured.
struct NumberList: Decodable {
    let column: NumberColumn

    init(from decoder: any Decoder) throws {
        guard let place = decoder.yamlSource else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a YAML document"))
        }
        try self.init(place)
    }

    init(_ place: YAMLSourcePlace) throws(YAMLError) {
        guard place.node.isSequence else {
            throw place.error("expected a list of numbers, found \(place.node.summary)", hint: "[212, 208.5, 219]")
        }
        let items = place.node.items
        try place.requireAtMost(items.count)
        var values: [Double] = []
        values.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { values.append(try Self.number(item, index, place)) }
        column = NumberColumn(
            place.path.description, values, file: place.file, path: place.path, position: place.node.position,
            place: { items[$0].position })
    }

    private static func number(_ item: YAMLNode, _ index: Int, _ place: YAMLSourcePlace) throws(YAMLError) -> Double {
        let node = item.resolved
        if node.isNull { return .nan }
        guard let text = node.text else {
            throw place.error(at: item, index, "expected a number, found \(node.summary)", hint: nil)
        }
        let isPlain = if case .scalar(_, .plain) = node.content { true } else { false }
        if isPlain, let number = DecimalNumber.read(text) { return number }
        // JSON has no other way to write these.
        if !isPlain, let word = DecimalNumber.word(text) { return word }
        let isQuoted = !isPlain && DecimalNumber.read(text) != nil
        throw place.error(
            at: item, index, "expected a number, found \(isPlain ? "\"\(text)\"" : node.summary)",
            hint: isQuoted ? "write it without quotes: \(text)" : DecimalNumber.hint(for: text))
    }
}

extension YAMLSourcePlace {
    fileprivate func error(at item: YAMLNode, _ index: Int, _ message: String, hint: String?) -> YAMLError {
        let path = path.appending(index)
        return YAMLError(
            file: file, position: item.position, path: path, message: "\(path): \(message)", hint: hint)
    }

    /// A trial keeps every statistic of every interval, so that there is an end to them.
    func requireAtMost(_ count: Int) throws(YAMLError) {
        guard count > TrialLimits.intervals else { return }
        throw error(
            "\(count) are more than the \(TrialLimits.intervals) that are looked at",
            hint: "join intervals, or try the newest part")
    }
}

/// How much is looked at.
enum TrialLimits {
    /// Two weeks of minutes.
    static let intervals = 20_160
    /// Of both sides over all intervals.
    static let buckets = 4_000_000
}
