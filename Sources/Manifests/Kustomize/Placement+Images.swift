internal import Rollouts
internal import YAML

/// Follows an image through the kustomizations as kustomize does: from the innermost, in each the patches before `images:`.
extension Placement {
    /// An image after all kustomizations.
    struct NamedImage {
        var name: String
        /// The entry of `images:` that has the last word on the tag or the digest, and its layer.
        var decider: (depth: Int, entry: Kustomization.ImageOverride)?
    }

    /// Nil where neither the document nor a patch has an image.
    func image(_ written: String?, at path: FieldPath, of object: ManifestObject) -> NamedImage? {
        var image = written.map { NamedImage(name: ImageReference($0).name) }
        for (depth, layer) in object.layers.enumerated() {
            if let text = patched(in: layer, path, of: object) {
                image = NamedImage(name: ImageReference(text).name)
            }
            for entry in layer.images where entry.name == image?.name {
                if entry.newTag != nil || entry.digest != nil { image?.decider = (depth, entry) }
                if let name = entry.newName { image?.name = name }
            }
        }
        return image
    }

    /// What a patch of the layer makes the value, where that can be told.
    private func patched(in layer: Kustomization, _ path: FieldPath, of object: ManifestObject) -> String? {
        for patch in layer.patches.reversed() where patch.fits(object) && patch.touches(path) {
            if let text = (try? spot(in: patch, path, of: object, layer))?.node?.resolved.text { return text }
        }
        return nil
    }

    /// The part of the image that an entry states.
    func part(_ entry: Kustomization.ImageOverride, of layer: Kustomization) -> (Spot, BoundField.Format) {
        let isDigest = entry.digest != nil
        return (
            item(entry.index, "images", isDigest ? "digest" : "newTag", entry.node, layer), isDigest ? .digest : .tag
        )
    }

    /// - Throws: where the whole image is written in one place and its name replaced in another.
    func checkName(
        _ image: NamedImage?, _ node: YAMLNode?, at path: FieldPath, of object: ManifestObject
    ) throws(Diagnostic) {
        guard let name = image?.name, let text = node?.resolved.text, ImageReference(text).name != name else { return }
        throw object.placedDiagnostic(
            at: path, "the image's name is replaced by a kustomization, but not its tag",
            hint: "add newTag to the entry of images:")
    }
}
