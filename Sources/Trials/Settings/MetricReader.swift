internal import Analysis
internal import YAML

/// Reads one metric: its settings from all places that state some, and its numbers.
struct MetricReader {
    let shared: SharedSettings
    let file: String
    /// What the file states of it.
    let node: YAMLNode
    /// Where in the file that is.
    let base: FieldPath
    let title: String
    /// The numbers of a table; nil where the file is a document.
    var table: TableColumns?

    func read() throws(YAMLProblems) -> MetricTrial {
        let key = judgeKey
        let layers = shared.layers(judge: key)
        var whole = layers.reduce(node) { $0.overlaid(with: $1.node) }
        let places = Places(file: file, node: node, base: base, layers: layers)
        if let mistake = unknownJudge(in: whole, places) { throw YAMLProblems([mistake]) }
        let stated = whole["judge"]
        if stated?.isNull ?? true || stated?.isMapping == true && stated?.entries.count ?? 0 <= 1 {
            whole = whole.overlaid(with: .mapping("judge", .mapping(key, .nothing(at: node.position))))
        }
        if key == "confident", whole["judge"]?["confident"]?["bar"] == nil { throw withoutBar(places) }
        let document: MetricDocument
        do throws(YAMLProblems) {
            document = try YAMLDecoder().decode(MetricDocument.self, from: whole, file: file, path: base)
        } catch {
            throw YAMLProblems(error.errors.map(places.corrected))
        }
        return try trial(document, places)
    }

    private func trial(_ document: MetricDocument, _ places: Places) throws(YAMLProblems) -> MetricTrial {
        func located<Result>(_ work: () throws(TemplateError) -> Result) throws(YAMLProblems) -> Result {
            do { return try work() } catch { throw YAMLProblems([places.error(error, below: "judge")]) }
        }
        try located { () throws(TemplateError) in try document.judge.value.validate() }
        let data = try TrialReader.problems { () throws(YAMLError) in
            guard let table else { return try document.data(at: YAMLSourcePlace(node: node, path: base, file: file)) }
            return try table.data(known: document.known, isCumulative: document.isCumulative)
        }
        var trial = MetricTrial(
            name: document.name ?? title, judge: document.judge.value,
            data: document.count.map { data.first($0.value) } ?? data)
        if let misfit = trial.misfit { try located { () throws(TemplateError) in throw misfit } }
        if !document.saysCumulative, data.looksCumulative {
            trial.remark =
                "every row of buckets ascends, as cumulative ones do: state cumulative: true if they are, else false"
        }
        if let interval = document.interval { trial.interval = interval }
        if let noData = document.noData { trial.noData = noData }
        if let stages = document.stages { trial.stages = min(stages.value, 1000) }
        if let stage = document.stageFrom {
            trial.stageFrom = stage.value - 1
            if let intervals = trial.data.intervals, stage.value > intervals {
                throw YAMLProblems([
                    places.corrected(
                        stage.error(
                            "\(stage.path): there are only \(Readable.plural(intervals, "interval"))",
                            hint: "the first interval of the present stage, counted from 1"))
                ])
            }
        }
        if let pods = document.podsFrom { trial.podsFrom = pods.map { $0.value - 1 } }
        return trial
    }

    // MARK: Which judge

    /// The judge that is asked for, stated, or fits the numbers.
    private var judgeKey: String {
        if let choice = shared.choice { return choice.key }
        let stated = shared.layer.map { node.overlaid(with: $0.node) } ?? node
        let assigned = shared.assignments.last { $0.path.first == "judge" && $0.path.count > 1 }?.path[1]
        if let assigned, JudgeChoice.keys.contains(assigned) { return assigned }
        if let name = stated["judge"]?.entries.compactMap(\.name).first(where: JudgeChoice.keys.contains) {
            return name
        }
        return keyOfData
    }

    private var keyOfData: String {
        if let table { return table.judge }
        let canary = node["canary"]
        if canary?.isSequence == true { return "compare" }
        let isAlone = node["baseline"] == nil && node["stable"] == nil
        return isAlone && canary?.isMapping == true && canary?["buckets"] == nil ? "confident" : "sequential"
    }

    /// A slip of the fingers is told, and not passed over.
    private func unknownJudge(in node: YAMLNode, _ places: Places) -> YAMLError? {
        let entry = node["judge"]?.entries.first { !JudgeChoice.keys.contains($0.name ?? "") && !$0.isMerge }
        guard let entry else { return nil }
        let name = entry.name ?? ""
        let near = Spelling.nearest(to: name, among: JudgeChoice.keys)
        let path = base.appending("judge").appending(name)
        return places.corrected(
            YAMLError(
                file: file, position: entry.key.position, path: path, message: "\(path): there is no judge \"\(name)\"",
                hint: near.map { "did you mean \"\($0)\"?" }
                    ?? "judges are \(JudgeChoice.keys.joined(separator: ", "))"))
    }

    private func withoutBar(_ places: Places) -> YAMLProblems {
        let isAsked = shared.choice == .confident || node["judge"]?["confident"] != nil
        let error = TemplateError(
            isAsked ? "the confident judge needs a bar" : "there is no baseline to compare with, and no bar",
            at: isAsked ? "judge.confident" : "canary",
            hint: table == nil && shared.choice == nil
                ? "judge: {confident: {bar: 0.01}} tolerates 1 % of bad requests" + (isAsked ? "" : "; or add baseline")
                : "--set bar=0.01 tolerates 1 % of bad requests" + (isAsked ? "" : "; or add the baseline's columns"))
        return YAMLProblems([places.error(error)])
    }
}

extension TrialData {
    /// Nil for values, which have no order.
    fileprivate var intervals: Int? {
        switch self {
        case .values: nil
        case .counts(let samples, _): samples.count
        case .histograms(let series, _): series.samples.count
        }
    }
}
