import Agent
import Analysis
import Git
import Rollouts
import Support
import Testing

/// Analyses that are run over the past, and decide nothing.
@Suite("Trials of an analysis")
struct TrialTests {
    @Test func `a past release is judged again by what the store still knows`() async throws {
        let world = try await World.midway("finish finish")
        let agent = try world.agent("analyst")
        let (id, trial) = try await agent.trial(of: RolloutReference("checkout"))
        #expect(id.name == "checkout")
        #expect(trial.spec == nil)
        let (_, changes) = try await agent.stateChanges(of: RolloutReference("checkout"))
        func time(_ key: String) throws -> Timestamp {
            let change = try #require(
                changes.first {
                    if case .state(let state) = $0.reading { state.at.stage.text == key } else { false }
                })
            return Timestamp(seconds: Double(change.commit.committer.time))
        }
        let window = Window(start: try time("weight-10"), end: try time("weight-50"))
        #expect(await trial.reading(of: window).verdict == .pass)
        // What nobody saw at the time.
        world.metrics.setErrors(0.4, of: "checkout-canary")
        let again = await trial.reading(of: window)
        #expect(again.verdict == .fail)
        #expect(again.evidence.first?.metrics.first?.measurements.isEmpty == false)
        #expect(try world.actions().last == "finish finish")
    }

    @Test func `other templates judge a rollout in the place of its own`() async throws {
        let world = try await World.midway("adopt finish") { files in
            files[".headgate/rollouts/bar.yaml"] = """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: bar}
                spec:
                  metrics:
                  - name: bar
                    interval: 10s
                    successCondition: result[0] < 0
                    provider: {prometheus: {query: up}}

                """
        }
        let agent = try world.agent("analyst")
        let spec = AnalysisSpec(templates: [.init(templateName: "bar")])
        let (_, trial) = try await agent.trial(of: RolloutReference("checkout"), by: spec)
        let end = world.now
        let reading = await trial.reading(of: Window(start: end - .seconds(60), end: end))
        #expect(reading.verdict == .fail)
        #expect(trial.inquiries(of: Window(start: end, end: end)).map(\.metric) == ["bar"])
    }

    @Test func `other rules hold where they are asked for`() async {
        let side = MetricSide(namespace: "shop", service: "checkout")
        let sources = MetricSources { _ in Constant(value: .nan) }
        let runner = AnalysisRunner(
            subject: .init(stable: side, canary: side), sources: sources, now: Self.time(0), delay: .zero)
        var spec = AnalysisSpec(templates: [])
        spec.metrics = [FlaggerMetric(name: "rate", thresholdRange: .init(min: 99), query: "rate")]
        let trial = AnalysisTrial(runner, spec, as: .background)
        let window = Window(start: Self.time(0), end: Self.time(600))
        #expect(await trial.reading(of: window).verdict == .needsMoreData)
        #expect(await trial.following(.flagger).reading(of: window).verdict == .fail)
        #expect(trial.following(nil).spec?.compat == nil)
    }

    // MARK: Templates of files

    @Test func `a metric that states a count is decided by it, and one without goes on`() async throws {
        func verdict(_ count: String, minutes: Int) async throws -> Verdict {
            let trial = try Self.trial(
                """
                  - name: share
                    interval: 1m
                \(count)    successCondition: result[0] > 0.9
                    provider: {prometheus: {query: share}}
                """, sources: MetricSources { _ in Constant(value: 1) })
            return await trial.reading(of: Window(start: Self.time(0), end: Self.time(minutes * 60))).verdict
        }
        let count = "    count: 10\n"
        #expect(try await verdict(count, minutes: 2) == .needsMoreData)
        #expect(try await verdict(count, minutes: 8) == .needsMoreData)
        #expect(try await verdict(count, minutes: 9) == .pass)
        #expect(try await verdict(count, minutes: 60) == .pass)
        #expect(try await verdict("", minutes: 2) == .pass)
    }

    @Test(
        "what came after the count of a past release is no part of it, and makes an old pass of the present worth less",
        arguments: [
            "    successCondition: result[0] > 0.9\n", "    judge: {compare: {canary: canary, stable: stable}}\n",
        ])
    func counts(of rule: String) async throws {
        let trial = try Self.trial(
            """
              - name: share
                interval: 1m
                count: 10
            \(rule)    provider: {prometheus: {query: canary}}
            """, sources: MetricSources { _ in Falling(since: Self.time(900)) })
        let window = Window(start: Self.time(0), end: Self.time(1800))
        let past = await trial.reading(of: window, isPast: true)
        #expect(past.verdict == .pass)
        #expect(past.evidence.first?.metrics.first?.measurements.map(\.time) == (0..<10).map { Self.time($0 * 60) })
        #expect(await trial.reading(of: window).verdict == .fail)
    }

    @Test func `an argument that nothing gives a value is named`() throws {
        let documents = RepositoryDocuments(templatesIn: [
            (
                "errors.yaml",
                Array(
                    """
                    kind: AnalysisTemplate
                    metadata: {name: errors}
                    spec:
                      args: [{name: bar, value: "1"}, {name: service}]
                      metrics: [{name: errors, provider: {prometheus: {query: "{{args.service}}"}}}]

                    """.utf8)
            )
        ])
        func missing(_ given: [AnalysisSpec.Argument]) -> String? {
            AnalysisTrial.templates(
                AnalysisSpec(templates: [.init(templateName: "errors")], args: given), in: documents,
                sources: MetricSources { _ in Constant(value: 1) }, now: Self.time(0)
            ).missingArgument
        }
        #expect(missing([]) == "service")
        #expect(missing([.init(name: "service", value: "checkout")]) == nil)
    }

    /// Knows a time five minutes after it, and then says that it is good.
    private struct Late: MetricSource {
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(300), place: "metrics.example.com")

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            times.map { Measurement(time: $0, reading: .value(.vector([1]))) }
        }
    }

    @Test func `a window that has passed is judged to its end, however late the service was`() async throws {
        let sources = MetricSources(
            store: { _ throws(MetricFailure) in throw MetricFailure(.configuration, "there is none") },
            source: { _ throws(MetricFailure) in Late() })
        let text = """
              - name: share
                interval: 1m
                count: 10
                successCondition: result[0] > 0.9
                provider: {influxdb: {}}
            """
        func measured(windowOf minutes: Int, at now: Int) async throws -> Int? {
            let trial = try Self.trial(text, sources: sources, now: now * 60)
            let reading = await trial.reading(of: Window(start: Self.time(0), end: Self.time(minutes * 60)))
            return reading.evidence.first?.metrics.first?.counts.good
        }
        #expect(try await measured(windowOf: 9, at: 60) == 10)
        #expect(try await measured(windowOf: 9, at: 14) == 10)
        // Of one that ends now the newest times are not known yet.
        #expect(try await measured(windowOf: 9, at: 12) == 8)
        #expect(try await measured(windowOf: 9, at: 9) == 5)
    }

    @Test func `a query that no series answers is told`() async throws {
        let trial = try Self.trial(
            """
              - name: share
                interval: 1m
                count: 10
                successCondition: result[0] > 0.9
                provider: {prometheus: {query: share}}
            """, sources: MetricSources { _ in Constant(value: nil) })
        let reading = await trial.reading(of: Window(start: Self.time(0), end: Self.time(120)))
        #expect(
            reading.sentence
                == "share goes on: 0 of 10 wanted counted, 0 failed, 3 had no data; the query found no series")
        #expect(reading.evidence.first?.metrics.first?.sentence == reading.sentence)
    }

    @Test func `what check refuses is refused with the file's own name`() throws {
        let trial = try Self.trial(
            """
              - name: errors
                interval: 1m
                provider: {prometheus: {}}
                judge:
                  sequential:
                    canary: {bad: 'bad{side="canary"}', total: 'rate(all{side="canary"}[5m])'}
                    stable: {bad: 'bad{side="stable"}', total: 'all{side="stable"}'}
            """, sources: MetricSources { _ in Constant(value: 1) })
        let errors = trial.errors(by: .none)
        #expect(
            errors.map(\.description) == [
                "errors.yaml:11:52: the judge takes the differences of counters, and rate() gives differences already"
            ])
        #expect(errors.first?.hint == "write all with its labels alone")
        let asked = trial.inquiries(of: Window(start: Self.time(0), end: Self.time(60)))
        #expect(asked.map(\.rule) == ["errors of the canary not above stable's, judged sequentially, every 1m"])
        #expect(asked.first?.queries.map(\.name) == ["bad, canary", "total, canary", "bad, stable", "total, stable"])
        #expect(asked.first?.queries.last?.text == #"all{side="stable"}"#)
    }

    @Test func `what cannot be read in a file is told at its place`() {
        let documents = RepositoryDocuments(templatesIn: [
            ("broken.yaml", Array("kind: AnalysisTemplate\nspec: [1\n".utf8)),
            ("service.yaml", Array("kind: Service\n".utf8)), ("empty.yaml", []),
        ])
        #expect(documents.problems.map(\.file) == ["broken.yaml", "service.yaml", "empty.yaml"])
        #expect(documents.problems.map(\.line) == [3, 1, 1])
        #expect(documents.templates.isEmpty)
    }

    private static func time(_ seconds: Int) -> Timestamp { Timestamp(seconds: Double(36_000 + seconds)) }

    /// A trial of the template of one file, with these metrics.
    private static func trial(_ metrics: String, sources: MetricSources, now: Int = 0) throws -> AnalysisTrial {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: errors}
            spec:
              metrics:

            """
        let documents = RepositoryDocuments(templatesIn: [("errors.yaml", Array((text + metrics + "\n").utf8))])
        try #require(documents.problems.isEmpty)
        return AnalysisTrial.templates(
            AnalysisSpec(templates: [.init(templateName: "errors")]), in: documents, sources: sources,
            now: time(now))
    }

    /// Series that are good until a time; what `stable` asks for stays so.
    private struct Falling: SeriesStore {
        let since: Timestamp

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            var points: [Series.Point] = []
            var time = query.start
            while time <= query.end {
                points.append(.init(time: time, value: time < since || query.query == "stable" ? 1 : 0.5))
                time = time + query.step
            }
            return [Series(points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
    }

    /// One series that always has the same value; none where there is no value.
    private struct Constant: SeriesStore {
        let value: Double?

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            guard let value else { return [] }
            var points: [Series.Point] = []
            var time = query.start
            while time <= query.end {
                points.append(.init(time: time, value: value))
                time = time + query.step
            }
            return [Series(points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
    }
}
