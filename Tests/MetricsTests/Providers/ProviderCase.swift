import Analysis
import HTTP
import Metrics
import Rollouts
import Support
import Testing

/// What the contract needs to know of one provider: its settings, an answer with a value for every time, and one that
/// says that there is nothing.
struct ProviderCase: Sendable, CustomTestStringConvertible {
    /// Where the provider is to ask, and what it is to send there.
    struct Place: Sendable {
        let url: String
        /// The mark of the only secret that the deployment has, for a header or a password.
        let secret: String
        /// In seconds.
        let timeout: Int
    }

    typealias Answering = @Sendable (FakeServer.Request) -> FakeServer.Answer

    let kind: String
    /// Which of the provider's ways to ask this is, where it has several.
    var variant = ""
    let settings: @Sendable (Place) -> [Value.Member]
    /// A value for each time, whichever of the provider's requests this is.
    let answer: Answering
    /// No data, said as the service says it.
    let empty: Answering
    /// Whether the settings send the secret; false where credentials are the deployment's alone.
    var sendsSecret = true
    /// Whether a busy service is asked again.
    var isRepeatable = true
    /// False where a measurement is made once, for now.
    var isRetroactive = true
    /// What the deployment gives for the server's host, beside leave to send the secret there.
    var host: @Sendable (inout MetricAccess.Host) -> Void = { _ in }

    /// What the agent's platform gives it.
    var environment: [String: String] = [:]

    var testDescription: String { variant.isEmpty ? kind : "\(kind), \(variant)" }

    // MARK: Asking

    static let start = Timestamp(milliseconds: 1_700_000_040_000)
    static let interval = Duration.seconds(60)
    /// Whole minutes, since some services have nothing finer.
    static let times = (0..<3).map { start + .seconds(60 * $0) }
    static let secretName = "metrics"
    static let secretText = "hunter2-of-the-contract"

    /// A deployment with one secret, which the server's host may have or not.
    func connection(
        _ folder: TemporaryFolder, mayHaveSecret: Bool = true, responseLimit: Int = 32 << 20
    ) throws -> MetricConnection {
        try folder.write("\(Self.secretName)/key", "\(Self.secretText)\n")
        return LocalAccess.connection(
            secrets: folder.path, responseLimit: responseLimit, environment: environment
        ) { entry in
            if mayHaveSecret { entry.secrets = [Self.secretName] }
            host(&entry)
        }
    }

    func source(
        _ url: String, over connection: MetricConnection, timeout: Int = 30
    ) throws(MetricFailure) -> any MetricSource {
        let mark = SecretReference(name: Self.secretName, key: "key").mark
        let settings = settings(Place(url: url, secret: mark, timeout: timeout))
        return try ProviderRegistry.source(
            .stated(kind: kind, settings: .map(settings)), interval: Self.interval, over: connection)
    }

    /// What a check says of a judge that has such a need.
    func obstacle(to need: MetricNeed, _ url: String) -> TemplateError? {
        let settings = settings(Place(url: url, secret: "", timeout: 30))
        return ProviderRegistry.obstacle(
            to: need, of: .stated(kind: kind, settings: .map(settings)), interval: Self.interval)
    }

    /// The times that the provider can be asked for.
    var times: [Timestamp] { isRetroactive ? Self.times : [Self.times[0]] }

    /// Why there are no measurements; nil where there are.
    func failure(
        _ url: String, mayHaveSecret: Bool = true, timeout: Int = 30, responseLimit: Int = 32 << 20
    ) async throws -> MetricFailure? {
        let folder = try TemporaryFolder()
        let connection = try connection(folder, mayHaveSecret: mayHaveSecret, responseLimit: responseLimit)
        do throws(MetricFailure) {
            _ = try await source(url, over: connection, timeout: timeout).measurements(at: times)
            return nil
        } catch {
            return error
        }
    }
}
