internal import Git
internal import Manifests
internal import Rollouts
internal import YAML

/// The repository: can it be read, is the branch there, may this credential push.
struct RepositoryExamination: Sendable {
    let repository: Repository
    let branch: ReferenceName

    func examine(within deadline: Duration) async -> [Examination] {
        let reading = await Look.within(deadline, "repository") { await self.reading() }
        guard reading.first?.state == .ok else { return reading }
        return reading + (await Look.within(deadline, "push") { [await self.push()] })
    }

    /// The files at the branch's tip; nil where they cannot be had.
    func tree(within deadline: Duration) async -> Manifests.Tree? {
        let tip = try? await repository.fetch([branch])[branch]
        guard let tip else { return nil }
        var loader = SnapshotLoader()
        return try? await loader.load(tip, from: repository).tree
    }

    private func reading() async -> [Examination] {
        let references: [ReferenceName: Git.CommitID]
        do {
            references = try await repository.listReferences()
        } catch {
            return [failure("repository", error)]
        }
        var found = [Examination("repository", .ok, "\(repository.remote.location) can be read")]
        if let tip = references[branch] {
            found.append(Examination("branch", .ok, "\(branch) is at \(tip.short)"))
        } else {
            let known = references.keys.filter { $0.text.hasPrefix("refs/heads/") }.sorted().map(\.branchName)
            // Those from which the agent proposes are nobody's to follow.
            let hint = wayToBranch(among: known.filter { !$0.hasPrefix(ProposalKey.prefix) })
            found.append(Examination("branch", .failed, "there is no \(branch)", hint: hint))
        }
        let notes = references.keys.filter { $0.text.hasPrefix("refs/notes/headgate") }.sorted().map(\.text)
        found.append(
            Examination(
                "notes", .ok,
                notes.isEmpty ? "none yet; the first tick makes refs/notes/headgate" : notes.joined(separator: ", ")))
        return found
    }

    private func wayToBranch(among known: [String]) -> String {
        guard let first = known.contains("main") ? "main" : known.first else { return "push a first commit" }
        if let near = Spelling.nearest(to: branch.branchName, among: known) { return "did you mean --branch \(near)?" }
        return "give --branch one of \(known.joined(separator: ", ")); or make it: git push origin "
            + "\(first):\(branch.branchName)"
    }

    /// Asks for a push and hangs up; nothing is sent and nothing is left behind.
    private func push() async -> Examination {
        do {
            try await repository.openPush()
            return Examination(
                "push", .ok,
                "the server opens a push to this credential; what it refuses by branch or by hook shows at the first push"
            )
        } catch {
            return failure("push", error)
        }
    }

    private func failure(_ subject: String, _ error: GitError) -> Examination {
        let hint: String
        switch error.code {
        case .authentication, .refused:
            hint =
                subject == "push"
                ? "give the credential the right to write" : "check --ssh-key, --token-file or --forge-app-key"
        case .notFound: hint = "check --repo"
        case .hostUnknown, .hostChanged: hint = "give --known-hosts a file with the server's key"
        case .certificate: hint = "give --ca-file the authority that signed the server's certificate"
        default: hint = "is it reachable from here?"
        }
        return Examination(subject, .failed, "cannot \(error.operation): \(error.message)", hint: hint)
    }
}
