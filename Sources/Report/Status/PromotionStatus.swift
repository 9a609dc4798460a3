package import Analysis
package import Rollouts

/// All that can be said of one step of a promotion at one time.
package struct PromotionStatus: Sendable {
    package let promotion: String
    package let file: String
    package let source: RolloutID
    package let target: RolloutID
    /// The release that is on its way, or has come.
    package var release: Release?
    package var standing: PromotionStanding
    package var nextCheck: Timestamp?
    /// The commit that made the source Stable on the release, and when.
    package var proven: Observation.StageCommit?
    /// The verdicts of the gates over the soak.
    package var analyses: [AnalysisReading] = []
    /// The commits of the release's way through the source.
    package var commits: [ProvingCommit] = []

    package init(
        promotion: String, file: String, source: RolloutID, target: RolloutID, release: Release? = nil,
        standing: PromotionStanding, nextCheck: Timestamp? = nil
    ) {
        self.promotion = promotion
        self.file = file
        self.source = source
        self.target = target
        self.release = release
        self.standing = standing
        self.nextCheck = nextCheck
    }

    /// Whether anything is left to do, and for whom; what a rollout says itself is not said again.
    package var urgency: RolloutStatus.Urgency {
        switch standing {
        case .done, .rejected, .overruled, .waiting(.source): .settled
        case .due, .waiting(.soak), .waiting(.analysis), .waiting(.metrics), .waiting(.target), .waiting(.forge),
            .waiting(.review(url: nil)):
            .moving
        case .waiting(.approval), .waiting(.review), .held: .needed
        }
    }

    /// What ends a hold or a wait for people.
    package var way: String? {
        urgency == .needed ? PromotionText.remedy(standing, of: promotion, in: file) : nil
    }

    /// Where it stands, in the few words that fit a line of a table.
    func summary(at now: Timestamp) -> String {
        switch standing {
        case .due(let release): "due: \(release.title) is stated"
        case .waiting(.soak(let until)): "soaking, \(RelativeTime.left(until: until, from: now))"
        case .waiting(.approval): "approval"
        case .waiting(.review(let url?)): "people to merge \(url)"
        case .waiting(.analysis): "more data of the soak"
        case .done: "stated"
        // Whoever is needed decides by the numbers, which stand in parentheses.
        case .held(.failed), .held(.inconclusive): PromotionText.line(standing)
        default: StandingSummary.brief(PromotionText.line(standing))
        }
    }

    fileprivate var tint: Palette.Tint {
        switch urgency {
        case .settled: .good
        case .moving: .moving
        case .needed: .bad
        }
    }

    /// One row a step, and below them what somebody has to do.
    static func table(_ steps: [PromotionStatus], at now: Timestamp, _ layout: Layout) -> [String] {
        guard !steps.isEmpty else { return [] }
        var table = TextTable()
        table.add(["PROMOTION", "FROM", "TO", "RELEASE", "STANDS"].map { .init(text: $0, tint: .faint) })
        for step in steps {
            table.add([
                .init(text: step.promotion, tint: .strong), .init(text: "\(step.source)"),
                .init(text: "\(step.target)"), .init(text: step.release?.title ?? "-"),
                .init(text: step.summary(at: now), tint: step.tint),
            ])
        }
        let ways = steps.compactMap { step in step.way.map { "\(step.promotion)  → \($0)" } }
        return [""] + table.lines(layout) + (ways.isEmpty ? [] : [""] + ways)
    }
}

extension PromotionStatus {
    /// The documented form for scripts; a member that has no value is left out.
    package var json: JSON {
        .members([
            "promotion": .string(promotion),
            "file": .string(file),
            "from": .string("\(source)"),
            "to": .string("\(target)"),
            "release": release?.json,
            "standing": .string(word),
            "message": .string(PromotionText.line(standing)),
            "result": .string(urgency.name),
            "key": .text(key),
            "url": .text(url),
            "nextCheck": .text(nextCheck?.rfc3339),
            "remedy": .text(way),
            "analyses": analyses.isEmpty ? nil : .array(analyses.map(\.json)),
        ])
    }

    private var word: String {
        switch standing {
        case .due: "due"
        case .waiting(.source): "source"
        case .waiting(.soak): "soaking"
        case .waiting(.analysis), .waiting(.metrics): "judging"
        case .waiting(.target): "target"
        case .waiting(.approval): "approval"
        case .waiting(.forge): "forge"
        case .waiting(.review): "review"
        case .done: "done"
        case .rejected: "rejected"
        case .overruled: "overruled"
        case .held: "held"
        }
    }

    private var key: String? {
        if case .waiting(.approval(let key)) = standing { key } else { nil }
    }

    private var url: String? {
        switch standing {
        case .waiting(.review(let url)): url
        case .held(.declined(_, let url)), .held(.label(_, let url)): url
        case .held(.foreignBranch(_, _, let url)): url
        default: nil
        }
    }
}
