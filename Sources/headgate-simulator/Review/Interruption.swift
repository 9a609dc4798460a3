import Glibc
import Synchronization

/// Whether somebody has asked this program to end, by Ctrl-C or `kill`.
///
/// A handler that only notes it, so that processes and folders are taken away in order.
enum Interruption {
    private static let flag = Atomic(false)

    static var happened: Bool { flag.load(ordering: .relaxed) }

    static func watch() {
        for number in [SIGINT, SIGTERM] { signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) } }
    }
}
