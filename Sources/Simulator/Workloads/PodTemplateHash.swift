/// The hash of a pod template that names its ReplicaSet.
///
/// FNV-1a over the canonical JSON, in the letters that Kubernetes uses for such names: the values differ from a real
/// controller's, the form does not.
enum PodTemplateHash {
    static func hash(of template: Value) -> String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in template.sorted.text.utf8 {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(String(hash).utf8.map { alphabet[Int($0) % alphabet.count] })
    }
}

extension Cluster {
    /// The hash of a workload's pod template, computed once for each generation.
    mutating func templateHash(of workload: StoredObject) -> String {
        let version = "\(workload.uid)/\(workload.generation)"
        if let hash = templateHashes[version] { return hash }
        let hash = PodTemplateHash.hash(of: workload.spec["template"] ?? .empty)
        templateHashes[version] = hash
        return hash
    }
}
