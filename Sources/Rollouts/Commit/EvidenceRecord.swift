package import Analysis

/// The evidence in full, as the note on a stage's commit keeps it and as the next commit's trailer names it.
package enum EvidenceRecord {
    /// Nil where nothing was measured.
    package static func digest(of evidence: [Evidence]) -> Digest? {
        evidence.isEmpty ? nil : Digest(of: json(evidence).canonical)
    }

    package static func json(_ evidence: [Evidence]) -> JSON {
        .array(
            evidence.map { judged in
                [
                    "window": json(judged.window), "verdict": .string(judged.verdict.rawValue),
                    "metrics": .array(judged.metrics.map(json)),
                ]
            })
    }

    private static func json(_ metric: MetricEvidence) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "metric", value: .string(metric.metric)),
            .init(name: "verdict", value: .string(metric.verdict.rawValue)),
            .init(name: "sentence", value: .string(metric.sentence)),
            .init(name: "window", value: json(metric.window)),
            .init(
                name: "counts",
                value: [
                    "good": .number(String(metric.counts.good)), "bad": .number(String(metric.counts.bad)),
                    "undecided": .number(String(metric.counts.undecided)),
                ]),
        ]
        if metric.isDryRun { members.append(.init(name: "dryRun", value: true)) }
        let texts = [("value", metric.value), ("condition", metric.condition), ("baseline", metric.baseline)]
        members += texts.compactMap { name, text in text.map { .init(name: name, value: .string($0)) } }
        if !metric.measurements.isEmpty {
            members.append(.init(name: "measurements", value: .array(metric.measurements.map(json))))
        }
        return .object(members)
    }

    /// A list, because there are many: the time, what was measured, and what it meant.
    private static func json(_ point: MeasuredPoint) -> JSON {
        .array(([point.time.rfc3339, point.text] + (point.meaning.map { [$0] } ?? [])).map(JSON.string))
    }

    private static func json(_ window: Window) -> JSON {
        ["start": .string(window.start.rfc3339), "end": .string(window.end.rfc3339)]
    }
}
