internal import YAML

/// What a document states of one side: a list of values, or a mapping with counts or buckets.
struct TrialSide: Decodable {
    enum Content {
        case values(NumberColumn)
        case counts(CountColumns)
        case buckets(BucketRows)
    }

    let content: Content
    let place: YAMLSourcePlace

    private enum CodingKeys: String, CodingKey { case bad, good, total, buckets }

    init(from decoder: any Decoder) throws {
        guard let place = decoder.yamlSource else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a YAML document"))
        }
        self.place = place
        guard place.node.isMapping else {
            guard place.node.isSequence else {
                throw place.error(
                    "expected a list of values, or a mapping with counts, found \(place.node.summary)",
                    hint: "[212, 208], or {bad: [0, 1], total: [60, 62]}")
            }
            content = .values(try NumberList(place).column)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let bad = try container.decodeIfPresent(NumberList.self, forKey: .bad)?.column
        let good = try container.decodeIfPresent(NumberList.self, forKey: .good)?.column
        let total = try container.decodeIfPresent(NumberList.self, forKey: .total)?.column
        if let rows = try container.decodeIfPresent(BucketList.self, forKey: .buckets) {
            guard bad == nil, good == nil, total == nil else {
                throw place.error("states both buckets and counts", hint: "keep one of the two")
            }
            content = .buckets(rows.rows)
            return
        }
        guard let total else {
            throw place.error(
                "total is missing", hint: "counts are {bad: [0, 1], total: [60, 62]}, one number per interval")
        }
        content = .counts(CountColumns(total: total, bad: bad, good: good))
    }
}

/// A list of lists of numbers: one per interval, each with one number per bucket.
private struct BucketList: Decodable {
    let rows: BucketRows

    init(from decoder: any Decoder) throws {
        guard let place = decoder.yamlSource, place.node.isSequence else {
            throw decoder.yamlSource?.error(
                "expected a list with one list of counts per interval",
                hint: "buckets: [[50, 8, 2], [61, 7, 0]]")
                ?? YAMLError(file: "", position: .start, message: "not a YAML document")
        }
        let items = place.node.items
        try place.requireAtMost(items.count)
        var rows: [NumberColumn] = []
        var count = 0
        for (index, item) in items.enumerated() {
            let row = try NumberList(
                YAMLSourcePlace(node: item.resolved, path: place.path.appending(index), file: place.file)
            ).column
            count += row.values.count
            guard count <= TrialLimits.buckets / 2 else {
                throw place.error("these are more than \(TrialLimits.buckets / 2) counts", hint: "try a part of it")
            }
            rows.append(row)
        }
        self.rows = BucketRows(
            rows: rows,
            whole: NumberColumn(
                place.path.description, [], file: place.file, path: place.path, position: place.node.position,
                place: { _ in place.node.position }))
    }
}
