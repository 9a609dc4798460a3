import Foundation
import Testing

@testable import Analysis

@Suite("Measured points")
struct MeasuredPointTests {
    private static let times = [0, 60, 120].map { Timestamp(seconds: $0) }

    @Test("a point says in words what was counted, compared or measured")
    func text() {
        let counts = MeasuredPoint.points(
            of: [
                IntervalSample(canaryBad: 71, canaryTotal: 9120, baselineBad: 318, baselineTotal: 81_400),
                IntervalSample(canaryBad: 0, canaryTotal: 12),
            ], at: Self.times)
        #expect(counts.map(\.text) == ["71 of 9,120 against 318 of 81,400", "0 of 12"])
        #expect(counts.map(\.time) == Array(Self.times.dropFirst()))
        let compared = MeasuredPoint.points(of: [212, .nan], against: [0.25, 208.14159], at: Self.times)
        #expect(compared.map(\.text) == ["212 against 0.25", "NaN against 208.1"])
        func measured(_ reading: Analysis.Measurement.Reading, _ outcome: MeasurementOutcome) -> [String?] {
            let point = MeasuredPoint(Analysis.Measurement(time: Self.times[0], reading: reading), outcome)
            return [point.text, point.meaning]
        }
        #expect(measured(.value(.vector([0.93])), .failed) == ["0.93", "bad"])
        #expect(measured(.absent, .noData("none")) == ["no data", "no data"])
        let long = String(repeating: "x", count: 300)
        #expect(measured(.failure(long), .error(long)) == [String(long.prefix(200)), "error"])
        #expect(measured(.value(.string(long)), .successful)[0]?.count == 200)
        // What a service says is no command to a terminal, and no further line.
        let wild = "up\n\u{1B}[2J\u{9B}2J\u{202E}nwod"
        #expect(measured(.value(.string(wild)), .failed) == ["up  [2J 2J nwod", "bad"])
    }

    @Test("a point that was kept as text is the one that it was made from")
    func record() throws {
        let points =
            MeasuredPoint.points(of: [IntervalSample(canaryBad: 1, canaryTotal: 12)], at: Self.times)
            + [MeasuredPoint(Analysis.Measurement(time: Self.times[2], reading: .value(.double(0.5))), .successful)]
        let kept = try JSONDecoder().decode([MeasuredPoint].self, from: try JSONEncoder().encode(points))
        #expect(kept == points)
        #expect(Set(kept + points).count == 2)
        #expect(kept[0] != MeasuredPoint(time: Self.times[1], text: "2 of 12"))
        #expect(kept[1] != MeasuredPoint(time: Self.times[2], text: "0.5", meaning: "bad"))
    }
}
