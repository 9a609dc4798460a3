package import Rollouts

/// What `doctor` found out about one thing.
package struct Examination: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case ok, warning, failed

        /// The sign in front of a line.
        package var sign: String {
            switch self {
            case .ok: "✔"
            case .warning: "!"
            case .failed: "✖"
            }
        }
    }

    /// What was looked at, in one or two words.
    package let subject: String
    package let state: State
    package let message: String
    package let hint: String?

    package init(_ subject: String, _ state: State, _ message: String, hint: String? = nil) {
        self.subject = subject
        self.state = state
        self.message = message
        self.hint = hint
    }

    package var text: String {
        let spaces = String(repeating: " ", count: max(1, 14 - subject.count))
        return "\(state.sign) \(subject)\(spaces)\(message)" + (hint.map { "\n  Hint: \($0)" } ?? "")
    }

    package var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "check", value: .string(subject)), .init(name: "state", value: .string(state.rawValue)),
            .init(name: "message", value: .string(message)),
        ]
        if let hint { members.append(.init(name: "hint", value: .string(hint))) }
        return .object(members)
    }
}
