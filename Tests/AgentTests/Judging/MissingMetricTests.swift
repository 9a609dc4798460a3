import Agent
import Analysis
import Manifests
import Rollouts
import Support
import Testing
import YAML

/// One metric that cannot be asked, beside others that can.
@Suite("Metrics that cannot be asked")
struct MissingMetricTests {
    /// A query is the number that it gives; `down` gives none now, `wrong` never, `late` none in the first two minutes.
    private struct Store: SeriesStore {
        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            switch query.query {
            case "down": throw MetricFailure(.unavailable, "the store does not answer")
            case "wrong": throw MetricFailure(.configuration, "the store does not know this query")
            default: break
            }
            var points: [Series.Point] = []
            var time = query.start
            while time <= query.end {
                let isKnown = query.query != "late" || time - MissingMetricTests.start >= .seconds(120)
                let tick = Double((time - MissingMetricTests.start).milliseconds / 60_000)
                let values: [String: Double] = ["high": 900 + tick, "low": 100 + tick]
                let value = values[query.query] ?? Double(query.query) ?? 1
                if isKnown { points.append(.init(time: time, value: value)) }
                time = time + query.step
            }
            return [Series(points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { MissingMetricTests.start }
    }

    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func template(_ name: String, _ metrics: [String: String], _ further: String = "") -> String {
        let texts = metrics.sorted { $0.key < $1.key }.map { name, query in
            let repeated = query == "late" || query == "once" ? "" : ", interval: 1m, count: 3"
            return """
                  - {name: \(name)\(repeated), successCondition: "len(result) > 0 && result[0] < 5",
                     provider: {prometheus: {query: "\(query)"}}}
                """
        }
        return """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: \(name)}
            spec:
            \(further)  metrics:
            \(texts.joined(separator: "\n"))

            """
    }

    private static func reading(
        _ templates: [String], names: [String] = ["rate"], after minutes: Int = 5,
        _ adjust: (inout AnalysisSpec) -> Void = { _ in }
    ) async -> AnalysisReading {
        var files: [String: String] = [:]
        for (number, text) in templates.enumerated() { files[".headgate/rollouts/t\(number).yaml"] = text }
        let documents = DocumentReader.read(Tree(files: files), shipped: Bakery.shipped)
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "bakery", service: "bread"),
                canary: MetricSide(namespace: "bakery", service: "bread-canary"), templates: documents.templates),
            sources: MetricSources { _ in Store() }, now: start + .seconds(Int64(minutes) * 60), delay: .zero)
        var spec = AnalysisSpec(templates: names.map { .init(templateName: $0) })
        adjust(&spec)
        return await runner.reading(for: AnalysisRequest(id: .inline(1), spec: spec, from: start, failuresFrom: start))
    }

    @Test(
        "a metric that cannot be asked hides no failure, and is waited for by what passes",
        arguments: [
            (["a": "down", "b": "9"], Verdict.fail, "b failed"),
            (["a": "9", "b": "down"], .fail, "a failed"),
            (["a": "wrong", "b": "9"], .fail, "b failed"),
            (["a": "down", "b": "1"], .unknown, "a: the store does not answer"),
            (["a": "down", "b": "wrong"], .error, "b: the store does not know this query"),
            (["a": "1", "b": "2"], .pass, "a passed"),
        ])
    func isolation(_ metrics: [String: String], _ verdict: Verdict, _ words: String) async {
        let reading = await Self.reading([Self.template("rate", metrics)])
        #expect(reading.verdict == verdict)
        #expect(reading.sentence.hasPrefix(words), "\(reading.sentence)")
        #expect(reading.evidence.first?.metrics.map(\.metric) == ["a", "b"])
    }

    /// Four metrics that make one score, of which one is high.
    private static func scored(_ last: String) -> String {
        let metrics = [("a", "high"), ("b", "low"), ("c", "low"), ("d", last)].map { name, query in
            """
              - {name: \(name), interval: 1m, count: 10, provider: {prometheus: {}},
                 judge: {compare: {mode: kayenta, direction: increase, canary: \(query), stable: low}}}
            """
        }
        return """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: rate}
            spec:
              score: {pass: 60, marginal: 40}
              metrics:
            \(metrics.joined(separator: "\n"))

            """
    }

    @Test func `a score waits for what it is made of, and no part of it fails the release`() async {
        let whole = await Self.reading([Self.scored("low")], after: 11)
        #expect(whole.verdict == .pass, "\(whole.sentence)")
        #expect(whole.sentence.hasPrefix("the canary scored 75 of 100"), "\(whole.sentence)")
        let part = await Self.reading([Self.scored("down")], after: 11)
        #expect(part.verdict == .unknown)
        #expect(part.sentence == "the canary cannot be scored: d: the store does not answer")
        #expect(part.evidence.first?.metrics.first?.verdict == .fail)
    }

    @Test func `a check of Flagger's that cannot be made whole fails by what was asked, and passes by nothing`() async {
        func reading(_ queries: [String], _ compat: AnalysisSpec.Compatibility? = nil) async -> AnalysisReading {
            await Self.reading([], names: [], after: 6) { spec in
                spec.metrics = queries.enumerated().map { number, query in
                    FlaggerMetric(name: "m\(number)", thresholdRange: .init(max: 5), query: query)
                }
                (spec.threshold, spec.iterations, spec.compat) = (2, 3, compat)
            }
        }
        for compat in [nil, AnalysisSpec.Compatibility.flagger] {
            #expect(await reading(["9", "down"], compat).verdict == .fail)
            #expect(await reading(["down", "9"], compat).verdict == .fail)
            #expect(await reading(["9", "up{{ nam }}"], compat).verdict == .fail)
            #expect(await reading(["1", "down"], compat).verdict == .unknown)
            #expect(await reading(["1", "wrong"], compat).verdict == .error)
            #expect(await reading(["1", "up{{ nam }}"], compat).verdict == .error)
            #expect(await reading(["1", "2"], compat).verdict == .pass)
        }
    }

    @Test func `what is rehearsed may be out of reach, and is waited for where nothing else is judged`() async {
        func dry(_ metrics: [String: String], _ name: String, after minutes: Int = 5) async -> AnalysisReading {
            await Self.reading([Self.template("rate", metrics)], after: minutes) {
                $0.dryRun = [.init(metricName: name)]
            }
        }
        #expect(await dry(["a": "down", "b": "1"], "a").verdict == .pass)
        let waiting = await dry(["a": "1", "b": "9"], ".*", after: 1)
        #expect(waiting.verdict == .needsMoreData)
        let over = await dry(["a": "1", "b": "9"], ".*")
        #expect(over.verdict == .pass)
        #expect(over.sentence == "all metrics are dry runs: the release passes whatever they are")
        #expect(over.evidence.first?.metrics.map(\.verdict) == [.pass, .fail])
    }

    @Test func `a template without metrics passes nothing`() async {
        let empty = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: rate}
            spec: {metrics: []}

            """
        let reading = await Self.reading([empty])
        #expect(reading.verdict == .error)
        #expect(reading.sentence == "no metrics specified")
        // Beside a template that has some it says nothing.
        let both = [empty.replacing("name: rate", with: "name: empty"), Self.template("rate", ["a": "1"])]
        #expect(await Self.reading(both, names: ["empty", "rate"]).verdict == .pass)
    }

    @Test func `what is muted is waited for by nobody, whether it can be asked or not`() async {
        func muted(_ query: String, _ count: Int) -> String {
            Self.template("rate", ["a": "1"]) + """
                  - {name: b, interval: 1m, count: \(count), provider: {prometheus: {}},
                     judge: {compare: {muted: true, canary: \(query), stable: low}}}

                """
        }
        for (query, count, verdict) in [
            ("down", 10, Verdict.unknown), ("wrong", 10, .error), ("low", 60, .needsMoreData),
        ] {
            let reading = await Self.reading([muted(query, count)], after: 11)
            #expect(reading.verdict == .pass, "\(query): \(reading.sentence)")
            #expect(reading.evidence.first?.metrics.map(\.verdict) == [.pass, verdict])
            #expect(reading.evidence.first?.metrics.map(\.isDryRun) == [false, true])
        }
        // Nor is it waited for by a score.
        let scored = Self.scored("down").replacing("canary: down", with: "muted: true, canary: down")
        #expect(await Self.reading([scored], after: 11).verdict != .unknown)
    }

    @Test func `a template that nobody names keeps no analysis from being judged`() async {
        let broken = Self.template("broken", ["a": "1"]).replacing("count: 3", with: "count: [3]")
        let good = Self.template("rate", ["b": "1"])
        #expect(await Self.reading([broken, good]).verdict == .pass)
        let reading = await Self.reading([broken, good], names: ["rate", "broken"])
        #expect(reading.verdict == .error)
        #expect(reading.sentence.contains("t0.yaml"), "\(reading.sentence)")
    }

    @Test func `Argo's rules hold for the metrics of the template that asks for them`() async {
        let strict = Self.template("strict", ["a": "nan"]).replacing(
            "{name: strict}", with: "{name: strict, annotations: {headgate.dev/compat: argo}}")
        let safe = Self.template("safe", ["b": "nan"])
        #expect(await Self.reading([strict, safe], names: ["strict"]).verdict == .fail)
        #expect(await Self.reading([strict, safe], names: ["safe"]).verdict == .needsMoreData)
        let both = await Self.reading([strict, safe], names: ["strict", "safe"])
        #expect(both.evidence.first?.metrics.map(\.verdict) == [.fail, .needsMoreData])
        // A template that others refer to states it for itself, too.
        let outer = Self.template("outer", ["c": "1"], "  templates: [{templateName: strict}]\n")
        let nested = await Self.reading([strict, outer], names: ["outer"])
        #expect(nested.evidence.first?.metrics.map(\.verdict) == [.pass, .fail])
    }

    @Test func `what is measured once is measured again while there is nothing to measure`() async {
        let template = Self.template("rate", ["a": "late"])
        #expect(await Self.reading([template], after: 1).verdict == .needsMoreData)
        let passed = await Self.reading([template], after: 2)
        #expect(passed.verdict == .pass)
        #expect(passed.completedAt == Self.start + .seconds(120))
        let later = await Self.reading([template], after: 30)
        #expect(later.verdict == .pass)
        #expect(later.completedAt == passed.completedAt)
    }
}
