/// Writes new files: block style, two columns per level, quotes where they are needed.
package enum YAMLWriter {
    /// The text of one document with its final line break.
    ///
    /// Dashes stand below the key of their list, as in what Kubernetes and kustomize print. A tree marked `flow` stays on
    /// one line.
    package static func text(_ tree: YAMLTree) -> String {
        BlockText.lines(tree, at: 0, layout: BlockText.Layout()).map { $0 + "\n" }.joined()
    }

    /// The text of several documents.
    package static func text(_ documents: [YAMLTree]) -> String {
        documents.map(text).joined(separator: "---\n")
    }
}
