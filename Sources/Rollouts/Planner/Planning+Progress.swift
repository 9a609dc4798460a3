internal import Analysis

/// A rollout between `start` and `finish`.
extension Planning {
    func progress(_ state: RolloutState, holding reverted: Hold?) -> Decision {
        if let hold = unknowable(state, holding: reverted) { return hold }
        if let back = takenBack(state) { return back }
        let live: LiveReading
        switch world.live {
        case .notRead: return Decision(.progressing(nil), needs: [.live])
        case .unavailable(let why):
            // Who has to act is known from Git alone.
            let standing = (reverted ?? statedHold).map(Standing.held) ?? .progressing(.cluster(why))
            return judgeUnseen(state, standing)
        case .read(let reading): live = reading
        }
        let moments = moments(state, live)
        if let failure = moments.failure { return fail(state, failure, readiness: true, live: live) }
        guard let liveAt = moments.liveAt else {
            return Decision(
                moments.standing(orHold: reverted ?? statedHold), effects: moments.effects, nextCheck: moments.until)
        }
        return judge(state, live, moments, liveAt: liveAt, holding: reverted ?? moments.hold ?? statedHold)
    }

    /// What the agent cannot undo because it does not know what it would undo.
    func unknowable(_ state: RolloutState, holding reverted: Hold?) -> Decision? {
        if let hold = edited(state, holding: reverted) { return hold }
        if let bindings = state.bindings, bindings != spec.bindings {
            let key = "bindings-\(spec.bindings.short)"
            if spec.steering.resume == key { return resume(state) }
            return Decision(.held(.bindings(key: key)))
        }
        return nil
    }

    /// What people changed by hand, until one of them takes it as it is; and a traffic split that is not the release's.
    func edited(_ state: RolloutState, holding reverted: Hold? = nil) -> Decision? {
        let edits = edits(since: state)
        guard !edits.isEmpty else { return otherwiseSplit(state) }
        if let reverted { return Decision(.held(reverted)) }
        let key = "edited-\(edits.digest(after: state).short)"
        if spec.steering.resume == key { return resume(state) }
        return Decision(.held(.edited(edits, key: key)))
    }

    /// A release by counts of pods that has got a route since: stable may have too few pods to take all of the traffic.
    private func otherwiseSplit(_ state: RolloutState) -> Decision? {
        guard state.stage.stable != nil, !splitsByReplicas else { return nil }
        return Decision(
            .held(
                .configuration(
                    "the release began with counts of pods that split the traffic, and now a route is named: take it out of"
                        + " the Rollout until the release is over")))
    }

    /// What people changed since the stage's commit; and a weight or a count that is not the state's, however it came there:
    /// a revert may bring a state back and leave an edit of before.
    func edits(since state: RolloutState) -> [FieldDifference] {
        if !world.manifests.edits.isEmpty { return world.manifests.edits }
        var stated: [(BindingName, Int?)] = [(.weight, state.stage.weight.percent)]
        if splitsByReplicas { stated = [(.stableReplicas, state.stage.stable)] }
        if state.phase == .progressing || splitsByReplicas {
            // Manifests say of a DaemonSet only whether it has pods, for which 1 stands.
            let pods = world.manifests.onEveryNode ? min(1, state.stage.capacity) : state.stage.capacity
            stated.append((world.manifests.canaryCapacity, pods))
        }
        return stated.compactMap { binding, expected in
            guard let expected, let text = world.manifests.values[binding], Int(text) != expected else { return nil }
            return FieldDifference(binding: binding, place: "", expected: "\(expected)", found: text)
        }
    }

    /// What people say by editing the Rollout: the release taken back, another one stated, an abort.
    private func takenBack(_ state: RolloutState) -> Decision? {
        // The release is everywhere; what was stated since is the next release.
        if state.stage.kind == .drain { return nil }
        if spec.release.digest != state.release.digest {
            if spec.release.digest == state.previous?.digest {
                return rollBack(state, "The Rollout states the previous release again", rejecting: false)
            }
            return rollBack(state, "Superseded by \(spec.release.title)", rejecting: false)
        }
        if spec.steering.abort == state.releaseKey {
            let label = abortedOn.map { "Taken back by the label \(ProposalLabel.rollback) on \($0)" }
            return rollBack(state, label ?? "Aborted by a person", rejecting: true)
        }
        return nil
    }

