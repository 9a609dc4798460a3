import Foundation
package import Testing

/// A text as people read it, kept in the folder `Golden` beside the test; one that is missing is written and fails.
package enum GoldenFile {
    /// Compares, or writes anew where `HEADGATE_RECORD` is set.
    package static func expect(
        _ text: String, is name: String, file: String = #filePath, at location: SourceLocation = #_sourceLocation
    ) throws {
        let url = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
        let text = text.hasSuffix("\n") ? text : text + "\n"
        if let data = try? Data(contentsOf: url), !isRecording {
            let kept = String(decoding: data, as: UTF8.self)
            #expect(
                text == kept, "\(name) has changed; read the difference, then `make record`", sourceLocation: location)
            return
        }
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        if !isRecording { Issue.record("\(name) was missing and is written: read it", sourceLocation: location) }
    }

    private static let isRecording = ProcessInfo.processInfo.environment["HEADGATE_RECORD"] != nil
}
