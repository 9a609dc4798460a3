internal import Rollouts
internal import YAML

/// Where kustomizations keep their patches.
extension Reach {
    /// The patches of a kustomization, those in files of their own included.
    mutating func patches(of kustomization: Kustomization) -> [Patch] {
        guard let root = kustomization.stream.documents.first?.root else { return [] }
        var patches: [Patch] = []
        for item in (root["patches"]?.items ?? []) + (root["patchesJson6902"]?.items ?? []) {
            let target = item["target"]
            if let path = item["path"]?.resolved.text {
                patches += patchFile(path, at: item, target: target, of: kustomization)
            } else if let text = item["patch"]?.resolved.text {
                patches += inline(text, at: item, target: target, of: kustomization)
            }
        }
        for item in root["patchesStrategicMerge"]?.items ?? [] {
            guard let text = item.resolved.text else { continue }
            patches +=
                text.contains("\n")
                ? inline(text, at: item, target: nil, of: kustomization)
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

    /// A patch that is a text inside the kustomization: its values can be read but not written one by one.
    private mutating func inline(
        _ text: String, at node: YAMLNode, target: YAMLNode?, of kustomization: Kustomization
    ) -> [Patch] {
        do throws(YAMLError) {
            let stream = try YAMLStream(parsing: text, file: kustomization.file)
            return stream.documents.compactMap { document in
                Patch(stream: stream, document: nil, node: document.root, target: target)
            }
        } catch {
            diagnostics.append(Diagnostic(kustomization.file, node, "the patch cannot be read: \(error.message)"))
            return []
        }
    }
}
