package import Analysis
package import Git
package import Manifests
package import Rollouts

/// Carries decisions out: makes the commits of one tick on the fetched head and pushes them, each exactly as decided or
/// not at all.
///
/// Rollbacks are pushed first and alone. What is refused for its content is split, so that one refused rollout is held
/// with the server's words and the others go on.
package struct Publisher: Sendable {
    package let repository: Repository
    package let branch: ReferenceName
    package let identity: Identity
    package let style: Config.CommitConfig

    /// The name under which commits are made.
    package struct Identity: Hashable, Sendable {
        package var name: String
        package var email: String

        package init(name: String = "Headgate", email: String = "headgate@localhost") {
            self.name = name
            self.email = email
        }

        package func signature(at time: Timestamp) -> Signature {
            Signature(name: name, email: email, time: time.milliseconds / 1000)
        }
    }

    package init(
        repository: Repository, branch: ReferenceName, identity: Identity, style: Config.CommitConfig = .init()
    ) {
        self.repository = repository
        self.branch = branch
        self.identity = identity
        self.style = style
    }

    /// One rollout's transition, ready to be rendered.
    package struct Proposal: Sendable {
        package var id: RolloutID
        package var transition: Transition
        package var bound: BoundRollout?
        /// What a rollback looks at.
        package var past: Renderer.Past?
        /// The stage commits that a rollback takes back, newest first.
        package var reverting: [Rollouts.CommitID]
        /// The state file goes, instead of being written.
        package var retires: Bool
        /// It waits on a branch of its own until people merge it.
        package var isProposed: Bool

        package init(
            id: RolloutID, transition: Transition, bound: BoundRollout?, past: Renderer.Past? = nil,
            reverting: [Rollouts.CommitID] = [], retires: Bool = false, isProposed: Bool = false
        ) {
            self.isProposed = isProposed
            self.id = id
            self.transition = transition
            self.bound = bound
            self.past = past
            self.reverting = reverting
            self.retires = retires
        }
    }

    /// What became of a proposal.
    package enum Outcome: Equatable, Sendable {
        case pushed(Git.CommitID)
        /// The branch has moved: everything is to be observed and decided again.
        case moved
        case refused(String)
        /// It could not be rendered or committed; nothing of it left.
        case impossible(Diagnostic)

        var isPushed: Bool { if case .pushed = self { true } else { false } }
    }

    /// Commits and pushes; the outcomes are by rollout.
    package func publish(
        _ proposals: [Proposal], on snapshot: Snapshot, at time: Timestamp
    ) async throws(GitError) -> [RolloutID: Outcome] {
        var outcomes: [RolloutID: Outcome] = [:]
        let rollbacks = proposals.filter(\.transition.isRollback)
        let others = proposals.filter { !$0.transition.isRollback }
        var head = Head(commit: snapshot.commit, tree: snapshot.tree)
        for group in [rollbacks, others] where !group.isEmpty {
            let moved = outcomes.values.contains(.moved)
            if moved {
                for proposal in group { outcomes[proposal.id] = .moved }
                continue
            }
            outcomes.merge(try await push(group, on: &head, at: time)) { $1 }
        }
        return outcomes
    }

    /// Where the next commit goes: a commit, and its tree with everything written so far.
    struct Head {
        var commit: Git.CommitID
        var tree: Manifests.Tree
    }

    private func push(
        _ group: [Proposal], on head: inout Head, at time: Timestamp
    ) async throws(GitError) -> [RolloutID: Outcome] {
        var outcomes: [RolloutID: Outcome] = [:]
        var next = head
        var made: [RolloutID: Git.CommitID] = [:]
        for proposal in group {
            switch await commit(proposal, on: &next, at: time) {
            case .success(let id): made[proposal.id] = id
            case .failure(let problem): outcomes[proposal.id] = .impossible(problem)
            }
        }
        guard next.commit != head.commit else { return outcomes }
        switch try await repository.push([ReferenceUpdate(branch, from: head.commit, to: next.commit)])[branch] {
        case .accepted:
            head = next
            for (id, commit) in made { outcomes[id] = .pushed(commit) }
        case .moved, .skipped, nil:
            for id in made.keys { outcomes[id] = .moved }
        case .refused(let words):
            guard made.count > 1 else {
                for id in made.keys { outcomes[id] = .refused(words) }
                break
            }
            for proposal in group where made[proposal.id] != nil {
                outcomes.merge(try await push([proposal], on: &head, at: time)) { $1 }
            }
        }
        return outcomes
    }

    // MARK: One commit

    private func commit(_ proposal: Proposal, on head: inout Head, at time: Timestamp) async -> Result<
        Git.CommitID, Diagnostic
    > {
        do {
            let edit = try edit(of: proposal, on: head)
            let commit = try await commit(edit, message(of: proposal, edit), on: head.commit, at: time)
            head = Head(commit: commit, tree: head.tree.writing(edit.files))
            return .success(commit)
        } catch let problem as Diagnostic {
            return .failure(problem)
        } catch {
            return .failure(Diagnostic(file: proposal.id.statePath, message: "\(error)"))
        }
    }

    private func commit(
        _ edit: Edit, _ message: CommitMessage, on parent: Git.CommitID, at time: Timestamp
    ) async throws(GitError) -> Git.CommitID {
        let signature = identity.signature(at: time)
        return try await repository.commit(
            on: parent, changes: edit.changes, message: message.text, author: signature, committer: signature)
    }

    private func message(of proposal: Proposal, _ edit: Edit) -> CommitMessage {
        var transition = proposal.transition
        if !edit.afresh.isEmpty {
            let files = edit.afresh.joined(separator: ", ")
            let remark = "Somebody has changed these lines since; the recorded values were written into \(files)"
            transition.cause = transition.cause.map { "\($0). \(remark)" } ?? remark
        }
        var message = CommitMessage(of: transition, by: proposal.id, style: style, reverting: proposal.reverting)
        if proposal.isProposed { message.markAsProposed() }
        if style.signOff == true { message.signOff(name: identity.name, email: identity.email) }
        return message
    }

    /// The commit as it would be made on `snapshot`, and is not.
    package func preview(
        of proposal: Proposal, on snapshot: Snapshot
    ) throws(Diagnostic) -> (message: String, changes: [String: FileChange]) {
        let edit = try edit(of: proposal, on: Head(commit: snapshot.commit, tree: snapshot.tree))
        return (message(of: proposal, edit).text, edit.changes)
    }

    /// A commit that is to stand alone on a branch of its own, before it is made.
    struct Rendering: Sendable {
        let id: RolloutID
        fileprivate let edit: Edit
        let message: CommitMessage

        /// New bytes by path, the state's among them.
        var files: [String: [UInt8]] { edit.files }
    }

    func rendering(of proposal: Proposal, on snapshot: Snapshot) throws(Diagnostic) -> Rendering {
        var proposal = proposal
        proposal.isProposed = true
        let edit = try edit(of: proposal, on: Head(commit: snapshot.commit, tree: snapshot.tree))
        return Rendering(id: proposal.id, edit: edit, message: message(of: proposal, edit))
    }

    /// Makes it on the base's newest commit; nothing leaves.
    func make(
        _ rendering: Rendering, on snapshot: Snapshot, at time: Timestamp
    ) async -> Result<Git.CommitID, Diagnostic> {
        do {
            return .success(try await commit(rendering.edit, rendering.message, on: snapshot.commit, at: time))
        } catch {
            return .failure(Diagnostic(file: rendering.id.statePath, message: "\(error)"))
        }
    }

    /// What one commit changes.
    fileprivate struct Edit {
        var changes: [String: FileChange]
        var files: [String: [UInt8]] = [:]
        /// Files with lines that somebody has changed since, so that a revert of the text did not fit.
        var afresh: [String] = []
    }

    private func edit(of proposal: Proposal, on head: Head) throws(Diagnostic) -> Edit {
        let state = proposal.id.statePath
        if proposal.retires { return Edit(changes: [state: .remove]) }
        var files: [String: [UInt8]] = [:]
        var afresh: [String] = []
        if !proposal.transition.changes.isEmpty {
            guard let bound = proposal.bound else {
                throw Diagnostic(file: state, message: "the manifests of \(proposal.id) could not be found")
            }
            let rendering = try Renderer(bound, in: head.tree, past: proposal.past).render(proposal.transition.changes)
            (files, afresh) = (rendering.files, rendering.afresh)
        }
        try requireNextSerial(proposal, in: head.tree)
        files[state] = Array(proposal.transition.state.text.utf8)
        return Edit(changes: files.mapValues(FileChange.write), files: files, afresh: afresh)
    }

    /// The last look before anything is made: a serial never stands still and never goes back.
    private func requireNextSerial(_ proposal: Proposal, in tree: Manifests.Tree) throws(Diagnostic) {
        let file = proposal.id.statePath
        let present = StateReader.read(tree.bytes(at: file), file: file).state?.at.serial ?? 0
        guard proposal.transition.state.at.serial > present else {
            throw Diagnostic(
                file: file, message: "the next serial, \(proposal.transition.state.at.serial), is not above \(present)")
        }
    }
}
