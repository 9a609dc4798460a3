import Foundation
import Manifests
import Support
import Testing
import YAML

extension Tree {
    /// Whether kustomize itself can be asked.
    static var hasKustomize: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl") }

    /// By `Kind/name` what `kubectl kustomize` makes of the overlay `production`.
    func kustomized() throws -> [String: YAMLTree] {
        let folder = try TemporaryFolder()
        for path in entries.keys { try folder.write(path, try present(text(at: path))) }
        let outcome = try Program.run("kubectl", ["kustomize", "production"], in: folder.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let stream = try YAMLStream(parsing: outcome.output, file: "built")
        return try Dictionary(
            stream.documents.map { document in
                let tree = try YAMLTree(document.root, of: stream)
                return ("\(tree["kind"]?.string ?? "")/\(tree["metadata"]?["name"]?.string ?? "")", tree)
            }, uniquingKeysWith: { first, _ in first })
    }
}
