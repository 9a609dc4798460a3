/// The files of one revision of the config repository.
package struct SourceTree: Sendable, Equatable {
    package var files: [String: [UInt8]]

    package init(_ files: [String: [UInt8]] = [:]) {
        self.files = files
    }

    package init(texts: [String: String]) {
        files = texts.mapValues { Array($0.utf8) }
    }

    package subscript(path: String) -> [UInt8]? { files[path] }

    /// The files below a folder, in order; nothing of a folder named `.headgate` or `.git` is ever one of them.
    package func paths(below folder: String) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        return files.keys.filter { $0.hasPrefix(prefix) && !Self.isIgnored($0.dropFirst(prefix.count)) }.sorted()
    }

    /// The kustomization of a folder, by any of the names that kustomize looks for.
    package func kustomization(of folder: String) -> String? {
        let prefix = folder.isEmpty ? "" : folder + "/"
        return ["kustomization.yaml", "kustomization.yml", "Kustomization"].map { prefix + $0 }.first {
            files[$0] != nil
        }
    }

    package func isFolder(_ path: String) -> Bool {
        path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") }
    }

    private static func isIgnored(_ path: Substring) -> Bool {
        path.split(separator: "/").contains { $0 == ".headgate" || $0 == ".git" }
    }

    /// Resolves a path that a file in a folder refers to; nil where it leaves the repository.
    static func resolve(_ reference: String, in folder: String) -> String? {
        guard !reference.hasPrefix("/"), !reference.contains("://") else { return nil }
        var parts = folder.split(separator: "/").map(String.init)
        for part in reference.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
