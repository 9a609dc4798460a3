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

    static func garbage() -> MetricFailure {
        MetricFailure(
            .garbage, "the answer is no annotated CSV",
            hint: "check the address; a login page or another service may answer there")
    }
}
