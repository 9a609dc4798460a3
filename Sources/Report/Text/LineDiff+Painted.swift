extension LineDiff {
    /// The lines of a difference in git's form, in the colours that people know.
    package static func painted(_ difference: String, _ palette: Palette) -> [String] {
        var lines = difference.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { palette.paint($0, tint(of: $0)) }
    }

    private static func tint(of line: String) -> Palette.Tint {
        if line.hasPrefix("--- ") || line.hasPrefix("+++ ") || line.hasPrefix("diff ") { return .strong }
        if line.hasPrefix("@@") { return .faint }
        if line.hasPrefix("+") { return .good }
        return line.hasPrefix("-") ? .bad : .plain
    }
}
