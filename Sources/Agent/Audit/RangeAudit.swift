package import Git
internal import Manifests
internal import Rollouts

/// Looks at commits of a branch to which the agent may push past everybody's review: each one in the agent's name is what
/// the agent makes, and nobody else writes the agent's state.
package struct RangeAudit: Sendable {
    let repository: Repository
    let shipped: DocumentReader.ShippedPolicies
    let bot: BotIdentity

    package init(in repository: Repository, shipped: DocumentReader.ShippedPolicies, bot: BotIdentity = BotIdentity()) {
        (self.repository, self.shipped, self.bot) = (repository, shipped, bot)
    }

    /// - Parameter range: `A..B`: what B has and A has not. An A of zeros, as forges say it of a new branch, is the
    ///   beginning of the history; no B is `HEAD`.
    /// - Throws: `RevisionRefusal` where it is no range, or its commits are not there; `GitError`.
    package func report(on range: String) async throws -> RangeReport {
        let isShallow = await repository.isShallow
        let (start, end) = try await ends(of: range, isShallow)
        var report = RangeReport()
        if let start, !(await repository.isAncestor(start, of: end)) {
            let commit = try await repository.commit(end)
            report.findings.append(
                finding(commit, "the branch was rewritten: \(start.short) is not in its history any more"))
        }
        do {
            try await look(from: start, to: end, &report)
        } catch let error as GitError where isShallow {
            throw RevisionRefusal.history(
                "the history of \(range) cannot be read", cause: error.message, isShallow: true, hint: "")
        }
        return report
    }

    /// The states that commits in the agent's name brought, by file, where nothing was found in any commit that changes
    /// them.
    func states(from start: Git.CommitID, to end: Git.CommitID) async throws -> [String: [UInt8]] {
        var states: [String: [UInt8]] = [:]
        for commit in try await repository.history(from: end, until: [start]).reversed() {
            for file in try await own(commit) where file.hasPrefix(StateEdits.folder) {
                states[file] = nil
                guard bot.made(commit), try await problems(of: commit).isEmpty else { continue }
                states[file] = try await repository.file(file, at: commit.id)
            }
        }
        return states
    }

    // MARK: The range

    private func ends(of range: String, _ isShallow: Bool) async throws -> (Git.CommitID?, Git.CommitID) {
        guard let dots = range.firstRange(of: ".."), !range.contains("...") else {
            throw RevisionRefusal(
                "\"\(CommitMessage.oneLine(range))\" is no range of commits",
                hint: "write A..B, such as origin/main~5..origin/main")
        }
        let (first, last) = (String(range[..<dots.lowerBound]), String(range[dots.upperBound...]))
        func commit(_ text: String) async throws -> Git.CommitID {
            do {
                return try await repository.resolve(text)
            } catch {
                throw RevisionRefusal.history(
                    "there is no revision \(CommitMessage.oneLine(text)) here", cause: error.message,
                    isShallow: isShallow,
                    hint: "fetch it; where a force push took it away, look at who pushed, and name the range by hand")
            }
        }
        let end = try await commit(last.isEmpty ? "HEAD" : last)
        let isBeginning = first.count >= 40 && first.allSatisfy { $0 == "0" }
        return (isBeginning ? nil : try await commit(first), end)
    }

    private func look(from start: Git.CommitID?, to end: Git.CommitID, _ report: inout RangeReport) async throws {
        for commit in try await repository.history(from: end, until: start.map { [$0] } ?? []).reversed() {
            report.commits += 1
            if bot.made(commit) { report.agents += 1 }
            report.findings += try await problems(of: commit).map { finding(commit, $0) }
        }
    }

    private func finding(_ commit: Commit, _ message: String) -> CommitFinding {
        CommitFinding(commit: commit.id.domain, subject: commit.subject, author: commit.author.name, message: message)
    }

    // MARK: One commit

    private func problems(of commit: Commit) async throws -> [String] {
        guard let parent = commit.parents.first else { return try await beginning(commit) }
        if commit.parents.count > 1 { return try await merge(commit) }
        let paths = try await repository.differences(from: parent, to: commit.id).map(\.path)
        guard bot.made(commit) else { return try await foreign(commit, parent, paths) }
        return try await audit(of: commit, parent, paths).problems()
    }

    private func audit(
        of commit: Commit, _ parent: Git.CommitID, _ paths: [String]
    ) async throws(GitError) -> CommitAudit {
        var loader = SnapshotLoader()
        return CommitAudit(
            repository: repository, shipped: shipped, commit: commit, parent: parent,
            before: try await loader.load(parent, from: repository).tree,
            after: try await loader.load(commit.id, from: repository).tree, paths: paths)
    }

    /// Before the first commit there is nothing that the agent could go on from.
    private func beginning(_ commit: Commit) async throws -> [String] {
        let files = try await repository.entries(at: commit.id).map(\.path)
        if bot.made(commit) { return ["it begins the history, which the agent never does"] }
        return files.filter { $0.hasPrefix(StateEdits.folder) }.map {
            "\($0) is written by somebody else than the agent"
        }
    }

    /// People take a stage back by a revert, merge one that was proposed, and take a state away with its Rollout; nothing
    /// else of theirs belongs there.
    private func foreign(_ commit: Commit, _ parent: Git.CommitID, _ paths: [String]) async throws -> [String] {
        let states = paths.filter { $0.hasPrefix(StateEdits.folder) }
        guard !states.isEmpty else { return [] }
        var loader = SnapshotLoader()
        let documents = DocumentReader.read(
            try await loader.load(commit.id, from: repository).tree, shipped: shipped)
        var problems: [String] = []
        for file in states {
            let kind = try await StateOrigin(repository: repository).kind(
                of: file, try await repository.file(file, at: commit.id),
                over: try await repository.file(file, at: parent), from: parent,
                isStated: documents.rollouts.contains { $0.id.statePath == file })
            if kind == .hand { problems.append("\(file) is written by somebody else than the agent") }
        }
        if problems.isEmpty { return [] }
        // A squash has the name of whoever pressed the button, or of the forge, and what the agent proposed.
        var audit = try await audit(of: commit, parent, paths)
        audit.isMerged = true
        return try await audit.problems().isEmpty ? [] : problems
    }

    /// A merge brings what git makes of its sides, file by file.
    private func merge(_ commit: Commit) async throws -> [String] {
        let isAgents = bot.made(commit)
        var touched: Set<String> = []
        for parent in commit.parents {
            touched.formUnion(try await repository.differences(from: parent, to: commit.id).map(\.path))
        }
        var problems: [String] = []
        for file in touched.sorted() where isAgents || file.hasPrefix(StateEdits.folder) {
            if try await !isMerged(file, commit) {
                problems.append("the merge writes \(file) otherwise than its parents")
            }
        }
        return problems
    }

    /// The files that the commit has otherwise than each of its parents.
    private func own(_ commit: Commit) async throws(GitError) -> [String] {
        var own: Set<String>?
        for parent in commit.parents {
            let paths = Set(try await repository.differences(from: parent, to: commit.id).map(\.path))
            own = own?.intersection(paths) ?? paths
        }
        return (own ?? []).sorted()
    }

    /// Whether the file is what git makes of the two sides: the one that changed it, or both changes together.
    private func isMerged(_ file: String, _ commit: Commit) async throws -> Bool {
        guard commit.parents.count == 2, let fork = await repository.commonAncestor(of: commit.parents) else {
            return false
        }
        let base = try await repository.file(file, at: fork)
        let ours = try await repository.file(file, at: commit.parents[0])
        let theirs = try await repository.file(file, at: commit.parents[1])
        let merged: [UInt8]?
        if base == ours || ours == theirs {
            merged = theirs
        } else if base == theirs {
            merged = ours
        } else if let base, let ours, let theirs {
            merged = FileMerge.merge(base: base, ours: ours, theirs: theirs)
            if merged == nil { return false }
        } else {
            return false
        }
        return try await repository.file(file, at: commit.id) == merged
    }
}
