/// How a file states the numbers that a judge is tried on.
package enum TrialFormat: String, CaseIterable, Sendable {
    case json, yaml, csv

    /// By the ending of the file's name; nil for one that says nothing.
    package init?(file: String) {
        guard let dot = file.lastIndex(of: ".") else { return nil }
        switch file[file.index(after: dot)...].lowercased() {
        case "json": self = .json
        case "yaml", "yml": self = .yaml
        case "csv", "tsv": self = .csv
        default: return nil
        }
    }
}
