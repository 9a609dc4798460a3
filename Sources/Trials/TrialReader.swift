package import Analysis
internal import YAML

/// A file as it was found.
package struct TrialSource: Sendable {
    package let bytes: [UInt8]
    /// As messages name it.
    package let file: String

    package init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// What a metric is called that has no name of its own: the file's, without folder and ending.
    var title: String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let stem = String(name.prefix { $0 != "." })
        return stem.isEmpty || file == "-" || name.contains(" ") ? "metric" : stem
    }
}

/// Reads what somebody wants to try a judge on: numbers, and settings from a file, from a file of settings and from the
/// command line, each of which comes before what is named here before it.
package struct TrialReader: Sendable {
    /// Nil leaves it to what the file states, or else to its numbers.
    package var choice: JudgeChoice?
    package var settings: TrialSource?
    /// Each a name and a value: `tolerateRatio=1.5`.
    package var assignments: [String] = []

    package init() {}

    package func read(_ source: TrialSource, as format: TrialFormat) throws(TrialError) -> JudgeTrial {
        do throws(YAMLProblems) {
            return try trial(source, format)
        } catch {
            throw TrialError(error.errors)
        }
    }

    private func trial(_ source: TrialSource, _ format: TrialFormat) throws(YAMLProblems) -> JudgeTrial {
        let shared = try SharedSettings(self)
        guard format != .csv else {
            let table = try Self.problems { () throws(YAMLError) in
                try TableColumns(Table(parsing: source.bytes, file: source.file))
            }
            let metric = MetricReader(
                shared: shared, file: source.file, node: .nothing(), base: .root, title: source.title, table: table)
            return JudgeTrial(metrics: [try metric.read()])
        }
        let root = try Self.root(of: source)
        var metrics: [MetricTrial] = []
        var mistakes: [YAMLError] = []
        for reader in try readers(root, source, shared) {
            do throws(YAMLProblems) { metrics.append(try reader.read()) } catch { mistakes += error.errors }
        }
        let score = try score(root, source)
        guard mistakes.isEmpty else { throw YAMLProblems(mistakes) }
        return JudgeTrial(metrics: metrics, score: score)
    }

    /// One for each metric; what stands beside `metrics` holds for all of them.
    private func readers(
        _ root: YAMLNode, _ source: TrialSource, _ shared: SharedSettings
    ) throws(YAMLProblems) -> [MetricReader] {
        let common = root.without(["metrics", "score"])
        guard let list = root["metrics"] else {
            return [
                MetricReader(shared: shared, file: source.file, node: common, base: .root, title: source.title)
            ]
        }
        func error(_ node: YAMLNode, _ path: FieldPath, _ message: String, _ hint: String) -> YAMLProblems {
            YAMLProblems([
                YAMLError(
                    file: source.file, position: node.position, path: path, message: "\(path): \(message)", hint: hint)
            ])
        }
        guard !list.items.isEmpty else {
            throw error(
                list, "metrics", "expected a list of metrics, found \(list.resolved.summary)",
                "each has a name, a judge and its numbers")
        }
        var names: Set<String> = []
        return try list.items.enumerated().map { index, item throws(YAMLProblems) in
            let path = FieldPath("metrics").appending(index)
            guard item.isMapping else {
                throw error(item, path, "expected a metric, found \(item.resolved.summary)", "it begins with its name")
            }
            guard let name = item["name"]?.string else {
                throw error(item, path, "the metric has no name", "add name: latency")
            }
            guard names.insert(name).inserted else {
                throw error(item, path, "there are two metrics \(name)", "give each a name of its own")
            }
            return MetricReader(
                shared: shared, file: source.file, node: common.overlaid(with: item.resolved), base: path, title: name)
        }
    }

    private func score(_ root: YAMLNode, _ source: TrialSource) throws(YAMLProblems) -> CompareScoring? {
        guard let node = root["score"], !node.isNull else { return nil }
        let score = try YAMLDecoder().decode(CompareScoring.self, from: node, file: source.file, path: "score")
        do throws(TemplateError) { try score.validate() } catch {
            let steps = error.path.split(separator: ".").map(String.init)
            let place = SettingLayer(file: source.file, node: node).position(of: steps)?.position ?? node.position
            throw YAMLProblems([
                YAMLError(
                    file: source.file, position: place, message: "score.\(error.path): \(error.message)",
                    hint: error.hint)
            ])
        }
        return score
    }

    static func root(of source: TrialSource) throws(YAMLProblems) -> YAMLNode {
        let document = try problems { () throws(YAMLError) in
            let document = try YAMLStream(parsing: source.bytes, file: source.file).single
            if document.problems.isEmpty, !document.root.isMapping {
                throw document.error(
                    at: document.root, "expected a mapping, found \(document.root.summary)",
                    hint: "canary: [212, 208], baseline: [201, 205]")
            }
            return document
        }
        guard document.problems.isEmpty else { throw YAMLProblems(document.problems) }
        return document.root
    }

    static func problems<Result>(_ work: () throws(YAMLError) -> Result) throws(YAMLProblems) -> Result {
        do { return try work() } catch { throw YAMLProblems([error]) }
    }
}
