/// Reads the words with which a server declines a reference.
enum PushWords {
    /// Anything that does not speak of a rule is a race that was lost: git's own texts for it differ by version.
    static func outcome(of status: String, beside progress: String) -> ReferenceOutcome {
        let lowered = status.lowercased()
        if lowered.contains("atomic") { return .skipped }
        guard rules.contains(where: lowered.contains) else { return .moved(to: nil) }
        let words = RemoteWords.clean(status)
        return .refused(progress.isEmpty ? words : "\(words): \(progress)")
    }

    /// The words of a server that did not take the objects at all; nil when the failure is another one.
    static func unpackRefusal(_ message: String, _ progress: String) -> String? {
        guard message.contains("unpack") else { return nil }
        return progress.isEmpty ? message : progress
    }

    private static let rules = [
        "hook", "declin", "deny", "denied", "prohibit", "protect", "allowed", "permi", "rule", "policy", "hidden",
        "checked out", "read-only", "read only", "funny", "shallow", "missing necessary",
    ]
}
