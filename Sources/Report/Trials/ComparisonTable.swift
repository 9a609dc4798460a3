internal import Analysis

/// The two samples of a comparison, and the statistics of their difference.
struct ComparisonTable {
    private let outcome: CompareOutcome

    init(_ outcome: CompareOutcome) { self.outcome = outcome }

    func lines(_ layout: Layout) -> [String] {
        var table = TextTable()
        let titles = ["", "POINTS", "MISSING", "OUTLIERS", "MEDIAN", "MEAN", "DEVIATION", "MINIMUM", "MAXIMUM"]
        table.add(titles.map { .init(text: $0, tint: .faint, isRight: true) })
        for (name, side) in [("canary", outcome.canary), ("baseline", outcome.baseline)] {
            let summary = side.summary
            let numbers = [summary.median, summary.mean, summary.deviation, summary.minimum, summary.maximum]
            table.add(
                [.init(text: name)]
                    + ([side.points, side.missing, side.outliers].map(String.init)
                    + numbers.map { summary.count > 0 ? Readable.number($0) : "-" })
                    .map { .init(text: $0, isRight: true) })
        }
        let statistics = [shift, test, effect].compactMap(\.self)
        return table.lines(layout) + (statistics.isEmpty ? [] : [""] + statistics)
    }

    private var shift: String? {
        guard let shift = outcome.shift else { return nil }
        func text(_ value: Double?) -> String { value.map(Readable.number) ?? "unknown" }
        let noise = outcome.hasNoise ? "; both sides were constant, and noise was added" : ""
        return
            "Shift   \(text(shift.estimate)), between \(text(shift.lower)) and \(text(shift.upper)) with a confidence of "
            + "\(Readable.number(shift.confidence * 100)) %; tolerated \(text(shift.bound))\(noise)"
    }

    private var test: String? {
        guard let test = outcome.test else { return nil }
        let chance = test.p < 0.0001 ? "p below 0.0001" : "p = \(Readable.number(test.p))"
        return "Test    Mann-Whitney, \(test.method.rawValue): U = \(Readable.number(test.u)), \(chance)"
    }

    private var effect: String? {
        outcome.effectSize.map { "Effect  \(Readable.number($0)) (\(outcome.settings.effectSize.measure.rawValue))" }
    }
}
