internal import Analysis
internal import Rollouts

/// One query of a request to CloudWatch.
///
/// By https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
struct MetricDataQuery: Sendable {
    let id: String
    let returnsData: Bool
    /// The width of one value, as far as the query states it.
    let period: Duration?
    /// The ids that its expression names.
    let references: [String]
    /// As the API takes it.
    let json: JSON

    /// - Parameter window: what a measurement looks at, which has to hold a period.
    init(_ fields: inout ProviderFields, window: Duration) {
        id = fields.requiredText("id", hint: "write a name that begins with a small letter")
        if !id.isEmpty, !Self.isID(id) {
            fields.refuse(
                "id", "\"\(id)\" is no id", hint: "begin with a small letter, go on with letters, digits and _")
        }
        var members: [JSON.Member] = [.init(name: "Id", value: .string(id))]
        let expression = fields.text("expression")
        let stat = fields.nested("metricStat") { Self.stat(&$0, window) }
        switch (expression, stat) {
        case (nil, nil):
            fields.refuse("", "has neither expression nor metricStat", hint: "state one of them")
        case (_?, _?):
            fields.refuse("expression", "stands beside metricStat", hint: "give the expression an id of its own")
        default: break
        }
        if let expression { members.append(.init(name: "Expression", value: .string(expression))) }
        if let stat { members.append(.init(name: "MetricStat", value: stat.json)) }
        if let label = fields.text("label") { members.append(.init(name: "Label", value: .string(label))) }
        let own = Self.period(&fields, window)
        if let own { members.append(.init(name: "Period", value: .number("\(own)"))) }
        if let expression, expression.lowercased().hasPrefix("select "), own == nil {
            fields.refuse("period", "period is missing", hint: "a query of Metrics Insights needs one, such as 60")
        }
        references = expression.map { Self.references(in: $0, &fields) } ?? []
        returnsData = fields.value("returnData") == nil || fields.flag("returnData")
        if !returnsData { members.append(.init(name: "ReturnData", value: false)) }
        period = (own ?? stat?.period).map { .seconds($0) }
        json = .object(members)
    }

    // MARK: Reading

    /// The ids of other queries in an expression; functions are written in capitals.
    private static func references(in expression: String, _ fields: inout ProviderFields) -> [String] {
        let text = QueryText(expression)
        guard fields.checkText(text, at: "expression") else { return [] }
        if expression.lowercased().hasPrefix("select ") {
            if !text.words.contains(where: { $0.lowercased() == "from" }) {
                fields.refuse(
                    "expression", "the query of Metrics Insights has no FROM",
                    hint: "write SELECT AVG(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId)")
            }
            return []
        }
        return text.words.filter { $0.first.map { ("a"..."z").contains($0) } == true }.map(String.init)
    }

    private static func stat(_ fields: inout ProviderFields, _ window: Duration) -> (json: JSON, period: Int?) {
        var members: [JSON.Member] = []
        let metric = fields.nested("metric") { Self.metric(&$0) }
        if let metric {
            members.append(.init(name: "Metric", value: metric))
        } else {
            fields.refuse("metric", "metric is missing", hint: "write its namespace and metricName")
        }
        let period = period(&fields, window)
        if let period {
            members.append(.init(name: "Period", value: .number("\(period)")))
        } else if fields.value("period") == nil {
            fields.refuse("period", "period is missing", hint: "write seconds, such as 60")
        }
        let stat = fields.requiredText("stat", hint: "write one such as Sum, Average or p99")
        let usual = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]
        let short = ["avg": "Average", "mean": "Average", "min": "Minimum", "max": "Maximum", "count": "SampleCount"]
        if let right = usual.first(where: { $0.lowercased() == stat.lowercased() }) ?? short[stat.lowercased()],
            right != stat
        {
            fields.refuse("stat", "\"\(stat)\" is no statistic", hint: "write \(right)")
        }
        members.append(.init(name: "Stat", value: .string(stat)))
        if let unit = fields.text("unit") { members.append(.init(name: "Unit", value: .string(unit))) }
        return (.object(members), period)
    }

    private static func metric(_ fields: inout ProviderFields) -> JSON {
        let namespace = fields.requiredText("namespace", hint: "write one such as AWS/ApplicationELB")
        let name = fields.requiredText("metricName", hint: "write one such as HTTPCode_Target_5XX_Count")
        let dimensions = fields.each("dimensions") { dimension -> JSON in
            [
                "Name": .string(dimension.requiredText("name", hint: "write the dimension's name")),
                "Value": .string(dimension.requiredText("value", hint: "write the dimension's value")),
            ]
        }
        if dimensions.count > 30 {
            fields.refuse("dimensions", "a metric has at most 30 dimensions", hint: "leave some out")
        }
        let base: [JSON.Member] = [
            .init(name: "Namespace", value: .string(namespace)), .init(name: "MetricName", value: .string(name)),
        ]
        return .object(base + (dimensions.isEmpty ? [] : [.init(name: "Dimensions", value: .array(dimensions))]))
    }

    /// 1, 5, 10, 20, 30 or a multiple of 60 seconds.
    private static func period(_ fields: inout ProviderFields, _ window: Duration) -> Int? {
        guard let period = fields.whole("period") else { return nil }
        guard [1, 5, 10, 20, 30].contains(period) || period > 0 && period <= 86_400 && period % 60 == 0 else {
            fields.refuse("period", "\(period) s is no period of CloudWatch", hint: "write 60 or a multiple of it")
            return nil
        }
        if .seconds(period) > window {
            fields.refuse(
                "period", "a measurement looks at less than one period of \(period) s",
                hint: "state interval: \(period)s beside metricDataQueries, or a shorter period")
        }
        return period
    }

    private static func isID(_ text: String) -> Bool {
        guard let first = text.first, ("a"..."z").contains(first), text.count <= 255 else { return false }
        return text.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
        }
    }
}
