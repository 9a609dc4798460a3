internal import CGitTransport
internal import CLibGit2

extension Repository {
    /// What the remote has now, without fetching anything; tags and peeled tags included.
    package func listReferences() async throws(GitError) -> [ReferenceName: CommitID] {
        try await authenticate()
        let connection = try connect("list the references of \(remote.location)")
        return try references(of: connection)
    }

    /// Brings the mirror up to date with the named references; one that the remote has not is absent in the result.
    ///
    /// A damaged or deleted mirror is made anew.
    ///
    /// - Parameter prefixes: what else is wanted: every reference whose name begins with one of them.
    package func fetch(
        _ names: [ReferenceName], below prefixes: [String] = []
    ) async throws(GitError) -> [ReferenceName: CommitID] {
        try await authenticate()
        do {
            if !isSound(names) { try remake() }
            return try fetchOnce(names, prefixes)
        } catch let failure where failure.code == .damaged {
            try remake()
            return try fetchOnce(names, prefixes)
        }
    }

    /// What the latest fetch brought under this name; nil when the remote had none.
    package func tip(of name: ReferenceName) -> CommitID? {
        var id = git_oid()
        guard git_reference_name_to_id(&id, pointer, name.tracking) == 0 else { return nil }
        return CommitID(id)
    }

    /// Opens a push and hangs up before anything is sent: the server has let this credential in to write.
    ///
    /// What only the push itself would show stays open: protected branches, hooks, a full disk.
    package func openPush() async throws(GitError) {
        try await authenticate()
        let connection = try connect("open a push to \(remote.location)", direction: GIT_DIRECTION_PUSH)
        _ = try references(of: connection)
    }

    private func connect(
        _ operation: String, direction: git_direction = GIT_DIRECTION_FETCH
    ) throws(GitError) -> RemoteConnection {
        let connection = try RemoteConnection(to: present, of: pointer, operation: operation)
        var callbacks = connection.callbacks
        try connection.check(git_remote_connect(connection.pointer, direction, &callbacks, nil, nil))
        return connection
    }

    private func references(of connection: RemoteConnection) throws(GitError) -> [ReferenceName: CommitID] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try connection.check(git_remote_ls(&heads, &count, connection.pointer))
        var references: [ReferenceName: CommitID] = [:]
        for case let head? in UnsafeBufferPointer(start: heads, count: count) {
            guard let text = head.pointee.name, let name = ReferenceName(String(cString: text)) else { continue }
            references[name] = CommitID(head.pointee.oid)
        }
        return references
    }

    private func fetchOnce(
        _ names: [ReferenceName], _ prefixes: [String]
    ) throws(GitError) -> [ReferenceName: CommitID] {
        let operation = "fetch \(remote.location)"
        let connection = try connect(operation)
        let offered = try references(of: connection)
        let wanted = offered.filter { name, _ in
            names.contains(name) || prefixes.contains { name.text.hasPrefix($0) }
        }
        // What is gone must go first: a name may have become the folder of another.
        for prefix in prefixes { try forget(below: prefix, except: wanted) }
        if wanted.contains(where: { tip(of: $0.key) != $0.value }) {
            let specifications = wanted.keys.map { "+\($0.text):\($0.tracking)" }
            var options = git_fetch_options()
            git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
            options.callbacks = connection.callbacks
            options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
            options.update_fetchhead = 0
            let code = withStringArray(specifications) { array in
                git_remote_fetch(connection.pointer, array, &options, nil)
            }
            try connection.check(code)
        }
        for name in names where wanted[name] == nil { forget(name) }
        // The server may have moved since it listed its references.
        return wanted.reduce(into: [:]) { result, next in result[next.key] = tip(of: next.key) }
    }

    private func forget(_ name: ReferenceName) {
        _ = git_reference_remove(pointer, name.tracking)
    }

    private func forget(below prefix: String, except kept: [ReferenceName: CommitID]) throws(GitError) {
        var array = git_strarray()
        try Library.check(git_reference_list(&array, pointer), "list the mirror's references")
        defer { git_strarray_dispose(&array) }
        let known = Set(kept.keys.map(\.tracking))
        let tracking = "refs/remote/" + prefix.dropFirst("refs/".count)
        for index in 0..<array.count {
            guard let text = array.strings?[index].map({ String(cString: $0) }), text.hasPrefix(tracking),
                !known.contains(text)
            else { continue }
            _ = git_reference_remove(pointer, text)
        }
    }

    /// Whether what the mirror claims to have is there; a cache may have been emptied in part.
    private func isSound(_ names: [ReferenceName]) -> Bool {
        guard git_repository_is_bare(pointer) == 1, isFolder(folder + "/objects"), isFolder(folder + "/refs") else {
            return false
        }
        return names.allSatisfy { name in
            guard let tip = tip(of: name) else { return true }
            return (try? tree(of: tip)) != nil
        }
    }

    private func tree(of commit: CommitID) throws(GitError) -> TreeID {
        let tree = try lookupTree(of: commit)
        return TreeID(git_tree_id(tree.pointer).pointee)
    }
}
