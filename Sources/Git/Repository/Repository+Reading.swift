internal import CLibGit2

extension Repository {
    /// Every file of a commit, sorted as git sorts them.
    package func entries(at commit: CommitID) throws(GitError) -> [TreeEntry] {
        let root = try lookupTree(of: commit)
        var entries: [TreeEntry] = []
        try collect(root.pointer, below: "", depth: 0, into: &entries)
        return entries
    }

    /// The paths whose content or kind differs, sorted; folders that are equal are not read.
    package func differences(from old: CommitID, to new: CommitID) throws(GitError) -> [TreeDifference] {
        let left = try lookupTree(of: old)
        let right = try lookupTree(of: new)
        var gone: [String: TreeEntry] = [:]
        var came: [String: TreeEntry] = [:]
        try compare(left.pointer, right.pointer, below: "", depth: 0, gone: &gone, came: &came)
        return Set(gone.keys).union(came.keys).sorted().map {
            TreeDifference(path: $0, old: gone[$0], new: came[$0])
        }
    }

    /// The file at `path`; nil where there is none or a folder.
    package func entry(_ path: String, at commit: CommitID) throws(GitError) -> TreeEntry? {
        let root = try lookupTree(of: commit)
        return try entry(path, in: root)
    }

    /// A file's bytes.
    ///
    /// - Throws: `tooLarge` when it has more than `limit` bytes; `notFound`.
    package func blob(_ id: BlobID, limit: Int = 16 << 20) throws(GitError) -> [UInt8] {
        var raw = id.raw
        let blob = try Library.make(BlobObject.self, "read \(id.short)") { git_blob_lookup($0, pointer, &raw) }
        let size = git_blob_rawsize(blob.pointer)
        guard size <= limit else {
            throw GitError(.tooLarge, "read \(id.short)", "it has \(size) bytes, the limit is \(limit)")
        }
        return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob.pointer), count: Int(size)))
    }

    /// The bytes of the regular file at `path`; nil where there is none, or a symlink, which is not followed.
    package func file(_ path: String, at commit: CommitID, limit: Int = 16 << 20) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(path, at: commit), entry.kind == .file || entry.kind == .executable else {
            return nil
        }
        return try blob(entry.id, limit: limit)
    }

    func lookupCommit(_ id: CommitID) throws(GitError) -> Handle<CommitObject> {
        var raw = id.raw
        return try Library.make(CommitObject.self, "read commit \(id.short)") { git_commit_lookup($0, pointer, &raw) }
    }

    func lookupTree(of id: CommitID) throws(GitError) -> Handle<TreeObject> {
        let commit = try lookupCommit(id)
        return try Library.make(TreeObject.self, "read the tree of \(id.short)") { git_commit_tree($0, commit.pointer) }
    }

    func entry(_ path: String, in root: borrowing Handle<TreeObject>) throws(GitError) -> TreeEntry? {
        var found: OpaquePointer?
        let code = git_tree_entry_bypath(&found, root.pointer, path)
        if code == GIT_ENOTFOUND.rawValue || path.isEmpty { return nil }
        try Library.check(code, "look for \(path)")
        guard let found else { return nil }
        let entry = Handle<TreeEntryObject>(found)
        return TreeEntryView(entry.pointer).file(below: "", named: path)
    }

    /// Deeper trees are not a repository that people made.
    private static var depthLimit: Int { 128 }

    private func collect(
        _ tree: OpaquePointer, below prefix: String, depth: Int, into entries: inout [TreeEntry]
    ) throws(GitError) {
        guard depth < Self.depthLimit else {
            throw GitError(.tooLarge, "list the files", "\(prefix) is nested too deeply")
        }
        for index in 0..<git_tree_entrycount(tree) {
            guard let view = git_tree_entry_byindex(tree, index).map(TreeEntryView.init) else { continue }
            if let file = view.file(below: prefix) {
                entries.append(file)
            } else {
                let folder = try lookup(folder: view.id)
                try collect(folder.pointer, below: prefix + view.name + "/", depth: depth + 1, into: &entries)
            }
        }
    }

    private func compare(
        _ left: OpaquePointer, _ right: OpaquePointer, below prefix: String, depth: Int,
        gone: inout [String: TreeEntry], came: inout [String: TreeEntry]
    ) throws(GitError) {
        guard depth < Self.depthLimit else {
            throw GitError(.tooLarge, "compare the trees", "\(prefix) is nested too deeply")
        }
        let before = children(of: left)
        let after = children(of: right)
        for name in Set(before.keys).union(after.keys) {
            let (old, new) = (before[name], after[name])
            if let old, let new, old.isFolder, new.isFolder {
                guard old.rawID != new.rawID else { continue }
                let one = try lookup(folder: old.id)
                let other = try lookup(folder: new.id)
                try compare(
                    one.pointer, other.pointer, below: prefix + name + "/", depth: depth + 1, gone: &gone, came: &came)
                continue
            }
            if let old, let new, old.rawID == new.rawID, old.mode == new.mode { continue }
            if let old { try add(old, below: prefix, depth: depth, to: &gone) }
            if let new { try add(new, below: prefix, depth: depth, to: &came) }
        }
    }

    private func add(
        _ view: TreeEntryView, below prefix: String, depth: Int, to entries: inout [String: TreeEntry]
    ) throws(GitError) {
        var found: [TreeEntry] = []
        if let file = view.file(below: prefix) {
            found = [file]
        } else {
            let folder = try lookup(folder: view.id)
            try collect(folder.pointer, below: prefix + view.name + "/", depth: depth + 1, into: &found)
        }
        for entry in found { entries[entry.path] = entry }
    }

    private func children(of tree: OpaquePointer) -> [String: TreeEntryView] {
        var children: [String: TreeEntryView] = [:]
        for index in 0..<git_tree_entrycount(tree) {
            guard let view = git_tree_entry_byindex(tree, index).map(TreeEntryView.init) else { continue }
            children[view.name] = view
        }
        return children
    }

    func lookup(folder id: git_oid) throws(GitError) -> Handle<TreeObject> {
        var id = id
        return try Library.make(TreeObject.self, "read a folder") { git_tree_lookup($0, pointer, &id) }
    }
}

/// An entry that its tree owns; valid as long as the tree.
struct TreeEntryView {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    var name: String { git_tree_entry_name(pointer).map { String(cString: $0) } ?? "" }
    var id: git_oid { git_tree_entry_id(pointer).pointee }
    var rawID: TreeID { TreeID(id) }
    var mode: git_filemode_t { git_tree_entry_filemode(pointer) }
    var isFolder: Bool { mode == GIT_FILEMODE_TREE }

    /// Nil for a folder.
    func file(below prefix: String, named name: String? = nil) -> TreeEntry? {
        isFolder ? nil : TreeEntry(path: prefix + (name ?? self.name), id: BlobID(id), kind: .init(mode))
    }
}
