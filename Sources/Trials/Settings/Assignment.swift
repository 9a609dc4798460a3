internal import YAML

/// A setting on the command line: `tolerateRatio=1.5`, `effectSize.measure=cles`, `interval=30s`.
struct Assignment {
    let path: [String]
    let value: YAMLNode
    /// What a message names in the place of a file.
    let place: String

    init(_ text: String) throws(YAMLError) {
        place = "--set \(text)"
        func error(_ message: String, _ hint: String) -> YAMLError {
            YAMLError(file: "--set \(text)", position: .start, message: message, hint: hint)
        }
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw error("a setting has a name and a value", "such as --set tolerateRatio=1.5")
        }
        path = text[..<sign].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else { throw error("a step of the name is empty", "such as effectSize.measure") }
        do throws(YAMLError) {
            let stream = try YAMLStream(
                parsing: String(text[text.index(after: sign)...]), file: "--set \(text)",
                limits: YAMLLimits(size: 1 << 16, depth: 20))
            value = stream.documents.isEmpty ? .text("") : try stream.single.root
        } catch let problem {
            throw error("the value is no YAML: \(problem.message)", "put a text into quotes")
        }
    }

    /// The setting as a document of a metric; what is not the metric's own belongs to its judge.
    func layer(judge: String) -> SettingLayer {
        var steps = path
        if let first = path.first, first != "judge", !MetricDocument.settings.contains(first) {
            steps = ["judge", judge] + path
        }
        var node = value
        for step in steps.reversed() { node = .mapping(step, node) }
        return SettingLayer(file: place, node: node)
    }
}
