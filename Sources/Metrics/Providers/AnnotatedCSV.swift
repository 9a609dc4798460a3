internal import Analysis
internal import Rollouts

/// InfluxDB's annotated CSV (https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/): tables of typed
/// columns, one after the other, and perhaps one at the end that says what went wrong.
struct AnnotatedCSV {
    /// One row of a table.
    struct Record {
        fileprivate let schema: Schema
        fileprivate let cells: [String]

        /// The value of a column; nil where the table has no such column.
        subscript(name: String) -> Value? {
            guard let index = schema.names.firstIndex(of: name) else { return nil }
            return schema.value(cells[index], at: index)
        }
    }

    fileprivate struct Schema {
        var names: [String] = []
        var types: [String] = []
        var defaults: [String] = []

        func value(_ cell: String, at index: Int) -> Value {
            let type = types.indices.contains(index) ? types[index] : ""
            let text = cell.isEmpty && defaults.indices.contains(index) ? defaults[index] : cell
            if text.isEmpty { return type == "string" ? .string("") : .null }
            switch type {
            case "double": return AnnotatedCSV.number(text).map { .double($0) } ?? .null
            case "long", "unsignedLong": return Int(text).map { .int($0) } ?? Double(text).map { .double($0) } ?? .null
            case "boolean": return .bool(text == "true")
            case "": return AnnotatedCSV.number(text).map { .double($0) } ?? .string(text)
            default: return .string(text)
            }
        }
    }

    /// In the order of the text.
    let records: [Record]

    init(_ text: String) throws(MetricFailure) {
        var records: [Record] = []
        var schema = Schema()
        var isHeaderNext = true
        var rows = CSVRows(text)
        while let row = try rows.next() {
            if row.allSatisfy(\.isEmpty) {
                isHeaderNext = true
            } else if let annotation = row.first, annotation.hasPrefix("#") {
                if !schema.names.isEmpty { schema = Schema() }
                isHeaderNext = true
                if annotation == "#datatype" { schema.types = row }
                if annotation == "#default" { schema.defaults = row }
            } else if isHeaderNext {
                guard row.contains("table") || row.contains("error") else { throw Self.garbage() }
                if !schema.names.isEmpty { schema = Schema() }
                schema.names = row
                isHeaderNext = false
            } else {
                guard row.count == schema.names.count else { throw Self.garbage() }
                let record = Record(schema: schema, cells: row)
                if !schema.names.contains("table"), case .string(let words)? = record["error"] {
                    throw Self.failure(words, after: records.count)
                }
                records.append(record)
            }
        }
        self.records = records
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf", "Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text)
        }
    }

    /// What the table of an error says; rows before it are not all that there are.
    private static func failure(_ words: String, after count: Int) -> MetricFailure {
        let words = ServiceAnswer.line(words)
        if count > 0 { return MetricFailure(.partial, "the answer ends with an error: \(words)") }
        return MetricFailure(.configuration, "the query failed: \(words)", hint: "try it in the Data Explorer")
    }

    fileprivate static func garbage() -> MetricFailure {
        MetricFailure(
            .garbage, "the answer is no annotated CSV",
            hint: "check the address; a login page or another service may answer there")
    }
}

/// The rows of a CSV text (RFC 4180): cells in quotes may contain commas, line breaks and doubled quotes.
private struct CSVRows {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The cells of the next row; nil at the end.
    mutating func next() throws(MetricFailure) -> [String]? {
        guard position < bytes.count else { return nil }
        var cells: [String] = []
        while true {
            cells.append(try cell())
            guard position < bytes.count else { return cells }
            let separator = bytes[position]
            position += 1
            if separator == UInt8(ascii: ",") { continue }
            if separator == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
                position += 1
            }
            return cells
        }
    }

    /// Up to a comma or the end of the line, which are left.
    private mutating func cell() throws(MetricFailure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, !",\r\n".utf8.contains(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                content.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == byte {
                content.append(byte)
                position += 1
                continue
            }
            guard position == bytes.count || ",\r\n".utf8.contains(bytes[position]) else { break }
            return String(decoding: content, as: UTF8.self)
        }
        throw AnnotatedCSV.garbage()
    }
}
