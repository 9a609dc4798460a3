package import Rollouts
import Synchronization

/// A forge in memory over a test's bare repository; what it merges, it merges there with git itself.
///
/// It lies where forges differ: it closes a pull request whose branch goes, marks one as merged whose head reaches the
/// base in another way, sees pushes at once, and has one name, `headgate-bot`, for whoever uses the port.
package final class LocalForge: Forge {
    struct Entry: Sendable {
        var pullRequest: PullRequest
        var closedBy: String?
        var approvals: [String: CommitID] = [:]
        var critics: Set<String> = []
        var comments: [String] = []
        /// Merged by the forge as soon as its rules are met.
        var waiting: PullRequestMerge?
        /// Who deletes the branch, where somebody is about to.
        var deleter: String?
    }

    /// What tests turn.
    package struct Rules: Sendable {
        package var approvalsRequired = 0
        /// Whether a branch has to be up to date with its base.
        package var isStrict = false
        package var methods = Set(PullRequestMerge.Method.allCases)
        package var allowsAutoMerge = true
        /// For so many more questions the forge does not know yet whether there is a conflict.
        package var computing = 0
        /// What every request is answered with, or each one of a kind.
        package var failure: ForgeFailure?
        package var failing: Call?
        /// After so many further requests the caller is gone, as if it had been killed.
        package var callsLeft: Int?
        /// Is told of each request as it comes.
        package var onCall: (@Sendable (Call) -> Void)?
        /// Happens when a merge is asked for, before it is made.
        package var beforeMerge: (@Sendable (RemoteRepository) throws -> Void)?
        /// Happens as soon as a pull request is open, with its branch.
        package var afterOpen: (@Sendable (RemoteRepository, String) throws -> Void)?
    }

    /// What the agent asks for.
    package enum Call: Equatable, Sendable {
        case list(PullRequest.State)
        case open, update, comment, readiness, closer, merge, status
    }

    struct Contents: Sendable {
        var entries: [Entry] = []
        var statuses: [CommitID: [String: CommitStatus]] = [:]
        var rules = Rules()
        var calls: [Call] = []
        var trespasses: [String] = []
        var usesForRollbacks = 0
        var time: Int64
    }

    let repository: RemoteRepository
    let contents: Mutex<Contents>
    package let traits: ForgeTraits

    /// - Parameter seconds: the clock's beginning; `setTime` moves it.
    package init(over repository: RemoteRepository, from seconds: Int64) {
        self.repository = repository
        var traits = ForgeTraits(name: "Forge", place: "forge.example/acme/config")
        traits.commitPage = "https://forge.example/acme/config/commit/"
        self.traits = traits
        contents = Mutex(Contents(time: seconds))
    }

    package static let agent = "headgate-bot"
    package var forRollbacks: any Forge {
        contents.withLock { $0.usesForRollbacks += 1 }
        return self
    }
    /// How often the agent has asked for what may spend the rest of its budget.
    package var usesForRollbacks: Int { contents.withLock(\.usesForRollbacks) }

    /// What the agent has asked for, the oldest first.
    package var calls: [Call] { contents.withLock(\.calls) }
    /// Merges that the agent asked for and that are not its to ask for.
    package var trespasses: [String] { contents.withLock(\.trespasses) }
    package func setTime(_ seconds: Int64) { contents.withLock { $0.time = seconds } }
    package func turn(_ change: (inout Rules) -> Void) { contents.withLock { change(&$0.rules) } }

    // MARK: The port

    package func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        try request(.list(state)) { contents throws(ForgeFailure) in
            contents.entries.map(\.pullRequest)
                .filter { $0.branch == branch && $0.base == base && $0.state == state }
                .sorted { $0.number > $1.number }
        }
    }

    package func open(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest {
        try request(.open) { contents throws(ForgeFailure) in
            if let found = contents.entries.first(where: {
                $0.pullRequest.branch == proposal.branch && $0.pullRequest.state == .open
            }) {
                return found.pullRequest
            }
            guard let head = self.tip(proposal.branch) else {
                throw ForgeFailure(.refused, "the branch \(proposal.branch) is not there")
            }
            let number = contents.entries.count + 1
            var made = PullRequest(
                number: .init(number), url: "https://forge.example/\(number)", branch: proposal.branch,
                base: proposal.base, head: CommitID(hex: head), title: proposal.title, body: proposal.body,
                state: .open, author: ForgeUser(Self.agent))
            made.labels = proposal.labels
            contents.entries.append(Entry(pullRequest: made))
            if let change = contents.rules.afterOpen {
                contents.rules.afterOpen = nil
                do { try change(self.repository, proposal.branch) } catch {
                    throw ForgeFailure(.unavailable, "\(error)")
                }
            }
            return made
        }
    }

    package func update(
        _ number: PullRequest.Number, _ change: PullRequestChange
    ) async throws(ForgeFailure) -> PullRequest {
        try request(.update) { contents throws(ForgeFailure) in
            let index = try self.index(of: number, contents)
            let rest = change.remaining(for: contents.entries[index].pullRequest)
            let old = contents.entries[index].pullRequest
            var new = PullRequest(
                number: old.number, url: old.url, branch: old.branch, base: old.base, head: old.head,
                title: rest.title ?? old.title, body: rest.body ?? old.body, state: rest.closes ? .closed : old.state,
                author: old.author)
            new.labels = old.labels.union(rest.addedLabels).subtracting(rest.removedLabels)
            (new.isDraft, new.mergeCommit) = (old.isDraft, old.mergeCommit)
            if rest.closes { contents.entries[index].closedBy = Self.agent }
            contents.entries[index].pullRequest = new
            return new
        }
    }

    package func comment(
        on number: PullRequest.Number, _ text: String, marker: String
    ) async throws(ForgeFailure) {
        try request(.comment) { contents throws(ForgeFailure) in
            let index = try self.index(of: number, contents)
            contents.entries[index].comments.removeAll { $0.hasPrefix(marker) }
            contents.entries[index].comments.append(text.hasPrefix(marker) ? text : "\(marker)\n\(text)")
        }
    }

    package func readiness(of number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestReadiness {
        try request(.readiness) { contents throws(ForgeFailure) in
            let entry = contents.entries[try self.index(of: number, contents)]
            if contents.rules.computing > 0, entry.pullRequest.state == .open {
                contents.rules.computing -= 1
                return PullRequestReadiness(
                    head: entry.pullRequest.head, condition: .computing, reviews: self.reviews(of: entry))
            }
            return PullRequestReadiness(
                head: entry.pullRequest.head, condition: self.condition(of: entry, contents.rules),
                reviews: self.reviews(of: entry))
        }
    }

    package func closer(of number: PullRequest.Number) async throws(ForgeFailure) -> ForgeUser? {
        try request(.closer) { contents throws(ForgeFailure) in
            contents.entries[try self.index(of: number, contents)].closedBy.map(ForgeUser.init)
        }
    }

    package func merge(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome {
        try request(.merge) { contents throws(ForgeFailure) in
            if let change = contents.rules.beforeMerge {
                contents.rules.beforeMerge = nil
                do { try change(self.repository) } catch { throw ForgeFailure(.unavailable, "\(error)") }
                self.look(&contents)
            }
            let index = try self.index(of: merge.number, contents)
            let entry = contents.entries[index]
            switch entry.pullRequest.state {
            case .merged: return .merged(entry.pullRequest.mergeCommit)
            case .closed: return .refused("it is closed")
            case .open: break
            }
            guard entry.pullRequest.head == merge.head else { return .headMoved(entry.pullRequest.head) }
            if !entry.critics.isEmpty, merge.time == .now {
                contents.trespasses.append("\(merge.number) is to be merged over a request for changes")
            }
            if (try? self.repository.git("log", "-1", "--format=%cn", merge.head.hex)) != "Headgate" {
                contents.trespasses.append("\(merge.number) is to be merged with a commit of somebody else")
            }
            guard contents.rules.methods.contains(merge.method) else {
                return .refused("\(merge.method) is not allowed")
            }
            let condition = self.condition(of: entry, contents.rules)
            if condition == .mergeable {
                guard let commit = self.join(entry.pullRequest, by: merge.method, as: merge, at: contents.time) else {
                    return .notReady("there is a conflict")
                }
                contents.entries[index].finish(.merged, commit)
                return .merged(commit)
            }
            guard merge.time == .whenReady else { return .notReady(condition.reasons.joined(separator: "; ")) }
            guard contents.rules.allowsAutoMerge else { return .refused("merging by itself is not allowed here") }
            contents.entries[index].waiting = merge
            return .accepted
        }
    }

    package func set(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        try request(.status) { contents throws(ForgeFailure) in
            contents.statuses[commit, default: [:]][status.context] = status
        }
    }

    /// One request of the agent.
    private func request<Answer: Sendable>(
        _ call: Call, _ body: (inout Contents) throws(ForgeFailure) -> Answer
    ) throws(ForgeFailure) -> Answer {
        let result = contents.withLock { contents -> Result<Answer, ForgeFailure> in
            contents.calls.append(call)
            contents.rules.onCall?(call)
            if let left = contents.rules.callsLeft {
                guard left > 0 else { return .failure(ForgeFailure(.cancelled, "the agent was killed")) }
                contents.rules.callsLeft = left - 1
            }
            if let failure = contents.rules.failure, call == contents.rules.failing ?? call {
                return .failure(failure)
            }
            look(&contents)
            do throws(ForgeFailure) {
                return .success(try body(&contents))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func index(of number: PullRequest.Number, _ contents: Contents) throws(ForgeFailure) -> Int {
        guard contents.entries.indices.contains(number.value - 1) else {
            throw ForgeFailure(.notFound, "there is no pull request \(number)")
        }
        return number.value - 1
    }
}
