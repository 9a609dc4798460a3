/// libyaml's complaints in the words of this program.
extension DocumentReader {
    static let templateHint = "this looks like a Helm template; only rendered manifests can be read"

    func error(_ failure: EventReader.Failure, in file: String) -> YAMLError {
        let position: YAMLPosition
        var start = 0
        switch failure.place {
        case .mark(let index):
            start = map.offset(mark: index)
            position = map.position(offset: start)
        case .byte(let offset):
            // libyaml names the octet that breaks a sequence; the character begins one before.
            let isTrailing = offset > 0 && (scanner.byte(at: offset - 1) ?? 0) >= 0xC0
            position = map.position(offset: isTrailing ? offset - 1 : offset)
        }
        let message = [failure.problem, failure.context].compactMap(\.self).joined(separator: " ")
        var hint: String?
        let cannotStart = failure.problem.contains("cannot start any token")
        if cannotStart, scanner.byte(at: start) == 0x09 {
            hint = "this is a tab; YAML is indented with spaces"
        } else if scanner.contains("{{"), !isOfMetrics {
            hint = Self.templateHint
        } else if cannotStart {
            hint = "indent with spaces, and put quotes around a text that begins with a special character"
        } else if failure.problem.contains("mapping values are not allowed") {
            hint = "put quotes around a text that contains \": \""
        } else if let line = failure.beginning, failure.context?.contains("flow") == true {
            hint = "it begins on line \(line): look there for a missing bracket"
        }
        return YAMLError(file: file, position: position, message: message, hint: hint)
    }

    /// Whether arguments in double braces are how a file of this kind is written, and no sign of Helm.
    private var isOfMetrics: Bool {
        scanner.contains("kind: AnalysisTemplate") || scanner.contains("kind: ClusterAnalysisTemplate")
            || scanner.contains("kind: MetricTemplate")
    }
}
