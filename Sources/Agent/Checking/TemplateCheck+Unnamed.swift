internal import Analysis
internal import Rollouts

/// Templates that no Rollout names: what is wrong with them whatever their arguments will be.
extension TemplateCheck {
    /// Each argument without a value is tried with several, and what all of them have in common is told.
    func ofUnnamed(_ spec: AnalysisTemplate.Spec) -> [TemplateError] {
        var trials: [(problems: [TemplateError], ofSources: [String: [TemplateError]])] = []
        do throws(TemplateError) {
            for arguments in try StandInArguments.all(for: spec) {
                let (metrics, problems) = resolved(spec, arguments, allowsEndless: true)
                let ofSources = metrics.map { ($0.name, source(of: $0, in: spec)) }
                trials.append((problems, Dictionary(ofSources) { first, _ in first }))
            }
        } catch {
            return [error]
        }
        let names = (spec.metrics ?? []).map(\.name)
        return Self.common(trials.map(\.problems))
            + names.flatMap { name in Self.common(trials.compactMap { $0.ofSources[name] }) }
    }

    /// What stands in every list, in the order of the first.
    static func common(_ lists: [[TemplateError]]) -> [TemplateError] {
        guard let first = lists.first else { return [] }
        return first.filter { problem in lists.dropFirst().allSatisfy { $0.contains(problem) } }
    }
}

/// Values in the place of those that only a Rollout gives, none of which is wrong everywhere.
enum StandInArguments {
    static let texts = [
        "x", "1", "5m", "24h", "https://metrics.example.com", "true", "0.5", "1000", "eu-west-1",
        SecretReference(name: "name", key: "key").mark,
    ]
    static let spans = ["1m", "24h", "1s", "1h"]
    private static let numbers = ["1000", "1", "5", "30"]

    /// The template's arguments as they are stated, with a stand-in for each that has no value: once for every stand-in.
    static func all(for spec: AnalysisTemplate.Spec) throws(TemplateError) -> [TemplateArguments] {
        let declared = spec.args ?? []
        let open = declared.filter { $0.value == nil && $0.valueFrom?.secretKeyRef == nil }.map(\.name)
        let given = Dictionary(open.map { ($0, texts[0]) }) { first, _ in first }
        let stated = try TemplateArguments(declared: declared, given: given)
        guard !open.isEmpty else { return [stated] }
        let candidates = open.map { name in (name, values(of: name, in: spec)) }
        let most = candidates.map(\.1.count).max() ?? 1
        return (0..<most).map { index in
            TemplateArguments(
                candidates.reduce(into: stated.values) { values, candidate in
                    values[candidate.0] = candidate.1[index % candidate.1.count]
                })
        }
    }

    /// By the fields of the metrics that the argument stands in.
    private static func values(of name: String, in spec: AnalysisTemplate.Spec) -> [String] {
        func stands(in text: String?) -> Bool {
            (text ?? "").split(separator: "{{").contains { part in
                part.prefix { $0 != "}" }.filter { !$0.isWhitespace } == "args.\(name)"
            }
        }
        func stands(in value: IntOrString?) -> Bool {
            if case .string(let text)? = value { stands(in: text) } else { false }
        }
        let metrics = spec.metrics ?? []
        if metrics.contains(where: { stands(in: $0.interval) || stands(in: $0.initialDelay) }) { return spans }
        let isNumber = metrics.contains { metric in
            [
                metric.count, metric.failureLimit, metric.inconclusiveLimit, metric.consecutiveErrorLimit,
                metric.consecutiveSuccessLimit,
            ].contains { stands(in: $0) }
        }
        return isNumber ? numbers : texts
    }
}
