import Analysis
import HTTP
import Rollouts

/// Kayenta, with the fields that Argo Rollouts has for it: lets its judge compare canary and control.
///
/// A judgement is no value for a condition but a phase; the result says both. See `KayentaAnswer.judgement`.
struct KayentaProvider: ProviderKind {
    static let name = "kayenta"

    private var request = KayentaRequest()
    private let pause: Duration
    private let endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        endpoint = ServiceEndpoint(&fields, timeout: .seconds(120))
        endpoint.refusePaths(["/canary", "/canaryConfig"], &fields, added: "/canary")
        pause = fields.span("pollInterval", default: .seconds(5))
        request.application = fields.requiredText("application", hint: "write the application of the canary config")
        request.config = fields.requiredText("canaryConfigName", hint: "write the name of a canary config of Kayenta")
        request.metricsAccount = fields.text("metricsAccountName")
        request.configurationAccount = fields.text("configurationAccountName")
        request.storageAccount = fields.text("storageAccountName")
        request.scopes = fields.each("scopes") { KayentaScope(&$0, interval: interval) }
        if request.scopes.isEmpty {
            fields.refuse("scopes", "there is no scope", hint: "state at least one, often called default")
        } else if Set(request.scopes.map(\.name)).count < request.scopes.count {
            fields.refuse("scopes", "two scopes have the same name")
        }
        if fields.flag("lookback") {
            fields.refuse("lookback", "is not supported", hint: "state start in the scopes")
        }
        readThreshold(&fields)
    }

    /// A judgement is made of what the metrics service has when it is asked for, and asking again makes another.
    var isRetroactive: Bool { false }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        KayentaSource(request: request, pause: pause, endpoint: endpoint, connection: connection)
    }

    private mutating func readThreshold(_ fields: inout ProviderFields) {
        let threshold = fields.nested("threshold") { threshold in
            (pass: threshold.whole("pass"), marginal: threshold.whole("marginal"))
        }
        guard let pass = threshold?.pass, let marginal = threshold?.marginal else {
            return fields.refuse("threshold", "pass and marginal are missing", hint: "write {pass: 95, marginal: 75}")
        }
        request.pass = pass
        request.marginal = marginal
        if !(0...100).contains(pass) || !(0...100).contains(marginal) {
            fields.refuse("threshold", "scores lie between 0 and 100")
        } else if marginal > pass {
            fields.refuse("threshold", "marginal is more than pass", hint: "write the higher score as pass")
        }
    }
}

/// Starts a judgement and waits until it is complete.
private struct KayentaSource: MetricSource {
    let request: KayentaRequest
    let pause: Duration
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    private static let shortestPause = Duration.milliseconds(10)
    private static let longestPause = Duration.seconds(15)

    var traits: MetricTraits { MetricTraits(isRetroactive: false, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        var measurements: [Measurement] = []
        for time in times {
            let patience = endpoint.patience
            let config = try await configID(within: patience)
            let execution = try await start(config, now: time, within: patience)
            let answer = try await completion(of: execution, within: patience)
            measurements.append(Measurement(time: time, reading: KayentaAnswer.judgement(answer, execution, request)))
        }
        return measurements
    }

    private func configID(within patience: Patience) async throws(MetricFailure) -> String {
        let items = [("application", request.application), ("configurationAccountName", request.configurationAccount)]
        let question = endpoint.question(.get, "/canaryConfig", stated(items), within: patience)
        return try KayentaAnswer.configID(try await connection.answer(to: question), name: request.config)
    }

    private func start(
        _ config: String, now: Timestamp, within patience: Patience
    ) async throws(MetricFailure) -> String {
        let items = [
            ("application", request.application), ("metricsAccountName", request.metricsAccount),
            ("configurationAccountName", request.configurationAccount), ("storageAccountName", request.storageAccount),
        ]
        var question = endpoint.question(
            .post, "/canary/\(FormEncoding.encoded(config))", stated(items), within: patience)
        question.headers.append(HTTPClient.Header("Content-Type", "application/json"))
        question.body = request.json(now: now).text
        question.isRepeatable = false
        return try KayentaAnswer.executionID(try await connection.answer(to: question))
    }

    /// The answer once it is complete; the pauses between two looks grow.
    private func completion(
        of execution: String, within patience: Patience
    ) async throws(MetricFailure) -> JSON {
        var pause = max(pause, Self.shortestPause)
        while true {
            let items = stated([("storageAccountName", request.storageAccount)])
            let question = endpoint.question(
                .get, "/canary/\(FormEncoding.encoded(execution))", items, within: patience)
            let answer = try ServiceAnswer.json(try await connection.answer(to: question))
            guard let isComplete = answer["complete"]?.bool else { throw KayentaAnswer.garbage }
            if isComplete { return answer }
            guard pause < patience.left else {
                throw MetricFailure(
                    .unavailable, "the judgement \(ServiceAnswer.line(execution)) was not complete in time",
                    hint: "give the metric a longer timeout")
            }
            do { try await Task.sleep(for: pause) } catch { throw MetricFailure(.cancelled, "cancelled") }
            patience.spend(pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func stated(_ items: [(String, String?)]) -> [(String, String)] {
        items.compactMap { name, value in value.map { (name, $0) } }
    }
}
