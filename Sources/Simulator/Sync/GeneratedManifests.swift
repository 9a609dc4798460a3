import FoundationEssentials

/// The ConfigMaps and Secrets that `configMapGenerator` and `secretGenerator` make.
struct GeneratedManifests {
    private let file: String
    private let folder: String
    private let tree: SourceTree

    init(_ tree: SourceTree, file: String, folder: String) {
        self.tree = tree
        self.file = file
        self.folder = folder
    }

    func read(_ content: Value) throws(BuildFailure) -> [Manifest] {
        var manifests: [Manifest] = []
        for (list, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for entry in content[list]?.array ?? [] {
                guard let name = entry["name"]?.string else { throw BuildFailure("\(file): \(list): expected a name") }
                if let behaviour = entry["behavior"]?.string, behaviour != "create" {
                    throw BuildFailure("\(file): \(list): the simulator does not know behavior \(behaviour)")
                }
                var object: Value = ["apiVersion": "v1", "kind": .string(kind)]
                object["metadata", "name"] = .string(name)
                object["metadata", "namespace"] = entry["namespace"]
                object["data"] = .object(try data(of: entry, isEncoded: kind == "Secret"))
                var manifest = Manifest(file: file, content: object)
                manifest.isGenerated = true
                manifests.append(manifest)
            }
        }
        return manifests
    }

    private func data(of entry: Value, isEncoded: Bool) throws(BuildFailure) -> Fields {
        var pairs = texts(entry, "literals")
        for path in texts(entry, "envs") {
            pairs += try text(of: path).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        }
        var fields = Fields()
        func set(_ key: String, _ text: String) {
            fields[key] = .string(isEncoded ? Data(text.utf8).base64EncodedString() : text)
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw BuildFailure("\(file): expected key=value, found \(pair)") }
            set(parts[0], parts[1])
        }
        for path in texts(entry, "files") {
            let parts = path.split(separator: "=", maxSplits: 1).map(String.init)
            let key = parts.count == 2 ? parts[0] : path.split(separator: "/").last.map(String.init) ?? path
            set(key, try text(of: parts.last ?? path))
        }
        return fields.sorted()
    }

    private func texts(_ entry: Value, _ list: String) -> [String] { (entry[list]?.array ?? []).compactMap(\.string) }

    private func text(of path: String) throws(BuildFailure) -> String {
        guard let path = SourceTree.resolve(path, in: folder), let bytes = tree[path] else {
            throw BuildFailure("\(file): no such file: \(path)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Puts a hash of ten characters behind the names, after all kustomizations; it looks like kustomize's and is not.
    static func hashNames(of manifests: inout [Manifest]) {
        var names = NewNames()
        for index in manifests.indices where manifests[index].isGenerated {
            let name = manifests[index].name
            let hashed = "\(name)-\(hash(of: manifests[index].content.text))"
            names.add(manifests[index].kind, name, becomes: hashed)
            manifests[index].content["metadata", "name"] = .string(hashed)
        }
        for index in manifests.indices { manifests[index].content = names.renaming(manifests[index].content) }
    }

    private static let letters = Array("2456789bcdfghkmt")

    /// FNV-1a, 64 bits.
    private static func hash(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String((0..<10).map { letters[Int(hash >> UInt64($0 * 4) & 15)] })
    }
}
