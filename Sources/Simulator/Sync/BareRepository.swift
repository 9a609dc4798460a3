import Dispatch

/// Where the GitOps engine reads revisions from.
package protocol SourceRepository: Sendable {
    /// The id of the newest commit of the branch.
    func head() async throws -> String
    func tree(at commit: String) async throws -> SourceTree
}

/// A bare repository on this machine, read with the `git` program on a thread of its own.
package actor BareRepository: SourceRepository {
    private let executor = GitExecutor()
    private let git: GitProcess
    private let branch: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(path: String, branch: String) {
        git = GitProcess(repository: path)
        self.branch = branch
    }

    package func head() throws(SourceFailure) -> String {
        let output = try git.run(["rev-parse", "--verify", "refs/heads/" + branch])
        return String(decoding: output.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// All regular files of a commit; symbolic links are left out.
    package func tree(at commit: String) throws(SourceFailure) -> SourceTree {
        let listing = try git.run(["ls-tree", "-r", "-z", commit])
        var entries: [(id: String, path: String)] = []
        for line in listing.split(separator: 0) {
            let parts = line.split(separator: 0x09, maxSplits: 1)
            let facts = (parts.first ?? []).split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 2, facts.count == 3, facts[0].hasPrefix("100") else { continue }
            entries.append((facts[2], String(decoding: parts[1], as: UTF8.self)))
        }
        let request = entries.map(\.id).joined(separator: "\n") + "\n"
        let blobs = try git.run(["cat-file", "--batch"], input: Array(request.utf8))
        return try Self.read(blobs, entries)
    }

    /// Takes the answers of `cat-file --batch` apart: `<id> blob <size>`, a line break, the bytes, a line break.
    private static func read(
        _ output: [UInt8], _ entries: [(id: String, path: String)]
    ) throws(SourceFailure) -> SourceTree {
        var tree = SourceTree()
        var rest = output[...]
        for entry in entries {
            let header = rest.prefix { $0 != 0x0A }
            let facts = header.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard facts.count == 3, let size = Int(facts[2]), size >= 0, rest.count >= header.count + size + 2 else {
                throw SourceFailure(message: "git cat-file: no blob \(entry.id) for \(entry.path)")
            }
            let content = rest.dropFirst(header.count + 1).prefix(size)
            tree.files[entry.path] = Array(content)
            rest = rest.dropFirst(header.count + size + 2)
        }
        return tree
    }
}

/// Runs the repository's work on a queue of its own: waiting for a child process must not hold a cooperative thread.
private final class GitExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "simulator.git")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
