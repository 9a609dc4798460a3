package import Analysis
package import Rollouts

/// Judges past versions of an application, which a label of its series tells apart, without any rollout.
package struct VersionTrial: Sendable {
    private let store: any SeriesStore
    private let label: String
    private let interval: Duration

    package init(_ store: any SeriesStore, label: String, interval: Duration = .seconds(60)) {
        self.store = store
        self.label = label
        self.interval = interval
    }

    /// The versions that served in a window.
    ///
    /// They are looked for coarsely where the window is long, and then to the interval around each beginning and end, so
    /// that a release is the same one in whichever window it is found.
    ///
    /// - Parameters:
    ///   - newest: how many releases are wanted.
    ///   - length: how long each of them is judged at most.
    package func search(
        of selector: String, in window: Window, newest: Int = 40, judging length: Duration = .seconds(1800)
    ) async throws(MetricFailure) -> VersionSearch {
        // As fine as an answer may be that is asked for at once, and never finer than a version is told from another by.
        let step = interval * Int(window.length.milliseconds / 10_000 / interval.milliseconds + 1)
        let query = "count by (\(label)) (\(selector))"
        let start = window.start.alignedUp(to: step)
        var series = try await store.range(RangeQuery(query: query, start: start, end: window.end, step: step))
        let coarse = VersionSpan.folding(series, label: label)
        if step > interval {
            let wanted = coarse.filter { $0.first > start }.suffix(newest)
            let begun = Set(wanted.map(\.first)).map { Window(start: $0 - step, end: $0) }
            let ended = wanted.filter { $0.last - $0.first < length }.map {
                Window(start: $0.last, end: max($0.last, min($0.last + step, window.end)))
            }
            for near in begun + ended {
                series += try await store.range(
                    RangeQuery(query: query, start: near.start, end: near.end, step: interval))
            }
        }
        return VersionSearch(
            query: query, label: label, window: Window(start: start, end: window.end), interval: interval,
            isAnswered: !series.isEmpty, versions: VersionSpan.folding(series, label: label))
    }

    /// Asks for a query at one time, to know whether it can be asked at all.
    package func probe(_ query: String, at time: Timestamp) async throws(MetricFailure) {
        let time = time.alignedUp(to: interval) - interval
        _ = try await store.range(RangeQuery(query: query, start: time, end: time, step: interval))
    }

    /// The sequential judge's word on a version against the one before it, by counters that both have.
    package func reading(
        of version: VersionSpan, bad: String, total: String, window: Window, settings: SequentialSettings
    ) async -> AnalysisReading {
        do {
            let (canary, baseline, times, hasBad) = try await counts(of: version, bad: bad, total: total, window)
            for (name, counts) in [(version.version, canary), (version.previous ?? "", baseline)] {
                if let excess = counts.excess {
                    let sentence = "more requests of \(name) are bad than there are in all: \(excess)"
                    return AnalysisReading(
                        id: .background, verdict: .error,
                        sentence: sentence + "; what bad counts has to be a part of what total counts")
                }
            }
            let samples = zip(canary, baseline).map { canary, baseline in
                IntervalSample(
                    canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: baseline.bad,
                    baselineTotal: baseline.total)
            }
            let outcome = SequentialJudge(metric: Self.metric, settings: settings, interval: interval).judge(samples)
            var evidence = outcome.evidence(window: window)
            evidence.measurements = MeasuredPoint.points(of: samples, at: times)
            // Nothing bad that is ever found is wrong labels more often than a good release.
            if !hasBad, outcome.verdict != .pass { evidence.sentence += "; the query for bad ones found no series" }
            return AnalysisReading(
                id: .background, verdict: outcome.verdict, sentence: evidence.sentence,
                evidence: [Evidence(window: window, verdict: outcome.verdict, metrics: [evidence])])
        } catch {
            let verdict: Verdict = error.code == .configuration ? .error : .unknown
            return AnalysisReading(id: .background, verdict: verdict, sentence: error.message)
        }
    }

    private static let metric = "errors"

    /// What is asked about a version.
    package func inquiry(about version: VersionSpan, bad: String, total: String) -> AnalysisInquiry {
        AnalysisInquiry(
            analysis: .background, metric: Self.metric,
            rule: "errors of \(label) \(version.version) not above those of \(version.previous ?? "the one before"), "
                + "judged sequentially, every \(Span(interval))",
            queries: [.init(name: "bad", text: bad), .init(name: "total", text: total)])
    }

    /// What `check` refuses about a query whose increments are taken; nil where it is a raw counter.
    package static func refusal(of counter: String) -> (message: String, hint: String)? {
        var template = ConfidentTemplate(bar: 0.5)
        template.canary = SideQueries(bad: .string(counter), total: .string(counter))
        var metric = MetricTemplate(
            name: Self.metric, provider: .stated(kind: "prometheus", settings: .map([.init("query", .string(counter))]))
        )
        metric.interval = "1m"
        metric.judge = .confident(template)
        guard let resolved = try? ResolvedMetric(metric) else { return nil }
        return MetricLint(resolved).findings.first { $0.rule == .rateUnderJudge && $0.severity == .error }
            .map { ($0.message, $0.hint) }
    }

    // MARK: Counts

    private typealias Counted = (bad: Double, total: Double)

    private func counts(
        of version: VersionSpan, bad: String, total: String, _ window: Window
    ) async throws(MetricFailure) -> (canary: [Counted], baseline: [Counted], times: [Timestamp], hasBad: Bool) {
        let times = MeasurementGrid(liveAt: window.start, interval: interval).times(until: window.end)
        guard let first = times.first, let last = times.last, times.count > 1 else { return ([], [], times, true) }
        func series(_ query: String) async throws(MetricFailure) -> [Series] {
            try await store.range(RangeQuery(query: query, start: first, end: last, step: interval))
        }
        let (bad, total) = (try await series(bad), try await series(total))
        func of(_ version: String?, _ series: [Series]) -> [Series] { series.filter { $0.labels[label] == version } }
        func counted(_ version: String?) -> [Counted] {
            let requests = of(version, total)
            return Array(
                zip(
                    Counters.increments(of: of(version, bad), beside: requests, at: times),
                    Counters.increments(of: requests, at: times))
            ).map { (bad: $0, total: $1) }
        }
        return (counted(version.version), counted(version.previous), times, !bad.isEmpty)
    }
}

extension [(bad: Double, total: Double)] {
    /// More bad requests than there were in all, as far as that is not because one of the two was read an interval later
    /// than the other.
    fileprivate var excess: String? {
        let (bad, total) = (reduce(0) { $0 + $1.bad }, reduce(0) { $0 + $1.total })
        guard bad > total + (map(\.bad).max() ?? 0) else { return nil }
        return "\(Readable.count(bad)) of \(Readable.count(total)) requests"
    }
}
