/// The words behind the `|` of a LogQL query.
enum LokiStage {
    /// All stages that there are (https://grafana.com/docs/loki/latest/query/log_queries).
    private static let names = [
        "json", "logfmt", "pattern", "regexp", "unpack", "unwrap", "line_format", "label_format", "decolorize", "drop",
        "keep", "distinct",
    ]

    /// A word that is neither a stage nor a label that is compared.
    ///
    /// - Parameter code: the query without the content of its texts.
    static func mistake(in code: String) -> (message: String, hint: String)? {
        for part in code.split(separator: "|", omittingEmptySubsequences: false).dropFirst() {
            let stage = part.drop(while: \.isWhitespace)
            let word = stage.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard word.first?.isLetter == true, !names.contains(String(word)) else { continue }
            // What is compared, or called, is a label or a function.
            let next = stage.dropFirst(word.count).first { !$0.isWhitespace }
            if let next, "=!<>~(".contains(next) { continue }
            let near = ProviderFields.nearest(to: String(word), among: names)
            return (
                "there is no parser \(word)",
                near.map { "did you mean \($0)?" } ?? "stages are \(names.joined(separator: ", "))"
            )
        }
        return nil
    }
}
