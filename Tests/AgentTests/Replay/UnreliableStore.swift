import Analysis
import Rollouts
import Synchronization

/// A store as an agent sees it at one time: nothing newer than its data is asked for, and from some question on it does
/// not answer.
final class UnreliableStore: SeriesStore {
    private let store: any SeriesStore
    private let end: Timestamp
    private let answers: Int
    private let asked = Mutex((questions: 0, late: [RangeQuery]()))

    /// - Parameters:
    ///   - end: the newest time that has data.
    ///   - answers: how many questions are answered.
    init(_ store: any SeriesStore, until end: Timestamp, answers: Int = .max) {
        self.store = store
        self.end = end
        self.answers = answers
    }

    /// Questions about times without data yet.
    var late: [RangeQuery] { asked.withLock { $0.late } }
    var questions: Int { asked.withLock { $0.questions } }
    var hasFailed: Bool { questions > answers }

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        let number = asked.withLock { asked in
            asked.questions += 1
            if query.end > end { asked.late.append(query) }
            return asked.questions
        }
        guard number <= answers else { throw MetricFailure(.unavailable, "the store does not answer") }
        return try await store.range(query)
    }

    func serverTime() async throws(MetricFailure) -> Timestamp { end }
}
