internal import CLibGit2

/// A kind of libgit2 object, which all share one pointer type in Swift.
protocol LibraryObject {
    static func free(_ pointer: OpaquePointer)
}

/// Owns one libgit2 object and frees it.
struct Handle<Object: LibraryObject>: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { Object.free(pointer) }
}

enum RepositoryObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_repository_free(pointer) }
}

enum CommitObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_commit_free(pointer) }
}

enum TreeObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_tree_free(pointer) }
}

enum TreeEntryObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_tree_entry_free(pointer) }
}

enum TreeBuilderObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_treebuilder_free(pointer) }
}

enum BlobObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_blob_free(pointer) }
}

enum IndexObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_index_free(pointer) }
}

enum ReferenceObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_reference_free(pointer) }
}

enum RemoteObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) {
        git_remote_disconnect(pointer)
        git_remote_free(pointer)
    }
}

enum WalkObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_revwalk_free(pointer) }
}

enum DatabaseObject: LibraryObject {
    static func free(_ pointer: OpaquePointer) { git_odb_free(pointer) }
}
