internal import Analysis
internal import YAML

/// A table of comma-separated values (RFC 4180), also with semicolons or tabs; lines that are empty or begin with `#` are
/// left out.
struct Table {
    struct Cell {
        let text: String
        let position: YAMLPosition
    }

    let file: String
    let header: [Cell]
    /// Each as long as the header.
    let rows: [[Cell]]

    init(parsing bytes: [UInt8], file: String) throws(YAMLError) {
        func error(_ position: YAMLPosition, _ message: String, _ hint: String) -> YAMLError {
            YAMLError(file: file, position: position, message: message, hint: hint)
        }
        guard bytes.count <= 16 << 20 else { throw error(.start, "the file has more than 16 MiB", "try a part of it") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.start, "the file is not UTF-8 text", "save it as UTF-8")
        }
        var scanner = TableScanner(text, file: file)
        var rows = try scanner.rows()
        guard let header = rows.first else {
            throw error(.start, "the table is empty", "its first line names the columns: canary,baseline")
        }
        rows.removeFirst()
        guard let first = rows.first else {
            throw error(header[0].position, "the table has no rows", "each line below the header is one interval")
        }
        guard rows.count <= TrialLimits.intervals else {
            throw error(
                first[0].position, "\(rows.count) rows are more than the \(TrialLimits.intervals) that are looked at",
                "join intervals, or try the newest part")
        }
        for row in rows where row.count != header.count {
            throw error(
                row.count > header.count ? row[header.count].position : row[row.count - 1].position,
                "\(Readable.plural(row.count, "cell")), and the header has \(header.count)",
                "an empty cell still has its separator")
        }
        self.file = file
        self.header = header
        self.rows = rows
    }

    /// The numbers of a column; an empty cell is NaN.
    func numbers(_ column: Int) throws(YAMLError) -> NumberColumn {
        let name = header[column].text
        var values: [Double] = []
        values.reserveCapacity(rows.count)
        for row in rows {
            let cell = row[column]
            guard !cell.text.isEmpty else {
                values.append(.nan)
                continue
            }
            guard let number = DecimalNumber.read(cell.text) else {
                throw YAMLError(
                    file: file, position: cell.position, message: "\(name): expected a number, found \"\(cell.text)\"",
                    hint: DecimalNumber.hint(for: cell.text))
            }
            values.append(number)
        }
        return NumberColumn(
            name, values, file: file, position: header[column].position, place: { rows[$0][column].position })
    }
}

/// A walk over the characters of a table.
private struct TableScanner {
    private let characters: [Unicode.Scalar]
    private let file: String
    private let separator: Unicode.Scalar
    private var index = 0
    private var line = 1
    private var column = 1

    init(_ text: String, file: String) {
        var characters = Array(text.unicodeScalars)
        if characters.first == "\u{FEFF}" { characters.removeFirst() }
        self.characters = characters
        self.file = file
        separator = Self.separator(in: text)
    }

    /// That which the first line with a name has most of.
    private static func separator(in text: String) -> Unicode.Scalar {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        let first = lines.first { $0.first != "#" && !$0.allSatisfy { $0 == " " } }
        let counts = ([",", ";", "\t"] as [Unicode.Scalar]).map { mark in (mark, first?.count { $0 == mark } ?? 0) }
        return counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0 : nil } ?? ","
    }

    private var next: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

    private mutating func advance() {
        if next == "\n" {
            line += 1
            column = 1
        } else if next != "\r" {
            column += 1
        }
        index += 1
    }

    mutating func rows() throws(YAMLError) -> [[Table.Cell]] {
        var rows: [[Table.Cell]] = []
        while next != nil {
            if next == "#" {
                while next != nil, next != "\n" { advance() }
                advance()
                continue
            }
            let row = try row()
            if row.count > 1 || !row[0].text.isEmpty { rows.append(row) }
        }
        return rows
    }

    private mutating func row() throws(YAMLError) -> [Table.Cell] {
        var cells: [Table.Cell] = []
        while true {
            cells.append(try cell())
            guard next == separator else { break }
            advance()
        }
        if next == "\r" { advance() }
        if next == "\n" { advance() }
        return cells
    }

    private mutating func cell() throws(YAMLError) -> Table.Cell {
        while next == " " { advance() }
        let start = YAMLPosition(line: line, column: column)
        if next == "\"" { return Table.Cell(text: try quoted(start), position: start) }
        var text = String.UnicodeScalarView()
        while let character = next, character != separator, character != "\n", character != "\r" {
            text.append(character)
            advance()
        }
        while text.last == " " { text.removeLast() }
        return Table.Cell(text: String(text), position: start)
    }

    private mutating func quoted(_ start: YAMLPosition) throws(YAMLError) -> String {
        var text = String.UnicodeScalarView()
        advance()
        while let character = next {
            advance()
            if character != "\"" {
                text.append(character)
            } else if next == "\"" {
                text.append(character)
                advance()
            } else {
                while next == " " { advance() }
                guard next == nil || next == separator || next == "\n" || next == "\r" else {
                    throw YAMLError(
                        file: file, position: YAMLPosition(line: line, column: column),
                        message: "something stands behind the quotes", hint: "a quote inside a text is doubled: \"\"")
                }
                return String(text)
            }
        }
        throw YAMLError(
            file: file, position: start, message: "the quotes are not closed",
            hint: "a quote inside a text is doubled: \"\"")
    }
}
