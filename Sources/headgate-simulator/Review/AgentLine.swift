/// What a line of an agent's says to somebody who watches, without what changes every second.
enum AgentLine {
    /// What to do about the line before; nil for other lines.
    static func hint(in line: String) -> String? {
        let sign = "  Hint: "
        return line.hasPrefix(sign) ? String(line.dropFirst(sign.count)) : nil
    }

    /// Whether nothing goes on by itself; what waits for people has a line of its own.
    static func needsSomebody(_ gist: String) -> Bool { gist.contains(": Held: ") || gist.contains(": RolledBack: ") }

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
