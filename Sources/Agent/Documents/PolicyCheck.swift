internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// What a plan or a set of metrics may not say, because nothing would be judged by it or everything would pass.
struct PolicyCheck {
    private let document: YAMLDocument

    init(_ document: YAMLDocument) {
        self.document = document
    }

    func problems(of plan: PlanDocument) -> [Diagnostic] {
        guard let judging = plan.spec.analysis else { return [] }
        var problems: [Diagnostic] = []
        if let interval = judging.interval, interval.duration <= .zero {
            problems.append(problem("spec.analysis.interval", "an interval is longer than nothing", "write 1m"))
        }
        let least = judging.minimumIntervals ?? SequentialSettings().minimumIntervals
        if let count = judging.minimumIntervals, count < 1 {
            problems.append(
                problem("spec.analysis.minimumIntervals", "nothing is judged in \(count) intervals", "write 5"))
        }
        if let count = judging.plannedIntervals, count < max(1, least) {
            problems.append(
                problem(
                    "spec.analysis.plannedIntervals", "\(count) intervals are fewer than the \(least) before a pass",
                    "write at least \(max(1, least)); 30 is a good number"))
        }
        return problems + rate(judging.maximumRate, at: "spec.analysis.maximumRate")
    }

    func problems(of set: MetricSetDocument) -> [Diagnostic] {
        let queries = set.spec.queries ?? []
        guard !set.spec.metrics.isEmpty || !queries.isEmpty else {
            return [problem("spec.metrics", "a set without metrics tells no good release from a bad one", "add one")]
        }
        var problems = self.problems(of: queries)
        var names: Set<String> = []
        for (number, metric) in set.spec.metrics.enumerated() {
            let place = FieldPath([.field("spec"), .field("metrics"), .field(String(number))])
            if !names.insert(metric.name).inserted {
                problems.append(
                    problem(place.appending("name"), "there are two metrics \(metric.name)", "give each its own name"))
            }
            if (metric.bad == nil) == (metric.good == nil) {
                problems.append(
                    problem(
                        place, "\(metric.name) states \(metric.bad == nil ? "neither bad nor good" : "bad and good")",
                        "state the counter of bad requests, or that of good ones"))
            }
            problems += rate(metric.maximumRate, at: place.appending("maximumRate"))
        }
        return problems
    }

    private func problems(of queries: [MetricQuery]) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var names: Set<FlaggerMetric.BuiltIn> = []
        for (number, query) in queries.enumerated() {
            let place = FieldPath([.field("spec"), .field("queries"), .field(String(number))])
            if !names.insert(query.name).inserted {
                problems.append(
                    problem(
                        place.appending("name"), "there are two queries \(query.name.rawValue)", "keep one of them"))
            }
            do throws(GoTemplateError) {
                _ = try GoTemplate(parsing: query.query)
            } catch {
                let words = TemplateError(error, at: "")
                problems.append(
                    problem(
                        place.appending("query"), words.message,
                        words.hint ?? "queries are templates of Go, as Flagger has them"))
            }
        }
        return problems
    }

    /// A share of requests, not a number of percent.
    private func rate(_ rate: Double?, at path: FieldPath) -> [Diagnostic] {
        guard let rate, !(rate > 0 && rate < 1) else { return [] }
        return [
            problem(path, "\(Readable.number(rate)) is no rate between 0 and 1", "a rate of 1 % is written 0.01")
        ]
    }

    private func problem(_ path: FieldPath, _ message: String, _ hint: String) -> Diagnostic {
        Diagnostic(document, at: path, message, hint: hint)
    }
}
