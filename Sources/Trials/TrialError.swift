package import YAML

/// What is wrong with what somebody wanted to try, with the place of each mistake.
package struct TrialError: Error, Equatable, Sendable {
    package let mistakes: [YAMLError]

    /// The same mistake is told once, in the order of the file.
    init(_ mistakes: [YAMLError]) {
        var seen: Set<YAMLError> = []
        self.mistakes = mistakes.sorted { ($0.file, $0.position) < ($1.file, $1.position) }
            .filter { seen.insert($0.withoutPath).inserted }
    }

    init(_ mistake: YAMLError) { self.init([mistake]) }

    /// Whether all of it is about the command line and not about a file.
    package var isOfCommandLine: Bool { mistakes.allSatisfy(\.isOfCommandLine) }

    package struct Line: Equatable, Sendable {
        /// `file:line:column: message`, or the option that it is about.
        package let text: String
        package let hint: String?
    }

    package var lines: [Line] {
        mistakes.map { mistake in
            Line(
                text: mistake.isOfCommandLine ? "\(mistake.file): \(mistake.message)" : mistake.description,
                hint: mistake.hint)
        }
    }
}

extension YAMLError {
    /// An option stands in the place of a file.
    var isOfCommandLine: Bool { file.hasPrefix("--") }

    fileprivate var withoutPath: YAMLError {
        YAMLError(file: file, position: position, message: message, hint: hint)
    }
}
