/// What people and programs do on the forge; the API and the pages come here with the same things.
extension Forge {
    func note(_ kind: PullRequest.Event.Kind, on index: Int, by account: ForgeAccount, _ detail: String = "") {
        let time = clock()
        pullRequests[index].events.append(
            .init(id: newID(), kind: kind, author: account.name, time: time, detail: detail))
        pullRequests[index].changed = time
    }

    /// Opens a pull request; one that is open already from the same branch to the same base is in the way.
    func propose(
        _ branch: String, to base: String, _ title: String, _ body: String, labels ids: Set<Int>,
        by account: ForgeAccount
    ) async throws -> PullRequest {
        guard let head = branches[branch], branches[base] != nil else { throw ForgeRefusal.notFound }
        guard branch != base else { throw ForgeRefusal(422, "there are no changes between the head and the base") }
        guard !title.trimmed.isEmpty else { throw ForgeRefusal(422, "[Title]: Required") }
        if let other = pullRequests.first(where: { $0.state == .open && $0.branch == branch && $0.base == base }) {
            throw ForgeRefusal(
                409,
                "pull request already exists for these targets [id: \(other.number), issue_id: \(other.number), head_repo_id: 1, base_repo_id: 1, head_branch: \(branch), base_branch: \(base)]"
            )
        }
        let number = pullRequests.count + 1
        try await repository.keep(head, for: number)
        let time = clock()
        pullRequests.append(
            PullRequest(
                number: number, branch: branch, base: base, author: account.name, title: title, body: body, head: head,
                created: time, changed: time, labels: ids.intersection(labels.map(\.id))))
        note(.opened, on: number - 1, by: account)
        return pullRequests[number - 1]
    }

    func close(_ index: Int, by account: ForgeAccount) {
        guard pullRequests[index].state == .open else { return }
        pullRequests[index].state = .closed
        pullRequests[index].closed = clock()
        pullRequests[index].scheduled = nil
        pullRequests[index].lastBase = branches[pullRequests[index].base]
        note(.closed, on: index, by: account)
    }

    func reopen(_ index: Int, by account: ForgeAccount) throws {
        let pullRequest = pullRequests[index]
        guard pullRequest.state == .closed else { return }
        guard branches[pullRequest.branch] != nil else {
            throw ForgeRefusal(409, "the branch \(pullRequest.branch) is gone")
        }
        let isDoubled = pullRequests.contains {
            $0.state == .open && $0.branch == pullRequest.branch && $0.base == pullRequest.base
        }
        guard !isDoubled else { throw ForgeRefusal(409, "another pull request is open for these branches") }
        pullRequests[index].state = .open
        pullRequests[index].closed = nil
        note(.reopened, on: index, by: account)
    }

    func review(
        _ index: Int, _ kind: PullRequest.Review.Kind, _ body: String, commit: String? = nil, by account: ForgeAccount
    ) throws -> PullRequest.Review {
        let pullRequest = pullRequests[index]
        guard pullRequest.state == .open || kind == .commented else {
            throw ForgeRefusal(422, "pull request is closed")
        }
        if account.name == pullRequest.author, kind != .commented {
            let word = kind == .approved ? "approve" : "reject"
            throw ForgeRefusal(422, "\(word) your own pull is not allowed")
        }
        if kind != .approved, body.trimmed.isEmpty { throw ForgeRefusal(422, "review must have a body") }
        let review = PullRequest.Review(
            id: newID(), kind: kind, author: account.name, body: body, commit: commit ?? pullRequest.head,
            time: clock(), isOfficial: account.mayWrite)
        pullRequests[index].reviews.append(review)
        let word: PullRequest.Event.Kind =
            switch kind {
            case .approved: .approved
            case .changesRequested: .requestedChanges
            case .commented: .commented
            }
        note(word, on: index, by: account, body)
        return review
    }

    func comment(_ index: Int, _ text: String, by account: ForgeAccount) throws -> PullRequest.Comment {
        guard !text.trimmed.isEmpty else { throw ForgeRefusal(422, "[Body]: Required") }
        let time = clock()
        let comment = PullRequest.Comment(id: newID(), author: account.name, text: text, time: time, changed: time)
        pullRequests[index].comments.append(comment)
        pullRequests[index].changed = time
        return comment
    }

    // MARK: Labels

    func add(_ ids: Set<Int>, to index: Int, by account: ForgeAccount) {
        for label in labels where ids.contains(label.id) && !pullRequests[index].labels.contains(label.id) {
            pullRequests[index].labels.insert(label.id)
            note(.labelled, on: index, by: account, label.name)
        }
    }

