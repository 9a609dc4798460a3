/// A small forge for one repository: people and programs propose, review and merge changes on it.
///
/// Known lies, so that nobody trusts it further than it goes:
///
/// - **Everything but Git is in memory**: pull requests, reviews, labels and statuses are gone when it ends.
/// - **It does not serve Git.** Programs push to the bare repository by its path; the forge sees a push when it next
///   looks, and knows neither who pushed nor whether a branch's protection would have refused it.
/// - **Who uses the pages is one person**, without a login; there are no forks, teams, milestones or notifications.
/// - **A conflict is known at once**, where real forges find out in the background; `mergeable` is never provisional.
/// - **Merges run no hooks** and are not signed. Every status of a commit counts, whoever may have set it.
package actor Forge {
    package struct Settings: Sendable {
        /// The folder of the bare repository.
        package var repository: String
        /// `owner/name` in addresses.
        package var name = "demo/shop"
        package var accounts: [ForgeAccount] = []
        /// The name of the account that the pages act for.
        package var person: String
        package var protections: [BranchProtection] = []

        package init(repository: String, accounts: [ForgeAccount], person: String) {
            self.repository = repository
            self.accounts = accounts
            self.person = person
        }
    }

    let repository: BareRepository
    let name: String
    let accounts: [ForgeAccount]
    let person: ForgeAccount
    let clock: @Sendable () -> Moment
    /// Where the server listens, such as `http://127.0.0.1:8082`; empty until then.
    var address = ""
    var protections: [BranchProtection]
    var pullRequests: [PullRequest] = []
    var labels: [ForgeLabel] = ForgeLabel.initial
    var statuses: [String: [ReportedStatus]] = [:]
    var branches: [String: String] = [:]
    private var counter = 100
    private var mergeability: [String: Bool] = [:]
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(_ settings: Settings, clock: @escaping @Sendable () -> Moment) throws {
        guard let person = settings.accounts.first(where: { $0.name == settings.person }) else {
            throw ForgeRefusal(500, "nobody is called \(settings.person), for whom the pages should act")
        }
        repository = BareRepository(path: settings.repository)
        name = settings.name
        accounts = settings.accounts
        protections = settings.protections
        self.person = person
        self.clock = clock
    }

    func listens(at address: String) { self.address = address }

    // MARK: One at a time

    /// Does one thing while nothing else is done: between a look at the repository and what follows from it, no other
    /// request may change what was seen.
    func alone<Result: Sendable>(_ body: (isolated Forge) async throws -> Result) async throws -> Result {
        if isTaken { await withCheckedContinuation { waiting.append($0) } }
        isTaken = true
        defer {
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
        try await look()
        return try await body(self)
    }

    func newID() -> Int {
        counter += 1
        return counter
    }

    // MARK: What happens by itself

    /// Notices pushes, and makes the merges that wait and may now be made.
    private func look() async throws {
        branches = try await repository.branches()
        for index in pullRequests.indices where pullRequests[index].state == .open {
            let pullRequest = pullRequests[index]
            guard let head = branches[pullRequest.branch] else {
                close(index, by: .ghost)
                continue
            }
            if head != pullRequest.head { try await pushed(head, to: index) }
        }
        for index in pullRequests.indices where pullRequests[index].scheduled != nil {
            try await mergeScheduled(index)
        }
    }

    private func pushed(_ head: String, to index: Int) async throws {
        let number = pullRequests[index].number
        pullRequests[index].head = head
        try await repository.keep(head, for: number)
        if protection(of: pullRequests[index].base)?.dismissesStale == true {
            for review in pullRequests[index].reviews.indices
            where pullRequests[index].reviews[review].kind == .approved {
                pullRequests[index].reviews[review].isDismissed = true
            }
        }
        note(.pushed, on: index, by: .ghost, String(head.prefix(9)))
    }

    // MARK: Looking up

    func protection(of branch: String) -> BranchProtection? { protections.first { $0.branch == branch } }

    func account(_ name: String) -> ForgeAccount { accounts.first { $0.name == name } ?? .ghost }

    /// The place of a pull request by its number.
    func index(of number: Int?) throws -> Int {
        guard let number, pullRequests.indices.contains(number - 1) else { throw ForgeRefusal.notFound }
        return number - 1
    }

    func label(named name: String) -> ForgeLabel? { labels.first { $0.name == name } }

    /// Whether a pull request merges without a conflict.
    func fits(_ pullRequest: PullRequest) async throws -> Bool {
        guard let base = branches[pullRequest.base] else { return false }
        let pair = "\(base) \(pullRequest.head)"
        if let known = mergeability[pair] { return known }
        let fits = try await repository.canMerge(base, pullRequest.head)
        mergeability[pair] = fits
        return fits
    }

    /// What keeps a pull request from being merged; empty where nothing does.
    func obstacles(to pullRequest: PullRequest) async throws -> [MergeObstacle] {
        var obstacles: [MergeObstacle] = []
        if pullRequest.isDraft { obstacles.append(.draft) }
        if try await !fits(pullRequest) { obstacles.append(.conflict) }
        guard let protection = protection(of: pullRequest.base) else { return obstacles }
        let missing = protection.requiredApprovals - pullRequest.approvals
        if missing > 0 { obstacles.append(.approvals(missing: missing)) }
        let rejecting = pullRequest.opinions.first { $0.kind == .changesRequested && $0.isOfficial }
        if protection.blocksOnRejection, let rejecting { obstacles.append(.rejected(by: rejecting.author)) }
        if protection.needsStatuses, !hasPassed(pullRequest.head, protection.contexts) { obstacles.append(.statuses) }
        if protection.blocksOnOutdated, let base = branches[pullRequest.base],
            try await !repository.isAncestor(base, of: pullRequest.head)
        {
            obstacles.append(.outdated)
        }
        return obstacles
    }

    private func hasPassed(_ commit: String, _ contexts: [String]) -> Bool {
        let newest = (statuses[commit] ?? []).newest
        guard contexts.isEmpty else {
            return contexts.allSatisfy { context in newest.contains { $0.context == context && $0.state == .success } }
        }
        return !newest.isEmpty && newest.allSatisfy { $0.state == .success }
    }

    /// The change that a pull request makes to its base, as of now or as of when it was merged or closed.
    func change(of pullRequest: PullRequest) async throws -> String {
        let base = pullRequest.state == .open ? branches[pullRequest.base] : pullRequest.lastBase
        guard let base, let common = try await repository.mergeBase(base, pullRequest.head) else { return "" }
        return try await repository.diff(from: common, to: pullRequest.head)
    }
}

extension ForgeLabel {
    /// A label of a new repository, as many teams have one.
    fileprivate static let initial = [
        ForgeLabel(id: 1, name: "bug", color: "d73a4a", description: "Something does not work"),
        ForgeLabel(
            id: 2, name: "headgate/hold", color: "b08800",
            description: "Holds the rollout while it is on an open pull request"),
        ForgeLabel(
            id: 3, name: "headgate/rollback", color: "b35900",
            description: "Takes back a release that has begun in that environment; holds one that has not"),
    ]
}
