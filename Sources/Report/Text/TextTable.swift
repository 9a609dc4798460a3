/// Rows in aligned columns; the last column takes what is left of the width.
struct TextTable {
    struct Cell {
        var text: String
        var tint: Palette.Tint = .plain
        var isRight = false
    }

    private var rows: [[Cell]] = []

    mutating func add(_ row: [Cell]) { rows.append(row) }

    func lines(_ layout: Layout) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.compactMap { $0.indices.contains(column) ? $0[column].text.count : nil }.max() ?? 0
        }
        return rows.map { line(of: $0, widths, layout) }
    }

    private func line(of row: [Cell], _ widths: [Int], _ layout: Layout) -> String {
        var text = ""
        var used = 0
        for (column, cell) in row.enumerated() where widths[column] > 0 {
            let isLast = column == row.count - 1
            let room = layout.width.map { max(8, $0 - used) }
            let shown = isLast ? cell.text.cut(to: room) : cell.text
            let gap = String(repeating: " ", count: max(0, widths[column] - shown.count))
            let painted = layout.palette.paint(shown, cell.tint)
            text += (cell.isRight ? gap + painted : painted + (isLast ? "" : gap)) + (isLast ? "" : "  ")
            used += widths[column] + 2
        }
        return text.withoutTrailingSpaces
    }
}

extension String {
    /// At most `width` characters, with a mark where something was left out.
    func cut(to width: Int?) -> String {
        guard let width, count > width else { return self }
        return prefix(max(0, width - 1)) + "…"
    }

    var withoutTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
