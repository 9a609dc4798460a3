/// What follows from a person's revert.
extension Planning {
    func reverted(by culprit: History.Culprit) -> Decision {
        let key = "reverted-\(culprit.commit.short)"
        guard let state = world.state else { return wholeReleaseReverted(by: culprit, key: key) }
        switch state.phase {
        case .stable, .rolledBack: return wholeReleaseReverted(by: culprit, key: key)
        case .progressing, .rollingBack:
            if spec.steering.resume == key, world.taken?.at.action != .rollback { return resume(state) }
            if state.phase == .progressing, isRetried(state) {
                if let hold = unknowable(state, holding: nil) { return hold }
                return rollBack(state, "Retried by a person", rejecting: true)
            }
            return proceed(from: state, holding: hold(for: state, by: culprit, key: key))
        }
    }

    private func hold(for state: RolloutState, by culprit: History.Culprit, key: String) -> Hold {
        if let taken = world.taken, taken.at.action == .rollback {
            return .rollbackReverted(by: culprit, retry: state.releaseKey)
        }
        let what = world.taken.map { "stage \($0.stage.index) (\($0.at.stage))" } ?? "a stage"
        return .reverted(what: what, by: culprit, key: key)
    }

    /// The tip is at rest again: what had been delivered counts as rejected and does not start again by itself.
    private func wholeReleaseReverted(by culprit: History.Culprit, key: String) -> Decision {
        guard let taken = world.taken, taken.release.digest == spec.release.digest else {
            return world.state.map { rest(remembering(world.taken, by: culprit, in: $0)) } ?? begin()
        }
        if isRetried(taken.releaseKey) {
            return start(attempt: RolloutState.attempt(after: taken.release.attempt), over: world.state)
        }
        if let state = world.state, state.phase == .stable, state.release.digest == spec.release.digest {
            return rest(state)
        }
        let retry = taken.releaseKey
        return Decision(.held(.reverted(what: "the release \(taken.release.values.title)", by: culprit, key: retry)))
    }

    /// The state at rest with what was reverted among the rejected, so that the next release does not forget it.
    private func remembering(_ taken: RolloutState?, by culprit: History.Culprit, in state: RolloutState)
        -> RolloutState
    {
        guard let taken, taken.release.digest != state.release.digest else { return state }
        var next = state
        let reason = "Reverted by \(culprit.author) in \(culprit.commit.short)"
        next.reject(taken.release, reason: reason)
        return next
    }

    /// Whether people ask for another attempt after the one with this key, or once more for the beginning of that other
    /// attempt, which somebody has closed: the line has room for one of these keys.
    func isRetried(_ key: String) -> Bool {
        guard let stated = spec.steering.retry else { return false }
        let next = RolloutState.key(of: spec.release.digest, since: world.nextSerial)
        return stated == key || stated == "\(next)/\(StageKey.start)" || stated == "\(next)/\(StageKey.promote)"
    }

    /// Whether people ask for another attempt after they reverted the rollback of this one: the rollback is made again,
    /// and the release, rejected with it, starts anew by the same key.
    func isRetried(_ state: RolloutState) -> Bool {
        guard case .reverted = world.history, world.taken?.at.action == .rollback else { return false }
        return spec.steering.retry == state.releaseKey
    }
}
