package import Analysis

/// Decides what a promotion does about one of its steps.
///
/// A pure function of its arguments: it reads no clock and asks nobody, and what it cannot know it waits for.
package enum PromotionPlanner {
    package static func plan(
        _ step: PromotionStep, _ world: PromotionObservation, at now: Timestamp
    ) -> PromotionDecision {
        let planning = PromotionPlanning(step: step, world: world, now: now)
        let judged = planning.judge()
        if !judged.decision.needs.isEmpty || step.delivery == .commit { return judged.decision }
        return planning.proposing(judged)
    }
}

/// One run of the planner; the extension holds what concerns pull requests.
struct PromotionPlanning {
    let step: PromotionStep
    let world: PromotionObservation
    let now: Timestamp

    /// A decision, and the line where it is to be stated now.
    struct Judged {
        var decision: PromotionDecision
        var line: PromotionLine?

        init(_ standing: PromotionStanding, needs: [PromotionNeed] = [], nextCheck: Timestamp? = nil) {
            decision = PromotionDecision(standing, needs: needs, nextCheck: nextCheck)
        }

        init(_ line: PromotionLine) {
            decision = PromotionDecision(.due(line.stated), effects: [.state(line)])
            self.line = line
        }
    }

    func judge() -> Judged {
        if let problem = step.problem { return Judged(.held(.configuration(problem.description))) }
        for stop in [world.source, world.target] {
            if let problem = stop.problem { return Judged(.held(.configuration("\(stop.id): \(problem)"))) }
        }
        guard let (state, commit) = world.source.proven else { return Judged(.waiting(.source(sourceText))) }
        guard let former = world.target.stated else {
            return Judged(.waiting(.target("nobody knows what \(step.target) states")))
        }
        var line = PromotionLine(
            promotion: step.promotion, source: step.source, target: step.target, release: state.release.values,
            former: former, proven: commit, soak: step.soak)
        line.course = world.target.course
        guard !line.carried.isEmpty else {
            return Judged(.held(.configuration("\(step.source) and \(step.target) name no value that both have")))
        }
        let isStated = former.states(line.carried)
        if isStated, !world.target.isRolledBack { return Judged(.done) }
        for stop in [world.target] + world.later {
            guard let reason = stop.rejection(of: line.carried) else { continue }
            return Judged(.rejected(by: stop.id, reason: reason))
        }
        if isStated { return Judged(.done) }
        guard let reading = world.line else { return Judged(.waiting(.source(sourceText)), needs: [.line]) }
        if let change = overruling(line, reading) { return Judged(.overruled(by: change.by, change.release)) }
        if let hold = statedHold { return Judged(.held(hold)) }
        return gated(line, state, reading)
    }

    /// The soak, the gates, and the target's rest.
    private func gated(_ line: PromotionLine, _ state: RolloutState, _ reading: LineReading) -> Judged {
        let requests = step.requests(from: line.proven.arrived)
        let readings = requests.compactMap { request in world.analyses.first { $0.id == request.id } }
        if readings.count < requests.count {
            return Judged(.waiting(.analysis("")), needs: [.analyses(requests)])
        }
        if let failed = readings.first(where: { $0.verdict == .fail }) {
            return Judged(.held(.failed(failed.sentence)))
        }
        if let broken = readings.first(where: { $0.verdict == .error }) {
            return Judged(.held(.analysisError(broken.sentence)))
        }
        let until = line.proven.arrived + step.soak
        if now < until { return Judged(.waiting(.soak(until: until)), nextCheck: until) }
        for reading in readings {
            switch reading.verdict {
            case .pass, .fail, .error: continue
            case .inconclusive: return Judged(.held(.inconclusive(reading.sentence)))
            case .needsMoreData: return Judged(.waiting(.analysis(reading.sentence)))
            case .unknown: return Judged(.waiting(.metrics(reading.sentence)))
            }
        }
        guard world.target.isAtRest else { return Judged(.waiting(.target(targetText))) }
        let key = step.approvalKey(of: state)
        if step.asksForApproval, step.steering.approve != key { return Judged(.waiting(.approval(key: key))) }
        var proven = line
        proven.evidence = readings.flatMap(\.evidence)
        proven.way = reading.way
        return Judged(proven)
    }

    /// The hold that people stated, the repository's first.
    private var statedHold: PromotionHold? {
        if let reason = step.globalHold { return .global(reason) }
        return step.steering.hold.map(PromotionHold.steered)
    }

    /// The person's change that counts for more than this release of the source.
    ///
    /// A release that was stated once is not stated again, whoever took it out of the line. Beside that only the newest
    /// change counts; one to what the source had before is an older proposal that was merged late, and is overtaken.
    private func overruling(_ line: PromotionLine, _ reading: LineReading) -> LineReading.Change? {
        guard let newest = reading.changes.first else { return nil }
        if reading.changes.contains(where: { $0.release?.states(line.carried) ?? false }) { return newest }
        let former = world.source.state?.previous?.values
        if let former, let release = newest.release, release.states(former.carried(to: release)) { return nil }
        return newest
    }

    private var sourceText: String { text(of: world.source) }
    private var targetText: String { text(of: world.target) }

    private func text(of stop: PromotionStop) -> String {
        let standing = stop.standing.map(StandingText.line) ?? "unknown"
        guard let state = stop.state, state.phase == .progressing else { return "\(stop.id) is \(standing)" }
        return "\(stop.id) is at \(state.at.stage) of \(state.release.values.title), \(standing)"
    }
}
