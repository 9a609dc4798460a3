import Foundation

/// What a Prometheus has scraped in the past: a real one answers from it, as often as it is started.
///
/// Scraping takes the time that it is about; importing does not.
package struct ScrapedHistory: Sendable {
    private let folder: TemporaryFolder

    /// - Parameter text: samples in the OpenMetrics format, each with its time.
    package init(_ text: String) throws {
        folder = try TemporaryFolder()
        try folder.write("history.txt", text)
        try folder.write("prometheus.yml", "global: {}\n")
        let outcome = try Program.run(
            "timeout", ["60", "promtool", "tsdb", "create-blocks-from", "openmetrics", "history.txt", "data"],
            in: folder.path)
        guard outcome.status == 0 else { throw Program.Failure(description: "promtool: \(outcome.errors)") }
    }

    package static var isPossible: Bool {
        [PrometheusServer.executable, "/usr/bin/promtool"].allSatisfy(FileManager.default.isExecutableFile)
    }

    /// Runs a server while `body` runs.
    ///
    /// - Parameter lookback: for how long a series is there after its last sample. A Prometheus that scrapes marks a series
    ///   that the next scrape has not, which no import can; a time just above that between two scrapes does the same.
    package func serve<Result>(
        lookback: Duration = .seconds(300), _ body: (PrometheusServer) async throws -> Result
    ) async throws -> Result {
        let arguments = [
            "--storage.tsdb.retention.time=100y", "--query.lookback-delta=\(lookback.components.seconds)s",
        ]
        return try await PrometheusServer.run(in: URL(fileURLWithPath: folder.path), arguments, body)
    }
}
