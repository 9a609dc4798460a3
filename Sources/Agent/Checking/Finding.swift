package import Rollouts

/// Something that a person should know about the files of a repository.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Sendable, CaseIterable {
        /// The rollout, or all of them, would be held.
        case error
        case warning
    }

    package let severity: Severity
    package let diagnostic: Diagnostic

    package init(_ severity: Severity, _ diagnostic: Diagnostic) {
        self.severity = severity
        self.diagnostic = diagnostic
    }

    /// `file:line:column: error: message`, which editors make clickable.
    package var line: String {
        "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column): \(severity.rawValue): \(diagnostic.message)"
    }
}
