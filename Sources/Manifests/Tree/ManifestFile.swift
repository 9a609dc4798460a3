internal import Synchronization
package import YAML

/// A file that could be parsed, of which little is kept until somebody asks for more: an index holds thousands of files, and
/// looks into a few.
package final class ManifestFile: Sendable {
    /// What each document says of itself; nil for one that is no Kubernetes object or is not applied.
    let headers: [ManifestHeader?]
    private let path: String
    private let bytes: [UInt8]
    private let nodes: Mutex<YAMLStream?>

    private static let limits = YAMLLimits(size: Tree.sizeLimit)

    init(parsing bytes: [UInt8], path: String, keepsNodes: Bool) throws(YAMLError) {
        let stream = try YAMLStream(parsing: bytes, file: path, limits: Self.limits)
        headers = stream.documents.map { document in
            ManifestHeader(document.root).flatMap { ManifestHeader.isLocal(document.root) ? nil : $0 }
        }
        self.path = path
        self.bytes = bytes
        nodes = Mutex(keepsNodes ? stream : nil)
    }

    /// A file whose nodes somebody holds already, and whose documents are no objects.
    init(_ stream: YAMLStream) {
        (headers, path, bytes) = ([], stream.file, stream.bytes)
        nodes = Mutex(stream)
    }

    /// The documents with their nodes, parsed again where they have been let go.
    package var stream: YAMLStream {
        nodes.withLock { kept in
            if let kept { return kept }
            let stream = YAMLStream(parsingAgain: bytes, file: path, limits: Self.limits)
            kept = stream
            return stream
        }
    }

    var file: String { path }
}
