internal import Analysis
internal import Glibc

/// The evidence after each interval, and what it is compared with.
struct IntervalTable {
    private let trial: FollowedTrial

    init(_ trial: FollowedTrial) { self.trial = trial }

    func lines(_ layout: Layout) -> [String] {
        var table = TextTable()
        let hasBaseline = trial.judge != .confident
        table.add(
            (["INTERVAL", "CANARY"] + (hasBaseline ? ["BASELINE"] : []) + ["AGAINST", "FOR", ""]).map {
                .init(text: $0, tint: .faint, isRight: !$0.isEmpty)
            })
        let shown = shown
        var last: Int?
        for index in shown {
            if let last, index > last + 1 { table.add([.init(text: "…", tint: .faint, isRight: true)]) }
            last = index
            table.add(row(index, hasBaseline))
        }
        return table.lines(layout) + ["", limits]
    }

    /// All intervals, or of many the first ones, those around the decision, and the last ones.
    private var shown: [Int] {
        let count = trial.trace.intervals.count
        guard count > 40 else { return Array(0..<count) }
        let decided = (trial.trace.decidedAt ?? count) - 1
        return (0..<count).filter { $0 < 5 || $0 >= count - 5 || (decided - 12...decided + 3).contains($0) }
    }

    private func row(_ index: Int, _ hasBaseline: Bool) -> [TextTable.Cell] {
        let interval = trial.trace.intervals[index]
        let counts = trial.counts[index]
        var row: [TextTable.Cell] = [
            .init(text: "\(interval.number)", isRight: true),
            .init(text: requests(counts.canaryBad, counts.canaryTotal), isRight: true),
        ]
        if hasBaseline { row.append(.init(text: requests(counts.baselineBad, counts.baselineTotal), isRight: true)) }
        let isDecision = interval.number == trial.trace.decidedAt
        let tint: Palette.Tint = isDecision ? trial.trace.verdict.tint : .plain
        row += [
            .init(text: Self.factor(interval.failEvidence), tint: tint, isRight: true),
            .init(text: Self.factor(interval.passEvidence), tint: tint, isRight: true),
            .init(text: isDecision ? "decided: \(trial.trace.reason.rawValue)" : note(interval.number), tint: tint),
        ]
        return row
    }

    private func note(_ number: Int) -> String { trial.warmingUp.contains(number) ? "not counted: new pods" : "" }

    private func requests(_ bad: Double, _ total: Double) -> String {
        trial.judge == .histogram ? Readable.count(total) : "\(Readable.count(bad)) of \(Readable.count(total))"
    }

    private var limits: String {
        "Evidence is a factor: a release fails from \(Self.factor(trial.trace.failLimit)) against it, and passes from "
            + "\(Self.factor(trial.trace.passLimit)) for it."
    }

    /// The number whose logarithm is given, with as many digits as matter.
    static func factor(_ logarithm: Double?) -> String {
        guard let logarithm else { return "-" }
        let value = exp(logarithm)
        if value < 0.01 { return "<0.01" }
        if value >= 1e9 { return ">1e9" }
        if value >= 100 { return Readable.count((value * (1 + 1e-12)).rounded(.down)) }
        let scale = value >= 10 ? 10.0 : 100.0
        // Down, so that what falls short of a limit does not look like it; the last bits are not meant by that.
        let rounded = (value * scale * (1 + 1e-12)).rounded(.down) / scale
        return rounded == rounded.rounded() ? String(Int64(rounded)) : rounded.description
    }
}
