internal import Analysis
internal import YAML

/// The counts of one side, in columns.
struct CountColumns {
    let total: NumberColumn
    let bad: NumberColumn?
    let good: NumberColumn?

    /// The bad ones of each interval.
    fileprivate func badCounts() throws(YAMLError) -> [Double] {
        try total.requireCounts()
        guard let part = bad ?? good else {
            throw total.error("there is a total, and nothing says how many of it were bad", hint: "add bad, or good")
        }
        if let good, bad != nil {
            throw good.error("both bad and good are given", hint: "keep one; the other follows from total")
        }
        try part.requireCounts()
        guard part.values.count == total.values.count else {
            let (shorter, longer) = part.values.count < total.values.count ? (part, total) : (total, part)
            throw shorter.error(
                "\(shorter.values.count) numbers, and \(longer.name) has \(longer.values.count)",
                hint: "each has one number per interval")
        }
        for (index, value) in part.values.enumerated() where value > total.values[index] {
            throw part.error(
                at: index,
                "\(Readable.number(value)) of \(Readable.number(total.values[index])) requests in interval \(index + 1)",
                hint: "total counts all requests, the bad ones too")
        }
        return bad != nil ? part.values : zip(total.values, part.values).map { $0 - $1 }
    }

    /// Both sides, interval by interval.
    static func data(canary: CountColumns, baseline: CountColumns?) throws(YAMLError) -> TrialData {
        let bad = try canary.badCounts()
        guard let baseline else {
            return .counts(
                zip(bad, canary.total.values).map { IntervalSample(canaryBad: $0, canaryTotal: $1) },
                hasBaseline: false)
        }
        let baselineBad = try baseline.badCounts()
        guard bad.count == baselineBad.count else {
            throw baseline.total.error(
                "\(Readable.plural(baselineBad.count, "interval")), and the canary has \(bad.count)",
                hint: "both sides are counted over the same intervals")
        }
        return .counts(
            bad.indices.map { index in
                IntervalSample(
                    canaryBad: bad[index], canaryTotal: canary.total.values[index], baselineBad: baselineBad[index],
                    baselineTotal: baseline.total.values[index])
            }, hasBaseline: true)
    }
}
