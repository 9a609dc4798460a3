/// Paths from the repository's root, with `/` between names and without one at either end; the root itself is empty.
extension String {
    /// The last name.
    package var name: String { String(self[(lastIndex(of: "/").map { index(after: $0) } ?? startIndex)...]) }

    /// The folder that a file is in.
    package var folder: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }

    package func isBelow(_ folder: String) -> Bool { folder.isEmpty || hasPrefix(folder + "/") }

    /// The path that `relative` means in this folder; nil where it leaves the repository.
    package func resolving(_ relative: String) -> String? {
        var names = split(separator: "/").map(String.init)
        for name in relative.split(separator: "/") {
            switch name {
            case ".": continue
            case "..":
                if names.isEmpty { return nil }
                names.removeLast()
            default: names.append(String(name))
            }
        }
        return names.joined(separator: "/")
    }
}
