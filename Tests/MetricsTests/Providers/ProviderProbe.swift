import Analysis
import Metrics
import Rollouts
import Support

/// A provider with its settings as a template states them, and a deployment that lets it ask a server on this machine.
struct ProviderProbe {
    private let kind: String
    private let settings: Value
    private let interval: Duration
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - settings: a JSON object, whose whole numbers are whole ones.
    ///   - secrets: texts by `name/key`, of which all may be sent to 127.0.0.1.
    init(
        _ kind: String, _ settings: String, interval: Duration = .seconds(60), secrets: [String: String] = [:]
    ) throws {
        self.kind = kind
        self.settings = Value(settings: try JSON(parsing: settings))
        self.interval = interval
        folder = try TemporaryFolder()
        for (path, text) in secrets { try folder.write(path, text + "\n") }
        names = Set(secrets.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
    }

    private let names: Set<String>

    var problems: [TemplateError] {
        ProviderRegistry.problems(of: .stated(kind: kind, settings: settings), interval: interval)
    }

    func source(_ change: (inout MetricAccess.Host) -> Void = { _ in }) throws(MetricFailure) -> any MetricSource {
        let connection = LocalAccess.connection(secrets: folder.path) { host in
            host.secrets = names.sorted()
            change(&host)
        }
        return try ProviderRegistry.source(
            .stated(kind: kind, settings: settings), interval: interval, over: connection)
    }

    func readings(at times: [Timestamp]) async throws -> [Measurement.Reading] {
        try await source().measurements(at: times).map(\.reading)
    }

    func failure(at times: [Timestamp]) async -> MetricFailure? {
        do throws(MetricFailure) {
            _ = try await source().measurements(at: times)
            return nil
        } catch {
            return error
        }
    }
}

extension Value {
    /// What a template's YAML would be read as.
    init(settings json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number: self = json.int.map { .int($0) } ?? .double(json.double ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(Value.init(settings:)), of: .any)
        case .object(let members): self = .map(members.map { .init($0.name, Value(settings: $0.value)) })
        }
    }
}
