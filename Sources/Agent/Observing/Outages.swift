internal import Synchronization

/// The clusters that could not be reached in one tick, by environment, with what was said of them.
final class Outages: Sendable {
    private let messages = Mutex<[String: String]>([:])

    func message(of environment: String) -> String? { messages.withLock { $0[environment] } }
    func add(_ message: String, of environment: String) { messages.withLock { $0[environment] = message } }
}
