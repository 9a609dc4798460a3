/// A text of one line or several with a mark under one place in it.
package enum ExpressionText {
    /// - Parameter offset: characters (Unicode scalars) before the place; nil for no mark.
    package static func lines(of text: String, caretAt offset: Int?) -> [String] {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard let offset else { return lines.map(String.init) }
        var shown: [String] = []
        var rest = max(0, offset)
        var isMarked = false
        for (number, line) in lines.enumerated() {
            shown.append(String(line))
            let isLast = number == lines.count - 1
            if !isMarked, rest <= line.count || isLast {
                shown.append(caret(after: line.prefix(rest)))
                isMarked = true
            }
            rest -= line.count + 1
        }
        return shown
    }

    /// Tabs before the place are kept, so that the mark stands below it however wide they are shown.
    private static func caret(after text: Substring.UnicodeScalarView) -> String {
        var caret = ""
        for scalar in text { caret.unicodeScalars.append(scalar == "\t" ? "\t" : " ") }
        return caret + "^"
    }
}
