import Foundation

/// The package's own files, as text.
struct SourceTree {
    struct File {
        let path: String
        let text: String

        /// The lines that import a module, without access levels.
        var imports: [String] {
            text.split(separator: "\n").compactMap { line in
                var words = line.split(separator: " ").map(String.init)
                while let first = words.first,
                    ["package", "internal", "private", "fileprivate", "public", "@preconcurrency"].contains(first)
                {
                    words.removeFirst()
                }
                guard words.first == "import", words.count > 1 else { return nil }
                return words[1]
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Swift files of a target.
    static func files(of target: String) throws -> [File] {
        try files(below: "Sources/\(target)")
    }

    static func files(below folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        guard let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
        return try walker.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { url in
            File(
                path: String(url.path.dropFirst(root.path.count + 1)),
                text: try String(contentsOf: url, encoding: .utf8))
        }.sorted { $0.path < $1.path }
    }

    /// Lines of code that contain one of the words, with comments and texts left out as far as a line shows them.
    static func uses(of words: [String], in files: [File]) -> [String] {
        files.flatMap { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
                let code = line.split(separator: "//", omittingEmptySubsequences: false).first.map(String.init) ?? ""
                guard let word = words.first(where: { code.contains($0) }) else { return nil }
                return "\(file.path):\(number + 1): \(word)"
            }
        }
    }
}
