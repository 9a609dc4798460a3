package import Rollouts
import Synchronization

/// What people see and do on the forge's pages.
extension LocalForge {
    /// Everything that was ever opened, the oldest first.
    package var all: [PullRequest] {
        contents.withLock { contents in
            look(&contents)
            return contents.entries.map(\.pullRequest)
        }
    }

    package var open: [PullRequest] { all.filter { $0.state == .open } }

    package func comments(on number: PullRequest.Number) -> [String] {
        contents.withLock { $0.entries[number.value - 1].comments }
    }

    package func statuses(of commit: CommitID?) -> [CommitStatus] {
        contents.withLock { contents in commit.flatMap { contents.statuses[$0] }.map { Array($0.values) } ?? [] }
    }

    /// Whether the button worked: it is grey where the forge's rules are not met.
    @discardableResult
    package func press(merge number: PullRequest.Number, by method: PullRequestMerge.Method) -> Bool {
        contents.withLock { contents in
            look(&contents)
            let entry = contents.entries[number.value - 1]
            guard condition(of: entry, contents.rules) == .mergeable,
                let commit = join(entry.pullRequest, by: method, as: nil, at: contents.time)
            else { return false }
            contents.entries[number.value - 1].finish(.merged, commit)
            return true
        }
    }

    package func close(_ number: PullRequest.Number, by user: String) {
        contents.withLock { contents in
            guard contents.entries[number.value - 1].pullRequest.state == .open else { return }
            contents.entries[number.value - 1].finish(.closed)
            contents.entries[number.value - 1].closedBy = user
        }
    }

    /// Whether it could be: a branch that is gone cannot.
    @discardableResult
    package func reopen(_ number: PullRequest.Number) -> Bool {
        contents.withLock { contents in
            let entry = contents.entries[number.value - 1]
            let isTaken = contents.entries.contains {
                $0.pullRequest.branch == entry.pullRequest.branch && $0.pullRequest.state == .open
            }
            guard entry.pullRequest.state == .closed, !isTaken, tip(entry.pullRequest.branch) != nil else {
                return false
            }
            contents.entries[number.value - 1].finish(.open)
            contents.entries[number.value - 1].closedBy = nil
            return true
        }
    }

    package func approve(_ number: PullRequest.Number, by user: String) {
        contents.withLock { contents in
            look(&contents)
            contents.entries[number.value - 1].approvals[user] = contents.entries[number.value - 1].pullRequest.head
            contents.entries[number.value - 1].critics.remove(user)
        }
    }

    package func askForChanges(on number: PullRequest.Number, by user: String) {
        contents.withLock { _ = $0.entries[number.value - 1].critics.insert(user) }
    }

    package func label(_ number: PullRequest.Number, _ label: String) {
        contents.withLock { _ = $0.entries[number.value - 1].pullRequest.labels.insert(label) }
    }

    package func unlabel(_ number: PullRequest.Number) {
        contents.withLock { $0.entries[number.value - 1].pullRequest.labels = [] }
    }

    /// Deletes the branch of a pull request, which closes it.
    package func deleteBranch(of number: PullRequest.Number, by user: String) throws {
        let branch = contents.withLock { contents in
            contents.entries[number.value - 1].deleter = user
            return contents.entries[number.value - 1].pullRequest.branch
        }
        try repository.git("update-ref", "-d", "refs/heads/\(branch)")
        _ = all
    }

    /// Adds a commit to the branch of a pull request.
    package func push(to number: PullRequest.Number, _ file: String, _ text: String, by user: String) throws {
        let branch = contents.withLock { $0.entries[number.value - 1].pullRequest.branch }
        let git = repository.person.by(user, at: contents.withLock(\.time))
        try git("fetch", "--quiet", "origin", branch)
        try git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        try repository.folder.write("person/" + file, text)
        try git("add", "--all")
        try git("commit", "--quiet", "--message", "A fix for \(branch)")
        try git("push", "--quiet", "origin", "HEAD:refs/heads/\(branch)")
        try git("checkout", "--quiet", "-B", "main", "origin/main")
    }
}
