internal import Synchronization

/// The time that a service has for one answer with all its parts.
///
/// Only what passes while the service is asked counts: thousands of questions wait for their turn, and none of them is
/// late for that.
final class Patience: Sendable {
    private let rest: Mutex<Duration>

    init(_ whole: Duration) {
        rest = Mutex(whole)
    }

    /// What is left; zero or less where the time is over.
    var left: Duration { rest.withLock { $0 } }

    func spend(_ time: Duration) { rest.withLock { $0 -= time } }
}
