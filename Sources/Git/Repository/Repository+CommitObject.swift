internal import CLibGit2

extension Repository {
    /// Writes a commit that nobody signs.
    func create(
        tree: TreeID, parent: CommitID?, message: String, author: Signature, committer: Signature
    ) throws(GitError) -> CommitID {
        let content = try text(tree: tree, parent: parent, message: message, author: author, committer: committer)
        var id = git_oid()
        let database = try Library.make(DatabaseObject.self, "commit") { git_repository_odb($0, pointer) }
        let code = content.withUnsafeBytes {
            git_odb_write(&id, database.pointer, $0.baseAddress, $0.count, GIT_OBJECT_COMMIT)
        }
        try Library.check(code, "commit")
        return CommitID(id)
    }

    /// Writes a commit with the signature of its text.
    func create(signed content: [UInt8], _ signature: String) throws(GitError) -> CommitID {
        var id = git_oid()
        let text = String(decoding: content, as: UTF8.self)
        try Library.check(git_commit_create_with_signature(&id, pointer, text, signature, "gpgsig"), "commit")
        return CommitID(id)
    }

    /// The commit object's text, which is what a signature signs.
    func text(
        tree: TreeID, parent: CommitID?, message: String, author: Signature, committer: Signature
    ) throws(GitError) -> [UInt8] {
        var raw = tree.raw
        let root = try Library.make(TreeObject.self, "commit") { git_tree_lookup($0, pointer, &raw) }
        let author = try SignatureBox(author)
        let committer = try SignatureBox(committer)
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        let message = message.hasSuffix("\n") ? message : message + "\n"
        if let parent {
            let commit = try lookupCommit(parent)
            var parents: [OpaquePointer?] = [commit.pointer]
            try Library.check(
                git_commit_create_buffer(
                    &buffer, pointer, author.pointer, committer.pointer, nil, message, root.pointer, 1, &parents),
                "commit")
        } else {
            try Library.check(
                git_commit_create_buffer(
                    &buffer, pointer, author.pointer, committer.pointer, nil, message, root.pointer, 0, nil),
                "commit")
        }
        return Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
    }
}

/// Owns a `git_signature`.
private struct SignatureBox: ~Copyable {
    let pointer: UnsafeMutablePointer<git_signature>

    init(_ signature: Signature) throws(GitError) {
        var made: UnsafeMutablePointer<git_signature>?
        let code = git_signature_new(
            &made, signature.name, signature.email, signature.time, Int32(clamping: signature.offset))
        guard code == 0, let made else {
            throw GitError(.invalid, "commit", "the author “\(RemoteWords.clean(signature.name))” is not usable")
        }
        pointer = made
    }

    deinit { git_signature_free(pointer) }
}
