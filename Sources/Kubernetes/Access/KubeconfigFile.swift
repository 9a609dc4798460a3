package import Rollouts
import YAML

extension Kubeconfig {
    /// Reads a kubeconfig from a file, which is YAML or JSON.
    package init(contentsOf file: String) throws(ClusterFailure) {
        try self.init(parsing: try TextFile.bytes(file), file: file)
    }

    /// - Parameter file: the path that relative paths inside are relative to.
    package init(parsing bytes: [UInt8], file: String) throws(ClusterFailure) {
        let document: YAMLDocument
        do {
            document = try YAMLStream(parsing: bytes, file: file).single
        } catch {
            throw ClusterFailure(.configuration, "\(error)")
        }
        guard let root = JSON(document.root, depth: 50) else {
            throw ClusterFailure(.configuration, "\(file) nests too deeply for a kubeconfig")
        }
        try self.init(root, file: file)
    }
}

extension JSON {
    /// The value of a node; keys that are not text are left out, of repeated ones the first counts.
    fileprivate init?(_ node: YAMLNode, depth: Int) {
        guard depth > 0 else { return nil }
        if let scalar = node.typed {
            self.init(scalar)
        } else if node.isSequence {
            let items = node.items.compactMap { JSON($0, depth: depth - 1) }
            guard items.count == node.items.count else { return nil }
            self = .array(items)
        } else {
            var members: [Member] = []
            for entry in node.entries {
                guard let name = entry.name else { continue }
                guard let value = JSON(entry.value, depth: depth - 1) else { return nil }
                members.append(Member(name: name, value: value))
            }
            self = .object(members)
        }
    }

    private init(_ scalar: YAMLScalar) {
        switch scalar {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .number(String(number))
        case .float(let number): self = .number(String(number))
        case .string(let text): self = .string(text)
        }
    }
}
