/// PipeCD's threshold: every point lies between two bounds, which are allowed values themselves.
package struct ExpectedRange: Codable, Equatable, Sendable {
    package var min: Double?
    package var max: Double?

    package init(min: Double? = nil, max: Double? = nil) {
        self.min = min
        self.max = max
    }

    package struct Outcome: Equatable, Sendable {
        package let verdict: Verdict
        package let points: Int
        /// The first point that lies outside.
        package let outside: Double?
        package let sentence: String
    }

    /// No points at all are a success, as nothing was found outside; points that are not numbers are waited for.
    package func judge(_ points: [Double], metric: String) -> Outcome {
        func outcome(_ verdict: Verdict, _ sentence: String, outside: Double? = nil) -> Outcome {
            Outcome(verdict: verdict, points: points.count, outside: outside, sentence: "\(metric) \(sentence)")
        }
        guard min != nil || max != nil else {
            return outcome(.error, "could not be judged: its expected range has neither min nor max")
        }
        if let outside = points.first(where: isOutside) {
            return outcome(.fail, "is not \(text): \(Readable.number(outside)) was measured", outside: outside)
        }
        if points.contains(where: \.isNaN) {
            return outcome(.needsMoreData, "needs more data: some of its points are not numbers")
        }
        return outcome(.pass, "is \(text): \(Readable.plural(points.count, "point"))")
    }

    private func isOutside(_ point: Double) -> Bool {
        if let min, point < min { return true }
        if let max, point > max { return true }
        return false
    }

    private var text: String {
        switch (min, max) {
        case (let min?, let max?): "between \(Readable.number(min)) and \(Readable.number(max))"
        case (let min?, nil): "at least \(Readable.number(min))"
        case (nil, let max?): "at most \(Readable.number(max))"
        case (nil, nil): "anything"
        }
    }
}