    private func judge(
        _ state: RolloutState, _ live: LiveReading, _ moments: Moments, liveAt: Timestamp, holding hold: Hold?
    ) -> Decision {
        let timeline = timeline(state, liveAt: liveAt)
        let missing = timeline.requests.filter { request in !world.analyses.contains { $0.id == request.id } }
        if !missing.isEmpty {
            return Decision(.progressing(nil), effects: moments.effects, needs: [.analyses(timeline.requests)])
        }
        let readings = timeline.requests.compactMap { request in world.analyses.first { $0.id == request.id } }
        if let failed = readings.first(where: { $0.verdict == .fail }) {
            return fail(state, failed.sentence, readiness: false, live: live, evidence: failed.evidence)
        }
        if let hold { return Decision(.held(hold), effects: moments.effects, nextCheck: timeline.until) }
        if isSettling(state) { return settling(state, live, moments, liveAt: liveAt) }
        if let late = startLate(serving(state, since: liveAt)) { return late }
        if let broken = readings.first(where: { $0.verdict == .error }) {
            return Decision(.held(.analysisError(broken.sentence)), effects: moments.effects)
        }
        if let stop = undecided(state, readings) {
            if case .failure(let sentence, let evidence) = stop {
                return fail(state, sentence, readiness: false, live: live, evidence: evidence)
            }
            return Decision(stop.standing, effects: moments.effects, nextCheck: timeline.until)
        }
        if let wait = moments.wait {
            return Decision(.progressing(wait), effects: moments.effects, nextCheck: moments.until)
        }
        if let wait = timeline.wait {
            return Decision(.progressing(wait), effects: moments.effects, nextCheck: timeline.until)
        }
        if let wait = capacityWait(state, live, since: liveAt) {
            if case .failure(let sentence, _) = wait { return fail(state, sentence, readiness: true, live: live) }
            return Decision(wait.standing, effects: moments.effects, nextCheck: wait.until)
        }
        var decision = advance(serving(state, since: liveAt), live, evidence: readings.flatMap(\.evidence))
        decision.effects = moments.effects + decision.effects
        return decision
    }

    /// Counts that are on their way go on to their stage, whose conditions count from its last commit.
    private func settling(_ state: RolloutState, _ live: LiveReading, _ moments: Moments, liveAt: Timestamp) -> Decision
    {
        if let wait = moments.wait {
            return Decision(.progressing(wait), effects: moments.effects, nextCheck: moments.until)
        }
        var decision = settle(serving(state, since: liveAt), live)
        decision.effects = moments.effects + decision.effects
        return decision
    }

    /// The state with the time from which its release is judged, once its first weight has become live.
    private func serving(_ state: RolloutState, since liveAt: Timestamp) -> RolloutState {
        var next = state
        next.release = promoted(state)
        if state.stage.kind == .weight, state.stage.weight > .none, state.release.served == nil {
            next.release.served = world.note.liveAt ?? liveAt
        }
        return next
    }

    /// The release with the time of its promotion: where people merged that, it is known only now.
    func promoted(_ state: RolloutState) -> RolloutState.Record {
        var release = state.release
        if state.stage.kind == .promote, release.promoted == nil { release.promoted = world.stageCommit?.arrived }
        return release
    }

    /// A stage that was live is judged while its cluster cannot be read: its metrics may still take it back.
    private func judgeUnseen(_ state: RolloutState, _ standing: Standing) -> Decision {
        guard let liveAt = world.note.liveAt else { return Decision(standing) }
        let requests = timeline(state, liveAt: world.note.segmentAt ?? liveAt).requests
        let readings = requests.compactMap { request in world.analyses.first { $0.id == request.id } }
        if readings.count < requests.count { return Decision(standing, needs: [.analyses(requests)]) }
        guard let failed = readings.first(where: { $0.verdict == .fail }), state.stage.kind != .drain,
            spec.onFailure != .hold
        else { return Decision(standing) }
        return rollBack(state, failed.sentence, rejecting: true, evidence: failed.evidence)
    }

    /// Verdicts that neither fail nor allow to go on.
    private func undecided(_ state: RolloutState, _ readings: [AnalysisReading]) -> Stop? {
        for reading in readings {
            switch reading.verdict {
            case .pass, .fail, .error: continue
            case .unknown: return .wait(.metrics(reading.sentence), until: nil)
            case .needsMoreData: return .wait(.analysis(reading.sentence), until: nil)
            case .inconclusive:
                let key = "inconclusive-\(state.releaseKey)/\(state.stage.key)"
                if spec.steering.resume == key { continue }
                switch spec.onInconclusive {
                case .promote where reading.harmless: continue
                case .rollback: return .failure(reading.sentence, reading.evidence)
                case .hold, .promote: return .hold(.inconclusive(reading.sentence, key: key))
                }
            }
        }
        return nil
    }

    /// A failure takes the release back, unless the Rollout says that people do that themselves.
    private func fail(
        _ state: RolloutState, _ reason: String, readiness: Bool, live: LiveReading, evidence: [Evidence] = []
    ) -> Decision {
        if state.stage.kind == .drain || spec.onFailure == .hold { return Decision(.held(.failed(reason))) }
        return rollBack(state, reason, rejecting: true, readiness: readiness, live: live, evidence: evidence)
    }
}

/// Why a rollout does not go on at a point of the evaluation.
enum Stop {
    case wait(Wait, until: Timestamp?)
    case hold(Hold)
    case failure(String, [Evidence])

    var standing: Standing {
        switch self {
        case .wait(let wait, _): .progressing(wait)
        case .hold(let hold): .held(hold)
        case .failure(let reason, _): .held(.failed(reason))
        }
    }

    var until: Timestamp? {
        if case .wait(_, let until) = self { until } else { nil }
    }
}

extension [FieldDifference] {
    /// Names exactly these differences from exactly this state, so that a `resume` fits no other edit.
    func digest(after state: RolloutState) -> Digest {
        let lines = map { "\($0.binding)=\($0.expected ?? "")>\($0.found ?? "") \($0.hidden.map { "\($0)" } ?? "")\n" }
        return Digest(of: "\(state.releaseKey) \(state.at.serial)\n" + lines.sorted().joined())
    }
}
