import Analysis
import struct Foundation.Data
import class Foundation.JSONDecoder
import Metrics
import Rollouts

/// A provider as a template states it, with its settings as JSON.
struct StatedProvider {
    let kind: String
    let settings: Value
    var interval: Duration = .seconds(60)

    /// - Parameter address: takes the place of `ADDRESS` in the settings.
    init(_ kind: String, at address: String = "https://metrics.example.com", _ settings: String) throws {
        self.kind = kind
        let json = settings.replacing("ADDRESS", with: address)
        self.settings = try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }

    var problems: [TemplateError] {
        ProviderRegistry.problems(of: .stated(kind: kind, settings: settings), interval: interval)
    }

    func source(_ connection: MetricConnection = LocalAccess.connection()) throws(MetricFailure) -> any MetricSource {
        try ProviderRegistry.source(.stated(kind: kind, settings: settings), interval: interval, over: connection)
    }

    func readings(
        at times: [Timestamp], _ connection: MetricConnection = LocalAccess.connection()
    ) async throws -> [Measurement.Reading] {
        let measurements = try await source(connection).measurements(at: times)
        guard measurements.map(\.time) == times else { throw WrongTimes() }
        return measurements.map(\.reading)
    }

    func failure(
        at times: [Timestamp] = [Self.noon], _ connection: MetricConnection = LocalAccess.connection()
    ) async -> MetricFailure? {
        do throws(MetricFailure) {
            _ = try await source(connection).measurements(at: times)
            return nil
        } catch {
            return error
        }
    }

    struct WrongTimes: Error {}

    /// 2026-11-21T12:00:00Z.
    static let noon = Timestamp(milliseconds: 1_795_262_400_000)

    /// Times of a grid of minutes.
    static func minutes(_ count: Int) -> [Timestamp] { (0..<count).map { noon + .seconds(60 * $0) } }
}
