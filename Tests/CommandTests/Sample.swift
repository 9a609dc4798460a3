import Foundation
import Support

/// The sample repository as files.
enum Sample {
    static func files() throws -> [String: String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("sample-repo")
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            var isFolder: ObjCBool = false
            let file = root.appendingPathComponent(path)
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[path] = try String(contentsOf: file, encoding: .utf8)
        }
        return files
    }

    static let rollout = ".headgate/rollouts/production/checkout.yaml"
}
