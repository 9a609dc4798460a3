internal import YAML

/// Numbers in a row, and where each of them stands.
struct NumberColumn {
    /// What they are, for messages: `canary.bad`, `canaryBad`.
    let name: String
    private(set) var values: [Double]
    let file: String
    let path: FieldPath?
    /// Where it begins.
    let position: YAMLPosition
    private let place: (Int) -> YAMLPosition

    /// - Parameter place: where the number of that index stands.
    init(
        _ name: String, _ values: [Double], file: String, path: FieldPath? = nil, position: YAMLPosition,
        place: @escaping (Int) -> YAMLPosition
    ) {
        self.name = name
        self.values = values
        self.file = file
        self.path = path
        self.position = position
        self.place = place
    }

    /// An error about the number of that index, or about all of them.
    func error(at index: Int? = nil, _ message: String, hint: String? = nil) -> YAMLError {
        let exact = path.map { path in index.map { path.appending($0) } ?? path }
        return YAMLError(
            file: file, position: index.map(place) ?? position, path: exact,
            message: "\(exact?.description ?? name): \(message)", hint: hint)
    }

    /// Refuses what cannot be a count.
    func requireCounts() throws(YAMLError) {
        for (index, value) in values.enumerated() {
            if value.isNaN {
                throw error(
                    at: index, "a count is missing",
                    hint: "write 0 where nothing was counted, and leave an interval out that nobody observed")
            }
            if value < 0 {
                throw error(
                    at: index, "a count cannot be negative", hint: "give the increase of each interval, not a counter")
            }
            if value.isInfinite { throw error(at: index, "a count cannot be infinite") }
        }
    }

    /// The same numbers without those at the end that are missing.
    func trimmed(_ isMissing: (Int) -> Bool) -> NumberColumn {
        var copy = self
        while !copy.values.isEmpty, isMissing(copy.values.count - 1) { copy.values.removeLast() }
        return copy
    }
}
