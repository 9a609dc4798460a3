/// Paths from the repository's root, with `/` between names and without one at either end; the root itself is empty.
extension String {
    /// The last name.
    package var name: String {
        utf8.lastIndex(of: Self.separator).map { String(self[utf8.index(after: $0)...]) } ?? self
    }

    /// The folder that a file is in.
    package var folder: String { utf8.lastIndex(of: Self.separator).map { String(self[..<$0]) } ?? "" }

    private static let separator = UInt8(ascii: "/")

    /// Whether the path ends in `ending`, compared byte by byte.
    func ends(in ending: StaticString) -> Bool {
        ending.withUTF8Buffer { utf8.suffix($0.count).elementsEqual($0) }
    }

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
