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

    /// The versions that served in a window, in the order in which they appeared.
    ///
    /// One that was there from the first moment on has begun earlier, and is no release of this window.
    package func releases(of selector: String, in window: Window) async throws(MetricFailure) -> [VersionSpan] {
        // As fine as an answer may be that is asked for at once, and never finer than a version is told from another by.
        let step = max(interval, .milliseconds(window.length.milliseconds / 10_000 / 1000 * 1000 + 1000))
        let series = try await store.range(
            RangeQuery(
                query: "count by (\(label)) (\(selector))", start: window.start.alignedUp(to: step), end: window.end,
                step: step))
        return VersionSpan.folding(series, label: label).filter { $0.previous != nil }
    }

    /// The sequential judge's word on a version against the one before it, by counters that both have.
    package func reading(
        of version: VersionSpan, bad: String, total: String, window: Window, settings: SequentialSettings
    ) async -> AnalysisReading {
        do {
            let samples = try await samples(of: version, bad: bad, total: total, window)
            let outcome = SequentialJudge(metric: "errors", settings: settings, interval: interval).judge(
                samples.counts)
            var evidence = outcome.evidence(window: window)
            evidence.measurements = MeasuredPoint.points(of: samples.counts, at: samples.times)
            return AnalysisReading(
                id: .background, verdict: outcome.verdict, sentence: outcome.sentence,
                evidence: [Evidence(window: window, verdict: outcome.verdict, metrics: [evidence])])
        } catch {
            let verdict: Verdict = error.code == .configuration ? .error : .unknown
            return AnalysisReading(id: .background, verdict: verdict, sentence: error.message)
        }
    }

    private func samples(
        of version: VersionSpan, bad: String, total: String, _ window: Window
    ) async throws(MetricFailure) -> (counts: [IntervalSample], times: [Timestamp]) {
        let times = MeasurementGrid(liveAt: window.start, interval: interval).times(until: window.end)
        guard let first = times.first, let last = times.last, times.count > 1 else { return ([], times) }
        func series(_ query: String) async throws(MetricFailure) -> [Series] {
            try await store.range(RangeQuery(query: query, start: first, end: last, step: interval))
        }
        let (bad, total) = (try await series(bad), try await series(total))
        func of(_ version: String?, _ series: [Series]) -> [Series] { series.filter { $0.labels[label] == version } }
        func counted(_ version: String?) -> [(bad: Double, total: Double)] {
            let requests = of(version, total)
            return Array(
                zip(
                    Counters.increments(of: of(version, bad), beside: requests, at: times),
                    Counters.increments(of: requests, at: times))
            ).map { (bad: $0, total: $1) }
        }
        let counts = zip(counted(version.version), counted(version.previous)).map { canary, baseline in
            IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: baseline.bad,
                baselineTotal: baseline.total)
        }
        return (counts, times)
    }
}
