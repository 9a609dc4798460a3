import Testing

@testable import Analysis

@Suite("Positions on a grid")
struct GridPositionsTests {
    private static func times(_ seconds: [Int64]) -> [Timestamp] { seconds.map { Timestamp(milliseconds: $0 * 1000) } }

    @Test(
        "a time has the position that it is listed at, on an even grid and on any other",
        arguments: [[], [60], [60, 120], [0, 60, 120, 180], [60, 120, 240, 300], [60, 60, 120], [120, 60, 0]])
    func positions(seconds: [Int64]) {
        let times = Self.times(seconds)
        let positions = GridPositions(times)
        #expect(positions.count == times.count)
        for second in -60...400 {
            let time = Timestamp(milliseconds: Int64(second) * 1000)
            #expect(positions[time] == times.firstIndex(of: time), "\(second)")
            #expect(positions[time + .milliseconds(1)] == nil)
        }
    }
}
