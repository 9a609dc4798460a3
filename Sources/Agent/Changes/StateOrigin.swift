internal import Git
internal import Rollouts

/// Where a state comes from that somebody else than the agent puts into the branch.
///
/// A revert brings a state that the branch has had before, by value. That is the people's way to take a stage back, and
/// nothing else is.
struct StateOrigin {
    let repository: Repository

    enum Kind: Hashable {
        /// Nobody but the agent may write this.
        case hand
        /// A state from before the present one: stages are taken back.
        case earlier
        /// A state that had been taken back.
        case again
        /// The Rollout goes with it.
        case retired
        /// The agent's own commits brought it.
        case agents
    }

    /// - Parameters:
    ///   - present: what the file says now; nil where it is gone.
    ///   - former: what it said before.
    ///   - tip: the commit in whose history the state is looked for.
    ///   - isStated: whether there is a Rollout for it.
    func kind(
        of file: String, _ present: [UInt8]?, over former: [UInt8]?, from tip: Git.CommitID, isStated: Bool
    ) async throws(GitError) -> Kind {
        guard RolloutID(statePath: file) != nil else { return .hand }
        let past = StateReader.read(former, file: file).state
        guard let present else {
            if !isStated { return .retired }
            // Before the first commit for a rollout there was no state either.
            return past?.release.since == 1 ? .earlier : .hand
        }
        guard let state = StateReader.read(present, file: file).state else { return .hand }
        if state == past { return .hand }
        for reading in try await readings(of: file, from: tip) where reading.state == state {
            return state.at.serial < past?.at.serial ?? 0 ? .earlier : .again
        }
        return .hand
    }

    /// Every state that the file has had, each once.
    private func readings(of file: String, from tip: Git.CommitID) async throws(GitError) -> [StateReader.Reading] {
        var seen: Set<BlobID> = []
        var readings: [StateReader.Reading] = []
        for revision in try await repository.history(of: [file], from: tip) {
            guard let blob = revision.blobs[file], seen.insert(blob).inserted else { continue }
            readings.append(StateReader.read(try await repository.blob(blob), file: file))
        }
        return readings
    }
}
