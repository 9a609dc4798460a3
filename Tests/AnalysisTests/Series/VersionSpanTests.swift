import Analysis
import Testing

@Suite("Versions by a label")
struct VersionSpanTests {
    private static func series(_ version: String?, minutes: ClosedRange<Int>) -> Series {
        Series(
            labels: version.map { ["version": $0] } ?? [:],
            points: minutes.map { .init(time: Timestamp(seconds: Double($0) * 60), value: 2) })
    }

    @Test("each version follows the newest that was still there when it appeared")
    func order() {
        let spans = VersionSpan.folding(
            [
                Self.series("v3", minutes: 50...80), Self.series("v1", minutes: 0...20),
                Self.series("v2", minutes: 15...60), Self.series(nil, minutes: 0...90),
                Self.series("v2-hotfix", minutes: 55...57),
            ], label: "version")
        #expect(spans.map(\.version) == ["v1", "v2", "v3", "v2-hotfix"])
        #expect(spans.map(\.previous) == [nil, "v1", "v2", "v3"])
        #expect(spans[1].first == Timestamp(seconds: 900))
        #expect(spans[1].last == Timestamp(seconds: 3600))
    }

    @Test("a version after an outage follows the last one before it")
    func gap() {
        let spans = VersionSpan.folding(
            [Self.series("a", minutes: 0...5), Self.series("b", minutes: 30...40)], label: "version")
        #expect(spans.map(\.previous) == [nil, "a"])
        #expect(VersionSpan.folding([], label: "version").isEmpty)
    }
}
