import HTTP
import Rollouts
import SystemPackage

/// A small file that the agent's deployment provides.
enum TextFile {
    private static let limit = 4 << 20

    static func bytes(_ path: String) throws(ClusterFailure) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            return try descriptor.closeAfter {
                var content: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while content.count <= limit {
                    let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                    if count == 0 { return content }
                    content += buffer[..<count]
                }
                throw Errno.fileTooLarge
            }
        } catch {
            throw ClusterFailure(.configuration, "\(path) cannot be read: \(error)")
        }
    }

    /// Without white space at the ends.
    static func token(_ path: String) throws(ClusterFailure) -> Secret {
        let text = String(decoding: try bytes(path), as: UTF8.self)
        let content = text.split(whereSeparator: \.isWhitespace).joined()
        guard !content.isEmpty else { throw ClusterFailure(.configuration, "\(path) is empty") }
        return Secret(content)
    }
}
