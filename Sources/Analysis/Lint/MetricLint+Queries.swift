/// What the text of a query tells about the numbers that it will give.
extension MetricLint {
    var queryFindings: [LintFinding] {
        queries.flatMap { query in
            guard query.use != .counter else {
                return query.isPromQL ? [rateUnderJudge(query)].compactMap { $0 } : []
            }
            let spans = query.use == .value ? [longRange(query)] : []
            let names = query.isPromQL ? [rawCounter(query), missingBuckets(query)] : []
            return (spans + names).compactMap { $0 }
        }
    }

    // MARK: Spans

    /// How long after the stage began the last measurement is; nil where nobody knows.
    private var horizon: Duration? {
        if let window { return window }
        guard let count = metric.limits.count, count > 1 else { return nil }
        let steps = Double(count - 1) * metric.interval.inSeconds + metric.initialDelay.inSeconds
        return .milliseconds(Int64(min(steps, 1e12) * 1000))
    }

    /// A query whose every measurement looks at what was before the stage.
    ///
    /// What is moved back by `offset` is compared with the present, as long as something is of the present.
    private func longRange(_ query: MetricQuery) -> LintFinding? {
        guard let horizon else { return nil }
        let selectors = query.scan.selectors.filter { !$0.isPinned }
        let long = selectors.filter { $0.reach > horizon }
        let ofPresent = long.filter { $0.offset <= .zero }
        let isAllEarlier = long.count == selectors.count
        guard let reach = (isAllEarlier ? long : ofPresent).map(\.reach).max() else { return nil }
        let span = window == nil ? "the last measurement is \(Readable.span(horizon)) after the first" : nil
        return LintFinding(
            .longRange, .warning, at: query.path,
            "looks back \(Readable.span(reach)), and \(span ?? "the stage lasts \(Readable.span(horizon))"): every "
                + "measurement counts what was before it",
            hint: "look back \(PromQLDuration.text(horizon)) at most, or "
                + (window == nil ? "state a larger count or initialDelay" : "let the stage last longer"))
    }

    // MARK: Counters

    /// What is needed of a counter to be judged as a value: how much it rises, or how often something happens to it.
    private static func measuresChange(_ function: String) -> Bool {
        let others = ["deriv", "resets", "changes", "count", "group", "timestamp", "count_over_time"]
        return ["rate", "increase", "delta", "absent", "present"].contains { function.contains($0) }
            || others.contains(function)
    }

    /// A counter's value is what was counted since its process began.
    private func rawCounter(_ query: MetricQuery) -> LintFinding? {
        let scan = query.scan
        let shifted = Set(scan.selectors.filter { $0.offset != .zero }.map(\.name))
        for selector in scan.selectors {
            // What has a colon was recorded by a rule, and has been made of counters already.
            guard let name = selector.name, name.hasSuffix("_total") || name.hasSuffix("_bucket"),
                !name.contains(":"), !shifted.contains(name),
                !scan.calls(around: selector).contains(where: { Self.measuresChange($0.name) })
            else { continue }
            return LintFinding(
                .rawCounter, .warning, at: query.path,
                "\(name) is a counter: its value is all that was counted since its process began",
                hint: "write rate(\(name)[5m]), or let judge: sequential take its differences")
        }
        return nil
    }

    /// The judges of counts take differences of every series, before anything is added up.
    private func rateUnderJudge(_ query: MetricQuery) -> LintFinding? {
        for selector in query.scan.selectors {
            let calls = query.scan.calls(around: selector)
            let raw = selector.name ?? "the counter"
            if let call = calls.first(where: { Self.measuresChange($0.name) }) {
                return LintFinding(
                    .rateUnderJudge, .error, at: query.path,
                    "the judge takes the differences of counters, and \(call.name)() gives differences already",
                    hint: "write \(raw) with its labels alone")
            }
            if let call = calls.first(where: \.isAggregation) {
                return LintFinding(
                    .rateUnderJudge, .warning, at: query.path,
                    "\(call.name)() hides where a counter begins anew: a pod that ends takes its count away from all",
                    hint: "write \(raw) with its labels alone; the judge adds up the series")
            }
        }
        return nil
    }

    // MARK: Histograms

    /// `histogram_quantile` needs the label `le` of every bucket, and gives a number for each group of other labels.
    private func missingBuckets(_ query: MetricQuery) -> LintFinding? {
        let scan = query.scan
        for selector in scan.selectors where selector.name?.hasSuffix("_bucket") == true {
            let calls = scan.calls(around: selector)
            guard let end = calls.firstIndex(where: { $0.name == "histogram_quantile" }) else { continue }
            let aggregations = calls[..<end].filter { $0.isAggregation && !Self.selections.contains($0.name) }
            if let lossy = aggregations.first(where: { $0.grouping?.keeps("le") != true }) {
                return LintFinding(
                    .missingBuckets, .error, at: query.path,
                    "\(lossy.name)() drops the label le, without which histogram_quantile() finds no bucket",
                    hint: "write \(lossy.name) by (le) (…)")
            }
            if aggregations.isEmpty, looksAtOne {
                return LintFinding(
                    .missingBuckets, .warning, at: query.path,
                    "histogram_quantile() gives a number for each pod, and the condition looks at one of them",
                    hint: "write histogram_quantile(…, sum by (le) (rate(\(selector.name ?? "")[5m])))")
            }
        }
        return nil
    }

    /// Aggregations that leave the labels as they are.
    private static let selections: Set<String> = ["topk", "bottomk", "limitk", "limit_ratio"]

    private var looksAtOne: Bool {
        [metric.conditions.success, metric.conditions.failure].compactMap { $0 }.contains { condition in
            ResultPath.all(in: condition.root).contains { path in
                if case .index? = path.steps.first { true } else { false }
            }
        }
    }
}
