/// What a line of an agent's says to somebody who watches, without what changes every second.
enum AgentLine {
    /// Nil for what is of no interest here: hints, and a promotion that waits while staging is under way.
    static func gist(of line: String) -> String? {
        guard !line.isEmpty, !line.hasPrefix(" ") else { return nil }
        if line.contains(" → "), line.hasSuffix(": stated") || line.contains("Progressing") { return nil }
        let sign = "Waiting: for "
        guard let start = line.firstRange(of: sign), !line[start.upperBound...].hasPrefix("people") else { return line }
        // "for more data: 3 of 5 …", "for canary: 0 of 1 pods …", "for the cluster to take over … (no longer than …)".
        let words = line[start.upperBound...]
        let end = [": ", " ("].compactMap { words.firstRange(of: $0)?.lowerBound }.min() ?? words.endIndex
        return String(line[..<end])
    }
}
