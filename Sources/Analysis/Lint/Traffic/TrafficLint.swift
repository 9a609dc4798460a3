/// What the traffic that a backend has seen says about a metric: whether its bar, its interval and its queries can work.
package struct TrafficLint: Sendable {
    let metric: ResolvedMetric
    let mode: Expression.Mode
    /// How long the stage lasts that the metric is judged over; nil where that is not known.
    let window: Duration?
    let observed: ObservedTraffic
    /// The share of requests that the query gives, as far as its text tells.
    let ratio: PromQLRatio?
    let queries: [MetricQuery]
    /// The bars of the conditions, the failure condition's first; empty where they are about no share of requests.
    package let bars: [RateBar]

    package init(
        _ metric: ResolvedMetric, mode: Expression.Mode = .safe, window: Duration? = nil, observed: ObservedTraffic
    ) {
        self.metric = metric
        self.mode = mode
        self.window = window
        self.observed = observed
        queries = MetricQuery.all(of: metric)
        ratio = Self.ratio(of: metric)
        bars = Self.bars(of: metric)
    }

    package var findings: [LintFinding] { answerFindings + scrapeFindings + barFindings }

    /// Asks for the requests that one measurement looks at; nil where the query does not tell what they are.
    package static func requestsQuery(of metric: ResolvedMetric) -> String? { ratio(of: metric)?.requests }

    /// Asks how many samples the query's series have in `scrapesSpan`; nil where no name is stated.
    package static func scrapesQuery(of metric: ResolvedMetric) -> String? {
        let query = MetricQuery.all(of: metric).first { $0.isPromQL }
        return query?.scan.selectors.compactMap(\.name).first.map { "max(count_over_time(\($0)[5m]))" }
    }

    package static let scrapesSpan = Duration.seconds(300)

    /// The bars of a metric's conditions, the failure condition's first.
    ///
    /// A query in PromQL has to be a share for that; of other languages it is taken for one.
    package static func bars(of metric: ResolvedMetric) -> [RateBar] {
        let ratio = ratio(of: metric)
        let isPromQL = MetricQuery.all(of: metric).contains(where: \.isPromQL)
        guard metric.judge == nil, ratio != nil || !isPromQL else { return [] }
        func bar(_ condition: Expression?, _ role: ConditionReading.Role) -> RateBar? {
            condition.flatMap { RateBar($0, role, isPercent: ratio?.isPercent) }
        }
        return [bar(metric.conditions.failure, .failure), bar(metric.conditions.success, .success)].compactMap { $0 }
    }

    private static func ratio(of metric: ResolvedMetric) -> PromQLRatio? {
        guard metric.judge == nil, let query = MetricQuery.all(of: metric).first, query.isPromQL else { return nil }
        return PromQLRatio(query.text)
    }
}

// MARK: - Answers and scrapes

extension TrafficLint {
    private var answerFindings: [LintFinding] {
        observed.answers.compactMap { answer in
            if answer.series == 0 {
                return LintFinding(
                    .noData, .error, at: answer.path, "returns nothing, for stable either",
                    hint: "are these the names and labels that the application has, and is it scraped?")
            }
            guard answer.numbers == 0 else { return nil }
            return LintFinding(
                .noData, .warning, at: answer.path, "returns no number, for stable either: NaN, or infinity",
                hint: "a share of no requests is NaN; is there any traffic?")
        }
    }

    /// `rate()` needs two samples in its range, and four to be more than a guess.
    private static let scrapesNeeded = 4

    private var scrapeFindings: [LintFinding] {
        guard let scrape = observed.scrapeInterval, scrape > .zero else { return [] }
        let every = "and targets are scraped every \(Readable.span(scrape))"
        let enough = scrape * Self.scrapesNeeded
        if metric.interval > .zero, metric.interval < scrape {
            return [
                LintFinding(
                    .scrapeInterval, .error, at: "interval",
                    "is measured every \(Readable.span(metric.interval)), \(every): the same samples count again",
                    hint: "state interval: \(PromQLDuration.text(enough))")
            ]
        }
        let ranges = queries.filter { $0.isPromQL && $0.use != .counter }.compactMap { query in
            query.scan.ranges.first.map { (query: query, range: $0) }
        }
        guard ranges.isEmpty else { return ranges.compactMap { narrow($0.range, in: $0.query, scrape, every) } }
        guard metric.interval > .zero, metric.interval < enough else { return [] }
        return [
            LintFinding(
                .scrapeInterval, .warning, at: "interval",
                "is measured every \(Readable.span(metric.interval)), \(every): an interval has too few samples",
                hint: "state interval: \(PromQLDuration.text(enough)), four scrapes")
        ]
    }

    /// A range that has too few samples, however often it is looked at.
    private func narrow(
        _ range: Duration, in query: MetricQuery, _ scrape: Duration, _ every: String
    ) -> LintFinding? {
        guard range < scrape * Self.scrapesNeeded else { return nil }
        let isEmpty = range <= scrape
        return LintFinding(
            .scrapeInterval, isEmpty ? .error : .warning, at: query.path,
            "looks at [\(PromQLDuration.text(range))], \(every): "
                + (isEmpty ? "no two samples fall into it" : "too few samples fall into it"),
            hint: "write [\(PromQLDuration.text(scrape * Self.scrapesNeeded))], four scrapes")
    }
}