    func remove(_ ids: Set<Int>, from index: Int, by account: ForgeAccount) {
        for label in labels where ids.contains(label.id) && pullRequests[index].labels.contains(label.id) {
            pullRequests[index].labels.remove(label.id)
            note(.unlabelled, on: index, by: account, label.name)
        }
    }

    func makeLabel(_ name: String, color: String, _ description: String) -> ForgeLabel {
        let color = color.hasPrefix("#") ? String(color.dropFirst()) : color
        let label = ForgeLabel(
            id: (labels.map(\.id).max() ?? 0) + 1, name: name, color: color, description: description)
        labels.append(label)
        return label
    }

    // MARK: Merge

    /// A request to merge.
    struct MergeRequest: Sendable {
        var method: MergeMethod
        /// Title and text by hand; the forge's own words where the title is empty.
        var title = ""
        var text = ""
        /// The commit that must still be the head.
        var head: String?
        var deletesBranch = false
        /// Waits for the branch's rules instead of being refused.
        var isScheduled = false
    }

    /// Merges now, or keeps the request for later; the answer is whether it was merged.
    @discardableResult
    func merge(_ index: Int, _ request: MergeRequest, by account: ForgeAccount) async throws -> Bool {
        let pullRequest = pullRequests[index]
        switch pullRequest.state {
        case .closed: throw ForgeRefusal.notFound
        case .merged: throw ForgeRefusal(405, "")
        case .open: break
        }
        guard account.mayWrite else { throw ForgeRefusal(405, "User not allowed to merge PR") }
        let obstacles = try await obstacles(to: pullRequest)
        let message = Self.message(of: request, pullRequest)
        if let obstacle = obstacles.first {
            let isLasting = obstacles.contains(.draft) || obstacles.contains(.conflict)
            guard request.isScheduled, !isLasting else { throw ForgeRefusal(405, obstacle.words) }
            guard pullRequest.scheduled == nil else {
                throw ForgeRefusal(409, "pull request is already scheduled to auto merge when checks succeed")
            }
            pullRequests[index].scheduled = .init(
                method: request.method, message: message, account: account, deletesBranch: request.deletesBranch)
            note(.scheduled, on: index, by: account)
            return false
        }
        if let head = request.head, !head.isEmpty, head != pullRequest.head {
            throw ForgeRefusal(409, "head out of date")
        }
        try await perform(request.method, message, on: index, deletesBranch: request.deletesBranch, by: account)
        return true
    }

    /// Makes a merge that was asked for earlier; one that cannot be made stays asked for.
    func mergeScheduled(_ index: Int) async throws {
        guard let scheduled = pullRequests[index].scheduled, pullRequests[index].state == .open,
            try await obstacles(to: pullRequests[index]).isEmpty
        else { return }
        do {
            try await perform(
                scheduled.method, scheduled.message, on: index, deletesBranch: scheduled.deletesBranch,
                by: scheduled.account)
        } catch is ForgeRefusal {
            return
        }
    }

    private func perform(
        _ method: MergeMethod, _ message: String, on index: Int, deletesBranch: Bool, by account: ForgeAccount
    ) async throws {
        let pullRequest = pullRequests[index]
        guard let base = branches[pullRequest.base] else { throw ForgeRefusal.notFound }
        let result = try await repository.merge(
            pullRequest.head, into: pullRequest.base, at: base, by: method, message, as: account)
        switch result {
        case .conflict: throw ForgeRefusal(409, "merge conflict")
        // The API has no words of its own for this one.
        case .diverged: throw ForgeRefusal(500, "Merge DivergingFastForwardOnly Error: the branches have diverged")
        case .outdated: throw ForgeRefusal(409, "merge push out of date")
        case .merged(let commit):
            pullRequests[index].state = .merged
            pullRequests[index].mergeCommit = commit
            pullRequests[index].mergedBy = account.name
            pullRequests[index].closed = clock()
            pullRequests[index].scheduled = nil
            pullRequests[index].lastBase = base
            note(.merged, on: index, by: account, String(commit.prefix(9)))
            branches[pullRequest.base] = commit
            if deletesBranch {
                try await repository.delete(pullRequest.branch, at: pullRequest.head)
                branches[pullRequest.branch] = nil
            }
        }
    }

    private static func message(of request: MergeRequest, _ pullRequest: PullRequest) -> String {
        var message = request.title.trimmed
        if message.isEmpty {
            message =
                request.method == .squash
                ? "\(pullRequest.title) (#\(pullRequest.number))"
                : "Merge pull request '\(pullRequest.title)' (#\(pullRequest.number)) from \(pullRequest.branch) into \(pullRequest.base)"
        }
        let text = request.text.trimmed
        return text.isEmpty ? message : message + "\n\n" + text
    }
}
