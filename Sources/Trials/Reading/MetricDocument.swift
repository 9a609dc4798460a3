internal import Analysis
internal import YAML

/// One metric as a document states it: its judge, and the numbers where they are not in a table.
struct MetricDocument: Decodable {
    private(set) var name: String?
    private(set) var interval: Duration?
    private(set) var noData: ThresholdJudge.NoDataPolicy?
    private(set) var count: Positioned<Int>?
    private(set) var stages: Positioned<Int>?
    private(set) var stageFrom: Positioned<Int>?
    private(set) var podsFrom: [Positioned<Int>]?
    let judge: Positioned<JudgeTemplate>
    private(set) var canary: TrialSide?
    private(set) var baseline: TrialSide?
    private(set) var bounds: NumberColumn?
    private(set) var known: NumberColumn?
    private(set) var isCumulative = false
    /// Whether it states that buckets are cumulative, or are not.
    private(set) var saysCumulative = false

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, interval, noData, count, stages, stageFrom, podsFrom, judge, canary, baseline, stable, bounds, known,
            cumulative
    }

    /// What may be said of a metric beside its judge's settings.
    static let settings = ["name", "interval", "noData", "count", "stages", "stageFrom", "podsFrom", "cumulative"]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        interval = try container.decodeIfPresent(IntervalText.self, forKey: .interval)?.duration
        noData = try container.decodeIfPresent(NoData.self, forKey: .noData)?.policy
        count = try container.decodeIfPresent(Positioned<Int>.self, forKey: .count)
        stages = try container.decodeIfPresent(Positioned<Int>.self, forKey: .stages)
        stageFrom = try container.decodeIfPresent(Positioned<Int>.self, forKey: .stageFrom)
        podsFrom = try container.decodeIfPresent([Positioned<Int>].self, forKey: .podsFrom)
        judge = try container.decode(Positioned<JudgeTemplate>.self, forKey: .judge)
        canary = try container.decodeIfPresent(TrialSide.self, forKey: .canary)
        baseline = try container.decodeIfPresent(TrialSide.self, forKey: .baseline)
        let stable = try container.decodeIfPresent(TrialSide.self, forKey: .stable)
        if let stable, baseline != nil {
            throw stable.place.error("both stable and baseline are stated", hint: "they mean the same: keep one")
        }
        baseline = baseline ?? stable
        bounds = try container.decodeIfPresent(NumberList.self, forKey: .bounds)?.column
        known = try container.decodeIfPresent(NumberList.self, forKey: .known)?.column
        let cumulative = try container.decodeIfPresent(Bool.self, forKey: .cumulative)
        (isCumulative, saysCumulative) = (cumulative ?? false, cumulative != nil)
        for number in [count, stages, stageFrom].compactMap(\.self) + (podsFrom ?? []) where number.value < 1 {
            throw number.error("\(number.path): a number of at least 1", hint: "intervals are counted from 1")
        }
    }
}

/// A span of time, or a whole number of seconds.
private struct IntervalText: Decodable {
    let duration: Duration

    init(from decoder: any Decoder) throws {
        let node = try YAMLNode(from: decoder)
        let place = decoder.yamlSource ?? YAMLSourcePlace(node: node, path: .root, file: "")
        guard let text = node.text, !node.isNull else {
            throw place.error("expected a span of time, found \(node.summary)", hint: "such as 1m")
        }
        do throws(TemplateError) {
            duration = try GoDuration(parsing: text, bareSeconds: true).duration
        } catch {
            throw place.error(error.message, hint: error.hint)
        }
        guard duration > .zero, duration <= .seconds(366 * 86_400) else {
            throw place.error("an interval is longer than nothing and at most a year", hint: "such as 1m")
        }
    }
}

/// The policy with the words that there are, for messages.
private enum NoData: String, Decodable, CaseIterable {
    case wait, ok, bad

    var policy: ThresholdJudge.NoDataPolicy { ThresholdJudge.NoDataPolicy(rawValue: rawValue) ?? .wait }
}

extension MetricDocument {
    /// The numbers that the document holds.
    func data(at place: YAMLSourcePlace) throws(YAMLError) -> TrialData {
        guard let canary else {
            throw place.error("the canary's numbers are missing", hint: "canary: [212, 208], or {bad: […], total: […]}")
        }
        switch (canary.content, baseline?.content) {
        case (.values(let values), .values(let others)?):
            return .values(canary: values.values, baseline: others.values)
        case (.values, nil):
            throw canary.place.error("there is no baseline to compare with", hint: "add baseline: […]")
        case (.counts(let counts), .counts(let others)?):
            return try CountColumns.data(canary: counts, baseline: others)
        case (.counts(let counts), nil): return try CountColumns.data(canary: counts, baseline: nil)
        case (.buckets(let rows), .buckets(let others)?):
            guard let bounds else {
                throw canary.place.error(
                    "the bounds of the buckets are missing", hint: "such as bounds: [0.1, 0.25, 0.5, 1]")
            }
            return try BucketRows.data(
                bounds: bounds, canary: rows, baseline: others, known: known, isCumulative: isCumulative)
        case (.buckets, nil):
            throw canary.place.error("there is no baseline to compare with", hint: "add baseline: {buckets: […]}")
        case (_, .some):
            throw (baseline ?? canary).place.error(
                "canary and baseline are not of one kind", hint: "both are values, or both counts, or both buckets")
        }
    }
}
