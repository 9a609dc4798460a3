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

    @Test func `versions are told apart by a label, and each is judged against the one before it`() async throws {
        struct Versions: SeriesStore {
            func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
                let lives: [(String, ClosedRange<Double>, Double)] = [
                    ("v1", 0...36_000, 0.01), ("v2", 7_200...36_000, 0.01), ("v3", 18_000...36_000, 0.2),
                ]
                return lives.map { version, life, errors in
                    var points: [Series.Point] = []
                    var time = query.start
                    while time <= query.end {
                        if life.contains(time.seconds) {
                            let served = (time.seconds - life.lowerBound) * 20
                            let share = query.query.contains("5..") ? errors : 1
                            points.append(.init(time: time, value: (served * share).rounded()))
                        }
                        time = time + query.step
                    }
                    return Series(labels: ["version": version], points: points)
                }
            }

            func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
        }
        let search = VersionTrial(Versions(), label: "version")
        let whole = Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 36_000))
        let found = try await search.releases(of: "requests", in: whole)
        #expect(found.map(\.version) == ["v2", "v3"])
        var verdicts: [Verdict] = []
        for version in found {
            let window = Window(start: version.first, end: version.first + .seconds(1800))
            verdicts.append(
                await search.reading(
                    of: version, bad: "requests{code=~\"5..\"}", total: "requests", window: window, settings: .init()
                ).verdict)
        }
        #expect(verdicts == [.pass, .fail])
    }
}
