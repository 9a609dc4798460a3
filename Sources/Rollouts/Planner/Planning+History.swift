/// What follows from a person's revert.
extension Planning {
    func reverted(by culprit: History.Culprit) -> Decision {
        let key = "reverted-\(culprit.commit.short)"
        guard let state = world.state else { return wholeReleaseReverted(by: culprit, key: key) }
        switch state.phase {
        case .stable, .rolledBack: return wholeReleaseReverted(by: culprit, key: key)
        case .progressing, .rollingBack:
            if spec.steering.resume == key, world.taken?.at.action != .rollback { return resume(state) }
            return proceed(from: state, holding: hold(for: state, by: culprit, key: key))
        }
    }

    private func hold(for state: RolloutState, by culprit: History.Culprit, key: String) -> Hold {
        if let taken = world.taken, taken.at.action == .rollback {
            return .rollbackReverted(
                by: culprit, retry: retryKey(after: taken.release.attempt, of: taken.release.digest))
        }
        let what = world.taken.map { "stage \($0.stage.index) (\($0.at.stage))" } ?? "a stage"
        return .reverted(what: what, by: culprit, key: key)
    }

    /// The tip is at rest again: what had been delivered counts as rejected and does not start again by itself.
    private func wholeReleaseReverted(by culprit: History.Culprit, key: String) -> Decision {
        guard let taken = world.taken, taken.release.digest == spec.release.digest else {
            return world.state.map(rest) ?? begin()
        }
        if spec.steering.retry == retryKey(after: taken.release.attempt, of: taken.release.digest) {
            return start(attempt: taken.release.attempt + 1, over: world.state)
        }
        if let state = world.state, state.phase == .stable, state.release.digest == spec.release.digest {
            return rest(state)
        }
        let retry = retryKey(after: taken.release.attempt, of: taken.release.digest)
        return Decision(.held(.reverted(what: "the release \(taken.release.values.title)", by: culprit, key: retry)))
    }

    func retryKey(after attempt: Int, of digest: Digest) -> String {
        RolloutState.key(of: digest, attempt: attempt + 1)
    }
}
