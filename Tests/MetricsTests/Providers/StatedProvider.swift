import Analysis
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
        self.settings = Self.value(try JSON(parsing: json))
    }

    /// What a template's YAML would be read as: whole numbers stay whole.
    private static func value(_ json: JSON) -> Value {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number: json.int.map { .int($0) } ?? .double(json.double ?? .nan)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(value), of: .any)
        case .object(let members): .map(members.map { .init($0.name, value($0.value)) })
        }
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
