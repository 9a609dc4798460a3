import FoundationEssentials
import Manifests
import Rollouts

/// The files of a folder on disk as the tree of a commit: what `check` and `init` look at, committed or not.
struct WorkTree {
    /// The repository's root.
    let root: String

    /// - Throws: where there is no such folder.
    init(at path: String) throws {
        let current = FileManager.default.currentDirectoryPath
        let full = path.hasPrefix("/") ? path : path == "." ? current : "\(current)/\(path)"
        var isFolder = false
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), isFolder else {
            throw CommandError("there is no folder \(path)", hint: "give the root of the configuration repository")
        }
        root = full
    }

    /// - Throws: where the folder is a part of a repository and not the whole.
    func requireWholeRepository() throws {
        guard let other = Self.repository(around: root), other != root else { return }
        throw CommandError(
            "\(root) is a part of the repository \(other)",
            hint: "run it for the whole repository, and say which folder the cluster applies:"
                + " headgate init \(other) --environment NAME=FOLDER")
    }

    private static func repository(around path: String) -> String? {
        var folder = path
        while !folder.isEmpty {
            if FileManager.default.fileExists(atPath: folder + "/.git") { return folder }
            guard let slash = folder.lastIndex(of: "/") else { return nil }
            folder = String(folder[..<slash])
        }
        return nil
    }

    /// Every file by its path; those that can hold manifests, and ignore files, with their bytes.
    func tree() throws -> Tree {
        var entries: [String: Tree.Entry] = [:]
        var contents: [String: [UInt8]] = [:]
        do {
            try read("", into: &entries, &contents)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(
                "the files of \(root) cannot be read", hint: "give the root of the configuration repository")
        }
        return Tree(entries: entries, contents: contents)
    }

    private func read(
        _ folder: String, into entries: inout [String: Tree.Entry], _ contents: inout [String: [UInt8]]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : "\(root)/\(folder)")
        where name != ".git" {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory?: try read(path, into: &entries, &contents)
            case .typeSymbolicLink?: entries[path] = Tree.Entry(blob: "link \(path)", isLink: true)
            case .typeRegular?:
                let size = (attributes[.size] as? UInt64).map { Int(clamping: $0) } ?? 0
                guard Tree.keeps(path, size: size),
                    let data = FileManager.default.contents(atPath: "\(root)/\(path)")
                else {
                    entries[path] = Tree.Entry(blob: "unread \(path)")
                    continue
                }
                let blob = Digest(of: Array(data)).hex
                entries[path] = Tree.Entry(blob: blob)
                contents[blob] = Array(data)
            default: continue
            }
        }
    }

    /// Writes files, and the folders that they need.
    func write(_ files: [String: [UInt8]]) throws {
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let file = "\(root)/\(path)"
            if let slash = file.lastIndex(of: "/") {
                try FileManager.default.createDirectory(
                    atPath: String(file[..<slash]), withIntermediateDirectories: true)
            }
            try Self.replace(file, with: bytes)
        }
    }

    /// Writes the file whole or not at all; one that is there keeps its permissions.
    static func replace(_ file: String, with bytes: [UInt8]) throws {
        let mode = try? FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        try Data(bytes).write(to: URL(filePath: file), options: .atomic)
        if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file) }
    }
}
