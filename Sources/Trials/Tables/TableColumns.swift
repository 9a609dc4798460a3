internal import Analysis
internal import YAML

/// The columns of a table by what they are about.
struct TableColumns {
    private let table: Table
    private var indices: [ColumnName: Int] = [:]
    private var bounds: [ColumnName.Side: [Double]] = [:]

    init(_ table: Table) throws(YAMLError) {
        self.table = table
        for (index, cell) in table.header.enumerated() {
            guard let name = ColumnName(cell.text) else {
                throw Self.error(
                    table, index, "what is the column \"\(cell.text)\"?", "columns are \(ColumnName.known); or time")
            }
            if name == .time { continue }
            guard indices.updateValue(index, forKey: name) == nil else {
                throw Self.error(table, index, "there are two columns \(cell.text)", "take one of them out")
            }
            if case .bucket(let side, let bound) = name { bounds[side, default: []].append(bound) }
        }
    }

    private static func error(_ table: Table, _ index: Int, _ message: String, _ hint: String) -> YAMLError {
        YAMLError(file: table.file, position: table.header[index].position, message: message, hint: hint)
    }

    /// The judge that such numbers are for.
    var judge: String {
        switch indices.min(by: { $0.value < $1.value })?.key.kind {
        case .values?: "compare"
        case .counts?: indices.keys.contains { $0.side == .baseline } ? "sequential" : "confident"
        case .buckets?, nil: "sequential"
        }
    }

    /// - Parameters:
    ///   - known: the baseline's requests in each bucket before the first row.
    ///   - isCumulative: each bucket holds those below it, too.
    func data(known: NumberColumn?, isCumulative: Bool) throws(YAMLError) -> TrialData {
        let columns = indices.sorted { $0.value < $1.value }
        let kind = columns.first?.key.kind
        if let other = columns.first(where: { $0.key.kind != kind }) {
            throw Self.error(
                table, other.value, "values, counts and buckets do not stand in one table",
                "columns are \(ColumnName.known); or time")
        }
        switch kind {
        case .values?: return .values(canary: try values(.canary), baseline: try values(.baseline))
        case .counts?:
            guard let canary = try counts(.canary) else { throw missing("canaryTotal") }
            return try CountColumns.data(canary: canary, baseline: try counts(.baseline))
        case .buckets?: return try buckets(known, isCumulative)
        case nil: throw missing("canary")
        }
    }

    private func missing(_ name: String) -> YAMLError {
        Self.error(table, 0, "the column \(name) is missing", "columns are \(ColumnName.known); or time")
    }

    /// A side that has ended before the other is shorter; a gap within it is a value that is missing.
    private func values(_ side: ColumnName.Side) throws(YAMLError) -> [Double] {
        guard let index = indices[.value(side)] else { throw missing(side == .canary ? "canary" : "baseline") }
        return try table.numbers(index).trimmed { table.rows[$0][index].text.isEmpty }.values
    }

    private func counts(_ side: ColumnName.Side) throws(YAMLError) -> CountColumns? {
        func column(_ count: ColumnName.Count) throws(YAMLError) -> NumberColumn? {
            guard let index = indices[.count(side, count)] else { return nil }
            return try table.numbers(index)
        }
        let (bad, good, total) = (try column(.bad), try column(.good), try column(.total))
        guard let total else {
            if bad == nil, good == nil { return nil }
            throw missing(side == .canary ? "canaryTotal" : "baselineTotal")
        }
        return CountColumns(total: total, bad: bad, good: good)
    }

    private func buckets(_ known: NumberColumn?, _ isCumulative: Bool) throws(YAMLError) -> TrialData {
        let (own, others) = (bounds[.canary] ?? [], bounds[.baseline] ?? [])
        guard own == others, own.last == .infinity else {
            let lacking =
                own.last == .infinity ? "the two sides do not have the same buckets" : "the last bucket is missing"
            throw Self.error(
                table, 0, lacking,
                "for each side one column per bound, ascending, then that of all above: canary 0.25,canary +Inf")
        }
        let canary = try rows(.canary, own)
        let position = table.header[0].position
        let column = NumberColumn("columns", own, file: table.file, position: position) { index in
            indices[.bucket(.canary, own[index])].map { table.header[$0].position } ?? position
        }
        return try BucketRows.data(
            bounds: column, canary: canary, baseline: try rows(.baseline, others), known: known,
            isCumulative: isCumulative)
    }

    /// The buckets of each interval.
    private func rows(_ side: ColumnName.Side, _ bounds: [Double]) throws(YAMLError) -> BucketRows {
        var columns: [NumberColumn] = []
        for bound in bounds {
            guard let index = indices[.bucket(side, bound)] else { throw missing("\(side) \(bound)") }
            columns.append(try table.numbers(index))
        }
        let position = table.header[0].position
        let rows = table.rows.indices.map { row in
            NumberColumn(
                "row", columns.map { $0.values[row] }, file: table.file, position: table.rows[row][0].position
            ) { bound in
                indices[.bucket(side, bounds[bound])].map { table.rows[row][$0].position } ?? position
            }
        }
        return BucketRows(
            rows: rows, whole: NumberColumn("table", [], file: table.file, position: position) { _ in position })
    }
}

extension ColumnName {
    fileprivate enum Kind { case values, counts, buckets }

    fileprivate var side: Side? {
        switch self {
        case .value(let side), .count(let side, _), .bucket(let side, _): side
        case .time: nil
        }
    }

    fileprivate var kind: Kind {
        switch self {
        case .value, .time: .values
        case .count: .counts
        case .bucket: .buckets
        }
    }
}
