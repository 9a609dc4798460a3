/// A root folder of the repository and the name of the cluster that it is applied to.
package struct Environment: Hashable, Sendable {
    package let name: String
    /// From the repository's root; empty for the root itself.
    package let root: String

    package init(name: String, root: String) {
        self.name = name
        self.root = root.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
