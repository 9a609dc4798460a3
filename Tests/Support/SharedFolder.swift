package import Foundation

/// Facts and cases that are kept beside the package and not in it; a test that needs them is skipped where they are absent.
package enum SharedFolder {
    /// `../shared`, seen from the package's root.
    package static let path: String = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared").path
    }()

    package static var exists: Bool { FileManager.default.fileExists(atPath: path) }

    package static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    package static func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    }

    package static func bytes(_ name: String) throws -> [UInt8] { Array(try data(name)) }
}
