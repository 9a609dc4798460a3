internal import FoundationEssentials

/// Tells the temporary references of two processes on one mirror apart.
enum ProcessNumber {
    static let current = ProcessInfo.processInfo.processIdentifier
}
