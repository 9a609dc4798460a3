internal import CLibGit2

extension Repository {
    /// Moves references of the remote, each only if it still is what it is expected to be.
    ///
    /// All or none where the server offers that; otherwise the first alone, and the others in a second push when it was
    /// accepted. An error of the conversation after the commits were sent leaves open whether they arrived: fetch tells.
    package func push(_ updates: [ReferenceUpdate]) async throws(GitError) -> PushResult {
        guard let first = updates.first else { return PushResult(outcomes: [:], wasAtomic: true) }
        guard Set(updates.map(\.name)).count == updates.count else {
            throw GitError(.invalid, "push to \(remote.location)", "a reference is named twice")
        }
        try await authenticate()
        if updates.count == 1 { return try pushTogether(updates, atomically: false) ?? skipped(updates) }
        if let result = try pushTogether(updates, atomically: true) { return result }

        var outcomes = try pushTogether([first], atomically: false)?.outcomes ?? [:]
        let others = Array(updates.dropFirst())
        let rest = outcomes[first.name] == .accepted ? try pushTogether(others, atomically: false) : nil
        outcomes.merge((rest ?? skipped(others)).outcomes) { one, _ in one }
        return PushResult(outcomes: outcomes, wasAtomic: false)
    }

    private func skipped(_ updates: [ReferenceUpdate]) -> PushResult {
        PushResult(
            outcomes: updates.reduce(into: [:]) { $0[$1.name] = .skipped }, wasAtomic: false)
    }

    /// Nil when all-or-none was asked and the server does not offer it: nothing was sent.
    private func pushTogether(_ updates: [ReferenceUpdate], atomically: Bool) throws(GitError) -> PushResult? {
        let operation = "push to \(remote.location)"
        for update in updates { try requireDescent(update, operation) }
        let connection = try RemoteConnection(to: present, of: pointer, operation: operation)
        connection.requiresAtomic = atomically
        connection.conversation.asksAtomic = atomically
        for update in updates { connection.expected[update.name.text] = .some(update.expected?.raw) }

        let (sources, specifications) = try prepareSources(updates, operation)
        defer { for source in sources { _ = git_reference_remove(pointer, source) } }
        var options = git_push_options()
        git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
        options.callbacks = connection.callbacks
        let code = withStringArray(specifications) { git_remote_push(connection.pointer, $0, &options) }

        if connection.lacksAtomic { return nil }
        if !connection.moved.isEmpty { return moved(updates, connection, atomically) }
        if code < 0 {
            let failure = connection.conversation.failure(code, operation)
            guard let words = PushWords.unpackRefusal(failure.message, connection.words) else { throw failure }
            return PushResult(
                outcomes: updates.reduce(into: [:]) { $0[$1.name] = .refused(words) }, wasAtomic: atomically)
        }
        return PushResult(outcomes: outcomes(updates, connection), wasAtomic: atomically)
    }

    private func requireDescent(_ update: ReferenceUpdate, _ operation: String) throws(GitError) {
        guard !update.replaces, let expected = update.expected, let new = update.new else { return }
        guard isAncestor(expected, of: new) else {
            throw GitError(
                .invalid, operation, "\(new.short) does not descend from \(expected.short) of \(update.name)")
        }
    }

    /// Makes temporary references, because libgit2 pushes no ids.
    ///
    /// The plus sign leaves the comparison of the old
    /// value to `push_negotiation`, which is exact; the descent was checked.
    private func prepareSources(
        _ updates: [ReferenceUpdate], _ operation: String
    ) throws(GitError) -> (sources: [String], specifications: [String]) {
        var sources: [String] = []
        var specifications: [String] = []
        for update in updates {
            guard let new = update.new else {
                specifications.append(":\(update.name.text)")
                continue
            }
            let source = "refs/push/\(ProcessNumber.current)-\(nextPush())"
            var id = new.raw
            var reference: OpaquePointer?
            try Library.check(git_reference_create(&reference, pointer, source, &id, 1, nil), operation)
            git_reference_free(reference)
            sources.append(source)
            specifications.append("+\(source):\(update.name.text)")
        }
        return (sources, specifications)
    }

    private func moved(
        _ updates: [ReferenceUpdate], _ connection: RemoteConnection, _ atomically: Bool
    ) -> PushResult {
        var result = skipped(updates)
        for (name, present) in connection.moved {
            guard let name = ReferenceName(name) else { continue }
            result.outcomes[name] = .moved(to: present.map { CommitID($0) })
        }
        return PushResult(outcomes: result.outcomes, wasAtomic: atomically)
    }

    private func outcomes(
        _ updates: [ReferenceUpdate], _ connection: RemoteConnection
    ) -> [ReferenceName: ReferenceOutcome] {
        var outcomes: [ReferenceName: ReferenceOutcome] = [:]
        for update in updates {
            // A server that does not report took it, as far as anybody knows.
            let status = connection.statuses[update.name.text] ?? nil
            outcomes[update.name] = status.map { PushWords.outcome(of: $0, beside: connection.words) } ?? .accepted
        }
        // All of them name the whole: somebody was faster, but not at which reference.
        if !outcomes.isEmpty, outcomes.values.allSatisfy({ $0 == .skipped }) {
            return outcomes.mapValues { _ in .moved(to: nil) }
        }
        return outcomes
    }
}
