internal import CLibGit2

extension Repository {
    /// Makes a commit in the object database, on nothing else than `parent`; no reference and no work tree changes.
    ///
    /// - Throws: `unchanged` when the tree would be the parent's; `invalid` for a path that git does not take, or one
    ///   where a symlink, a submodule or a folder is; `signing`.
    package func commit(
        on parent: CommitID?, changes: [String: FileChange], message: String, author: Signature, committer: Signature
    ) async throws(GitError) -> CommitID {
        guard !message.utf8.contains(0) else {
            throw GitError(.invalid, "commit", "the message contains a NUL byte")
        }
        let tree = try tree(on: parent, with: changes)
        guard let signing else {
            return try create(tree: tree, parent: parent, message: message, author: author, committer: committer)
        }
        let content = try text(tree: tree, parent: parent, message: message, author: author, committer: committer)
        let signature = try await signing.sign(content, in: folder)
        return try create(signed: content, signature)
    }

    private func tree(on parent: CommitID?, with changes: [String: FileChange]) throws(GitError) -> TreeID {
        let base: Handle<TreeObject>
        if let parent { base = try lookupTree(of: parent) } else { base = try emptyTree() }
        var edits: [TreeEdit] = []
        for (path, change) in changes.sorted(by: { $0.key < $1.key }) {
            if let edit = try edit(path, change, in: base) { edits.append(edit) }
        }
        // Above some fifty edits one index is faster than rewriting the folders of each.
        let tree = edits.count <= 50 ? try updateTree(base, edits) : try updateIndex(base, edits)
        guard tree != TreeID(git_tree_id(base.pointer).pointee) else {
            throw GitError(.unchanged, "commit", "nothing changes")
        }
        return tree
    }

    private func edit(
        _ path: String, _ change: FileChange, in base: borrowing Handle<TreeObject>
    ) throws(GitError) -> TreeEdit? {
        guard !path.utf8.contains(0) else { throw GitError(.invalid, "commit", "a path contains a NUL byte") }
        let existing = try entry(path, in: base)
        if let existing, existing.kind == .symlink || existing.kind == .submodule {
            throw GitError(.invalid, "change \(path)", "it is a symlink or a submodule")
        }
        switch change {
        case .remove: return existing == nil ? nil : TreeEdit(path: path, content: nil)
        case .write(let bytes):
            var id = git_oid()
            let code = bytes.withUnsafeBytes { git_blob_create_from_buffer(&id, pointer, $0.baseAddress, $0.count) }
            try Library.check(code, "write \(path)")
            return TreeEdit(path: path, content: (id, existing?.kind ?? .file))
        }
    }

    private func updateTree(_ base: borrowing Handle<TreeObject>, _ edits: [TreeEdit]) throws(GitError) -> TreeID {
        let tree = base.pointer
        var id = git_oid()
        let code = withCStrings(edits.map(\.path)) { paths in
            let updates = zip(edits, paths).map { edit, path in
                git_tree_update(
                    action: edit.content == nil ? GIT_TREE_UPDATE_REMOVE : GIT_TREE_UPDATE_UPSERT,
                    id: edit.content?.id ?? git_oid(), filemode: (edit.content?.kind ?? .file).mode,
                    path: UnsafePointer(path))
            }
            return git_tree_create_updated(&id, pointer, tree, updates.count, updates)
        }
        try checkPaths(code, edits)
        return TreeID(id)
    }

    private func updateIndex(_ base: borrowing Handle<TreeObject>, _ edits: [TreeEdit]) throws(GitError) -> TreeID {
        let index = try Library.make(IndexObject.self, "commit") { git_index_new($0) }
        try Library.check(git_index_read_tree(index.pointer, base.pointer), "commit")
        for edit in edits {
            let code: Int32 = edit.path.withCString { path in
                guard let content = edit.content else { return git_index_remove(index.pointer, path, 0) }
                var entry = git_index_entry()
                entry.path = path
                entry.mode = content.kind.mode.rawValue
                entry.id = content.id
                return git_index_add(index.pointer, &entry)
            }
            try checkPaths(code, [edit])
        }
        var id = git_oid()
        try checkPaths(git_index_write_tree_to(&id, index.pointer, pointer), edits)
        return TreeID(id)
    }

    /// A refused path is the caller's mistake, not the mirror's damage.
    private func checkPaths(_ code: Int32, _ edits: [TreeEdit]) throws(GitError) {
        guard code < 0 else { return }
        let paths = edits.prefix(3).map(\.path).joined(separator: ", ")
        throw GitError(.invalid, "change \(paths)", LibraryFailure(code: code).message)
    }

    private func emptyTree() throws(GitError) -> Handle<TreeObject> {
        let builder = try Library.make(TreeBuilderObject.self, "commit") { git_treebuilder_new($0, pointer, nil) }
        var id = git_oid()
        try Library.check(git_treebuilder_write(&id, builder.pointer), "commit")
        return try Library.make(TreeObject.self, "commit") { git_tree_lookup($0, pointer, &id) }
    }
}

/// One edit of a tree; without content the path goes.
private struct TreeEdit {
    let path: String
    let content: (id: git_oid, kind: TreeEntry.Kind)?
}
