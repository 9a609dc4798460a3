import Analysis
import Foundation
import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("Prometheus under load", .enabled(if: PrometheusServer.isInstalled))
struct PrometheusLoadTests {
    /// As many as a thousand rollouts with four metrics ask for in one tick; each has an hour of minutes and four series.
    @Test func `Four thousand range queries go through one connection at once with bounded memory`() async throws {
        try await PrometheusServer.run(scraping: "http://127.0.0.1:1") { server in
            let connection = LocalAccess.connection()
            var settings = PrometheusStore.Settings(url: server.url)
            settings.deadline = .seconds(120)
            let store = PrometheusStore(settings, over: connection)
            let now = try await store.serverTime()
            let query =
                "label_replace(vector(time()), 'a', '1', '', '') or label_replace(vector(2), 'a', '2', '', '') or "
                + "label_replace(vector(3), 'a', '3', '', '') or vector(4)"
            let before = try MemoryUse.resident()
            try MemoryUse.forgetPeak()
            let points = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<4000 {
                    group.addTask {
                        let range = RangeQuery(
                            query: "\(query) + \(number)", start: now - .seconds(3540), end: now, step: .seconds(60))
                        return try await store.range(range).reduce(0) { $0 + $1.points.count }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(points == 4000 * 4 * 60)
            let growth = try MemoryUse.peak() - before
            #expect(growth < 100 << 20, "\(growth >> 20) MB")
        }
    }
}

/// What this process has in memory, as Linux counts it.
private enum MemoryUse {
    /// In bytes.
    static func resident() throws -> Int { try status("VmRSS") }

    /// The most that it has had since `forgetPeak`.
    static func peak() throws -> Int { try status("VmHWM") }

    static func forgetPeak() throws {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }

    private static func status(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        let kilobytes = try #require(words.count > 1 ? Int(words[1]) : nil)
        return kilobytes << 10
    }
}
