import Analysis
import HTTP
import Rollouts

/// What a SignalFlow computation says while it runs, as far as it is data or keeps data from being believed.
///
/// https://dev.splunk.com/observability/docs/signalflow/messages/stream_messages_specification/
struct SignalFlowStream {
    private(set) var points: [Series.Point] = []
    /// Below which a resolution has a point in every window.
    private let window: Duration
    private var series: Set<String> = []

    init(window: Duration) {
        self.window = window
    }

    /// Adds one run of the program.
    mutating func read(_ response: HTTPClient.Response) throws(MetricFailure) {
        var hasBegun = false
        for event in ServerSentEvent.events(in: response.text) {
            guard let message = try? JSON(parsing: event.data) else {
                throw MetricFailure(.garbage, "a message of the computation is not JSON")
            }
            switch event.name {
            case "control-message":
                hasBegun = true
                if try isEnd(message) { return }
            case "data": try add(message)
            case "message": try heed(message["message"] ?? .null)
            case "error": throw Self.failure(message)
            default: break
            }
        }
        guard hasBegun else {
            throw MetricFailure(.garbage, "the answer is not a SignalFlow computation", hint: "check the address")
        }
        throw MetricFailure(.partial, "the computation broke off before its end")
    }

    private func isEnd(_ message: JSON) throws(MetricFailure) -> Bool {
        switch message["event"]?.string {
        case "END_OF_CHANNEL": return true
        case "CHANNEL_ABORT":
            let info = message["abortInfo"]
            let reason = info?["sf_job_abortReason"]?.string ?? info?["sf_job_abortState"]?.string
            let words = reason.map { ": \(ServiceAnswer.line($0))" } ?? ""
            throw MetricFailure(.unavailable, "the computation was aborted\(words)")
        default: return false
        }
    }

    private mutating func add(_ message: JSON) throws(MetricFailure) {
        guard let time = message["logicalTimestampMs"]?.int, let data = message["data"]?.array else {
            throw MetricFailure(.garbage, "a message with data has no time")
        }
        for datum in data {
            guard let value = Self.number(datum["value"]) else { continue }
            if let id = datum["tsId"]?.string { series.insert(id) }
            points.append(Series.Point(time: Timestamp(milliseconds: Int64(time)), value: value))
        }
        guard series.count <= 1 else {
            throw MetricFailure(
                .configuration, "the program gives several series",
                hint: "aggregate before publish(), for example with sum() or mean()")
        }
    }

    /// Null is no point.
    private static func number(_ json: JSON?) -> Double? {
        switch json {
        case .number?: json?.double
        case .string("NaN")?: .nan
        default: nil
        }
    }

    /// Information about the computation, of which little matters.
    private func heed(_ message: JSON) throws(MetricFailure) {
        let contents = message["contents"]
        switch message["messageCode"]?.string {
        case "FIND_LIMITED_RESULT_SET":
            let sizes = [contents?["limitSize"]?.int, contents?["matchedSize"]?.int].compactMap { $0 }
            let words = sizes.count == 2 ? "\(sizes[0]) of \(sizes[1])" : "a part"
            throw MetricFailure(
                .partial, "the computation saw only \(words) of the time series", hint: "filter in data() for fewer")
        case "JOB_RUNNING_RESOLUTION":
            guard let resolution = contents?["resolutionMs"]?.int, resolution > window.milliseconds else { return }
            throw MetricFailure(
                .configuration, "the data has a point every \(resolution / 1000) s, and the window is shorter",
                hint: "state window: \(resolution / 1000)s or longer")
        default: break
        }
    }

    private static func failure(_ message: JSON) -> MetricFailure {
        let errors = (message["errors"]?.array ?? []).map { error in
            let context = (error["context"]?.members ?? []).compactMap { $0.value.string }.joined(separator: " ")
            return [error["code"]?.string, context].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        }
        let words = errors.isEmpty ? message["message"]?.string ?? "no reason is said" : errors.joined(separator: "; ")
        return MetricFailure(.configuration, "the program cannot run: \(ServiceAnswer.line(words))")
    }
}
