internal import Rollouts
internal import YAML

/// Where kustomizations keep their patches.
extension Reach {
    /// The patches of a kustomization, those in files of their own included.
    mutating func patches(of kustomization: Kustomization) -> [Patch] {
        guard let root = kustomization.stream.documents.first?.root else { return [] }
        var patches: [Patch] = []
        for list in ["patches", "patchesJson6902"] {
            for (index, item) in (root[list]?.items ?? []).enumerated() {
                let place = FieldPath([.field(list), .field(String(index))])
                if let path = item["path"]?.resolved.text {
                    patches += patchFile(path, at: item, target: item["target"], of: kustomization)
                } else if let patch = item["patch"], let text = patch.resolved.text {
                    patches += inline(
                        text, at: patch, place.appending("patch"), target: item["target"], of: kustomization)
                }
            }
        }
        for (index, item) in (root["patchesStrategicMerge"]?.items ?? []).enumerated() {
            guard let text = item.resolved.text else { continue }
            let place = FieldPath([.field("patchesStrategicMerge"), .field(String(index))])
            patches +=
                text.contains("\n")
                ? inline(text, at: item, place, target: nil, of: kustomization)
                : patchFile(text, at: item, target: nil, of: kustomization)
        }
        return patches
    }

    private mutating func patchFile(
        _ relative: String, at node: YAMLNode, target: YAMLNode?, of kustomization: Kustomization
    ) -> [Patch] {
        guard let path = kustomization.folder.resolving(relative), let stream = read(path) else {
            diagnostics.append(Diagnostic(kustomization.file, node, "the patch \(relative) cannot be read"))
            return []
        }
        return stream.documents.enumerated().compactMap { index, document in
            Patch(stream: stream, document: index, node: document.root, target: target)
        }
    }

    /// A patch that is a text inside the kustomization.
    private mutating func inline(
        _ text: String, at node: YAMLNode, _ path: FieldPath, target: YAMLNode?, of kustomization: Kustomization
    ) -> [Patch] {
        do throws(YAMLError) {
            let stream = try YAMLStream(parsing: text, file: kustomization.file)
            let place = Patch.Text(path: path, line: node.position.line)
            return stream.documents.compactMap { document in
                Patch(stream: stream, document: document.index, text: place, node: document.root, target: target)
            }
        } catch {
            diagnostics.append(Diagnostic(kustomization.file, node, "the patch cannot be read: \(error.message)"))
            return []
        }
    }
}
