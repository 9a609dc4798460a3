package import Rollouts
internal import YAML

/// Whether a GitOps engine would apply what is no manifest of anybody's cluster.
extension ManifestIndex {
    /// Flux and Argo CD take any YAML below an applied path: `.headgate` must be kept out of it.
    ///
    /// A kustomization at the root keeps it out by not naming it, Flux by an ignore file. What Argo CD excludes stands in its
    /// Application, outside the repository.
    package func appliedPathProblems(of environment: Environment) -> [Diagnostic] {
        let root = environment.root
        let inside = (root.isEmpty ? ".headgate" : "\(root)/.headgate") + "/"
        guard let path = tree.entries.keys.filter({ $0.hasPrefix(inside) }).min() else { return [] }
        let files = Kustomization.fileNames.map { root.isEmpty ? $0 : "\(root)/\($0)" }
        if files.contains(where: { tree.entries[$0] != nil }) { return [] }
        for file in [".sourceignore", root.isEmpty ? ".sourceignore" : "\(root)/.sourceignore"] {
            if let text = tree.text(at: file), Self.ignores(text) { return [] }
        }
        return [
            Diagnostic(
                file: path, message: "it is below \(root.isEmpty ? "the repository's root" : root), which is applied",
                hint:
                    "add the line /.headgate to .sourceignore (Flux), or exclude .headgate in the Application (Argo CD)"
            )
        ]
    }

    private static func ignores(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            let pattern = line.drop { $0 == " " || $0 == "/" }.prefix { $0 != "/" && $0 != "*" && $0 != " " }
            return pattern == ".headgate"
        }
    }
}
