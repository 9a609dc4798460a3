internal import Analysis
internal import HTTP
internal import Rollouts
internal import Synchronization

/// The secrets that are sent while a source answers, so that no text that comes of the answer repeats one.
///
/// The body of an answer still has those that cannot be told there from what the service itself says: short ones, which
/// can be words of its API, and numbers. What it says is read first, and its texts are masked then.
final class Disclosure: Sendable {
    @TaskLocal private static var current: Disclosure?

    private let secrets = Mutex<Set<Secret>>([])

    /// Notes that secrets are sent, for as long as the source that sends them answers.
    static func note(_ secrets: [Secret]) {
        current?.secrets.withLock { $0.formUnion(secrets) }
    }

    /// A text of the service that is about to become part of a message.
    static func hidden(in text: String) -> String { current?.mask.masked(text) ?? text }

    /// Asks, and remembers what is sent.
    static func watching<Answer: Sendable>(
        _ ask: () async throws(MetricFailure) -> Answer
    ) async throws(MetricFailure) -> Answer {
        if current != nil { return try await ask() }
        let outcome = await $current.withValue(Disclosure()) { () async -> Result<Answer, MetricFailure> in
            do throws(MetricFailure) { return .success(try await ask()) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Measurements without the secrets that were sent for them.
    static func hidden(in measurements: [Measurement]) -> [Measurement] {
        guard let mask = current?.mask else { return measurements }
        return measurements.map { Measurement(time: $0.time, reading: $0.reading.masked(by: mask)) }
    }

    private var mask: SecretMask { SecretMask(secrets.withLock { $0 }) }
}

/// A source whose measurements have no secret in their texts.
struct ConcealingSource: MetricSource {
    let source: any MetricSource

    var traits: MetricTraits { source.traits }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        try await Disclosure.watching { () async throws(MetricFailure) in
            Disclosure.hidden(in: try await source.measurements(at: times))
        }
    }

    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        try await Disclosure.watching { () async throws(MetricFailure) in try await source.series(at: times) }
    }
}

extension Measurement.Reading {
    fileprivate func masked(by mask: SecretMask) -> Self {
        switch self {
        case .value(let value): .value(value.masked(by: mask))
        case .failure(let message): .failure(mask.masked(message))
        case .absent: self
        }
    }
}

extension Value {
    /// The value with its texts masked.
    ///
    /// Names of members stay: conditions know them.
    fileprivate func masked(by mask: SecretMask) -> Value {
        switch self {
        case .string(let text): .string(mask.masked(text))
        case .array(let elements, let element) where element != .double && element != .int:
            .array(elements.map { $0.masked(by: mask) }, of: element)
        case .map(let members): .map(members.map { Member($0.name, $0.value.masked(by: mask)) })
        default: self
        }
    }
}
