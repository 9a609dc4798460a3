import Agent
import Analysis
import Rollouts
import Testing

/// Past versions that a label tells apart.
@Suite("Trials over versions")
struct VersionTrialTests {
    /// Requests of three versions, of which the last fails often; or more bad requests than there are in all.
    private struct Versions: SeriesStore {
        var lives: [(version: String, life: ClosedRange<Double>, errors: Double)] = [
            ("v1", 0...36_000, 0.01), ("v2", 7_220...36_000, 0.01), ("v3", 18_000...36_000, 0.2),
        ]

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            lives.map { version, life, errors in
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

    private static func window(_ from: Double, _ to: Double) -> Window {
        Window(start: Timestamp(seconds: from), end: Timestamp(seconds: to))
    }

    private static let bad = "requests{code=~\"5..\"}"

    private func reading(of version: VersionSpan, in store: Versions) async -> AnalysisReading {
        let window = Window(start: version.first, end: version.first + .seconds(1800))
        return await VersionTrial(store, label: "version").reading(
            of: version, bad: Self.bad, total: "requests", window: window, settings: .init())
    }

    @Test func `versions are told apart by a label, and each is judged against the one before it`() async throws {
        let found = try await VersionTrial(Versions(), label: "version").search(
            of: "requests", in: Self.window(0, 36_000))
        #expect(found.releases.map(\.version) == ["v2", "v3"])
        #expect(found.problem == nil)
        var verdicts: [Verdict] = []
        for version in found.releases { verdicts.append(await reading(of: version, in: Versions()).verdict) }
        #expect(verdicts == [.pass, .fail])
    }

    @Test func `bad requests that no series counts are told`() async throws {
        struct Good: SeriesStore {
            func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
                query.query.contains("5..") ? [] : try await Versions().range(query)
            }

            func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
        }
        let store = Good()
        let found = try await VersionTrial(store, label: "version").search(of: "requests", in: Self.window(0, 36_000))
        let version = try #require(found.releases.last)
        let reading = await VersionTrial(store, label: "version").reading(
            of: version, bad: Self.bad, total: "requests", window: found.window(of: version, length: .seconds(1800)),
            settings: .init())
        #expect(reading.verdict == .needsMoreData)
        #expect(reading.sentence.hasSuffix("; the query for bad ones found no series"))
        #expect(reading.evidence.first?.metrics.first?.sentence == reading.sentence)
    }

    @Test func `a release begins at the same minute in whichever window it is found`() async throws {
        let search = VersionTrial(Versions(), label: "version")
        for days in [1, 7, 30, 365] {
            let found = try await search.search(of: "requests", in: Self.window(36_000 - Double(days) * 86_400, 36_000))
            #expect(found.releases.map(\.first.seconds) == [0, 7_260, 18_000].suffix(found.releases.count))
            #expect(found.releases.suffix(2).map(\.version) == ["v2", "v3"])
        }
    }

    @Test func `a window ends where the next version begins`() async throws {
        let found = try await VersionTrial(Versions(), label: "version").search(
            of: "requests", in: Self.window(0, 36_000))
        let first = try #require(found.releases.first)
        #expect(found.window(of: first, length: .seconds(1800)) == Self.window(7_260, 9_000))
        #expect(found.window(of: first, length: .seconds(86_400)) == Self.window(7_260, 18_000))
    }

    @Test func `where there is no release, what was looked for and found is told`() async throws {
        func problem(_ store: Versions, label: String = "version") async throws -> String? {
            try await VersionTrial(store, label: label).search(of: "requests", in: Self.window(21_600, 36_000)).problem?
                .message
        }
        let asked = "(requests) from 1970-01-01T06:00:00Z to 1970-01-01T10:00:00Z"
        #expect(try await problem(Versions(lives: [])) == "count by (version) \(asked) found no series")
        #expect(
            try await problem(Versions(), label: "release")
                == "count by (release) \(asked) found series, none of which has the label release")
        #expect(
            try await problem(Versions())
                == "count by (version) \(asked) found 3 versions, which were there from the beginning on")
        #expect(
            try await problem(Versions(lives: [("v1", 0...36_000, 0)]))
                == "count by (version) \(asked) found only the version v1, which was there from the beginning on")
    }

    @Test func `more bad requests than there are in all are a mistake in the queries`() async throws {
        var store = Versions()
        store.lives[2].errors = 1.5
        let found = try await VersionTrial(store, label: "version").search(of: "requests", in: Self.window(0, 36_000))
        let reading = await reading(of: try #require(found.releases.last), in: store)
        #expect(reading.verdict == .error)
        #expect(
            reading.sentence
                == "more requests of v3 are bad than there are in all: 54,000 of 36,000 requests; what bad counts has to be "
                + "a part of what total counts")
    }

    @Test("a query that has differences already is refused as check refuses it")
    func differences() {
        #expect(VersionTrial.refusal(of: "http_requests_total{app=\"a\"}") == nil)
        #expect(VersionTrial.refusal(of: "sum by (version) (http_requests_total)") == nil)
        for function in ["rate", "increase", "irate"] {
            let refusal = VersionTrial.refusal(of: "sum(\(function)(http_requests_total[5m]))")
            #expect(
                refusal?.message
                    == "the judge takes the differences of counters, and \(function)() gives differences already")
            #expect(refusal?.hint == "write http_requests_total with its labels alone")
        }
    }
}
