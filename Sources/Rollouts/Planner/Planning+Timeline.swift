internal import Analysis

/// The conditions of a stage on their one time line.
struct Timeline {
    /// Every analysis whose verdict counts at this point, the background first.
    var requests: [AnalysisRequest] = []
    /// The first condition that is not met; nil when all are.
    var wait: Wait?
    var until: Timestamp?
}

extension Planning {
    func timeline(_ state: RolloutState, liveAt: Timestamp) -> Timeline {
        var timeline = Timeline()
        let failuresFrom = world.note.liveAt ?? liveAt
        guard let stage = stage(of: state) else { return timeline }
        func request(
            _ id: AnalysisRequest.ID, _ spec: AnalysisSpec?, from: Timestamp, failuresFrom: Timestamp
        ) -> AnalysisRequest {
            AnalysisRequest(
                id: id, spec: spec, from: from, failuresFrom: failuresFrom, servedSince: state.release.served,
                comparedUntil: stage.kind == .weight
                    ? nil : state.release.promoted ?? world.stageCommit?.arrived ?? failuresFrom)
        }
        if stage.judged, spec.background != .none {
            timeline.requests.append(
                request(.background, spec.background.spec, from: liveAt, failuresFrom: failuresFrom))
        }
        if isSettling(state) { return timeline }
        if stage.kind == .drain {
            let until = liveAt + spec.scaleDownDelay
            if clock < until { (timeline.wait, timeline.until) = (.scaleDown(until: until), until) }
            return timeline
        }
        var time = liveAt
        // The same point on a time line that begins with the first segment.
        var first = failuresFrom
        for condition in stage.conditions {
            switch condition {
            // A stage that only got more capacity has had its pauses and approvals; its passes have grown old.
            case .pause where isLarger(state), .approval where isLarger(state): continue
            case .pause(let duration):
                (time, first) = (time + duration, first + duration)
                if clock < time { (timeline.wait, timeline.until) = (.pause(until: time), time) }
            case .approval(let number):
                if approvals(state) < number { timeline.wait = .approval(key: approvalKey(state, number)) }
                (time, first) = (after(time, steering: time), after(first, steering: first))
            case .analysis(let spec, let number):
                timeline.requests.append(
                    request(.inline(number), spec, from: time, failuresFrom: min(time, first)))
                guard let reading = world.analyses.first(where: { $0.id == .inline(number) }),
                    reading.verdict == .pass || reading.verdict == .inconclusive
                else { return timeline }
                let end = reading.completedAt ?? (reading.verdict == .pass ? clock : after(time, steering: time))
                (time, first) = (max(time, end), max(first, end))
            }
            if timeline.wait != nil { return timeline }
        }
        return timeline
    }

    /// Whether the stage's newest commit only gave it more capacity.
    private func isLarger(_ state: RolloutState) -> Bool { state.at.action == .grow || state.at.action == .resize }

    /// The later of `time` and what people last said in the Rollout.
    private func after(_ time: Timestamp, steering other: Timestamp) -> Timestamp {
        max(time, min(clock, world.steeredAt ?? other))
    }

    /// The stage that the state is in, by its key in today's plan; a key that the plan has lost has no conditions left.
    func stage(of state: RolloutState) -> Stage? {
        let plan = plan(of: state)
        if let index = plan.index(of: state.stage.key) { return plan.stages[index] }
        return Stage(
            key: state.stage.key, kind: state.stage.kind, weight: state.stage.weight,
            judged: state.stage.kind == .weight)
    }

    /// How many of the stage's approvals have been given.
    private func approvals(_ state: RolloutState) -> Int {
        guard let given = spec.steering.approve else { return 0 }
        let most = stage(of: state)?.conditions.count ?? 0
        guard most > 0 else { return 0 }
        return (1...most).first { approvalKey(state, $0) == given } ?? 0
    }

    func nextApproval(_ state: RolloutState) -> String? {
        let asked = stage(of: state)?.conditions.count { if case .approval = $0 { true } else { false } } ?? 0
        let given = approvals(state)
        return given < asked ? approvalKey(state, given + 1) : nil
    }

    func approvalKey(_ state: RolloutState, _ number: Int) -> String {
        "\(state.releaseKey)/\(state.stage.key)" + (number > 1 ? "#\(number)" : "")
    }
}
