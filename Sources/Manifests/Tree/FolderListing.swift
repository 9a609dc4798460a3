/// Which files and folders each folder holds.
struct FolderListing: Sendable {
    private struct Folder {
        /// The paths of the files, from the root of the repository.
        var files: [String] = []
        var folders: Set<String> = []
    }

    private var children: [String: Folder] = ["": Folder()]

    /// Links are left out: nothing behind them is ever reached.
    init(_ tree: Tree) {
        for (path, entry) in tree.entries where !entry.isLink {
            var folder = path.folder
            children[folder, default: Folder()].files.append(path)
            while !folder.isEmpty {
                let isNew = children[folder.folder, default: Folder()].folders.insert(folder.name).inserted
                guard isNew else { break }
                folder = folder.folder
            }
        }
    }

    /// The paths of the files right in a folder, in their order.
    func files(in folder: String) -> [String] { (children[folder]?.files ?? []).sorted() }
    /// The names of the folders right in a folder, in their order.
    func folders(in folder: String) -> [String] { (children[folder]?.folders ?? []).sorted() }
    func contains(_ folder: String) -> Bool { children[folder] != nil }
}
