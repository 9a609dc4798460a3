internal import Rollouts
internal import YAML

/// What people changed in a chart's values while a release is on its way.
extension BoundRollout {
    /// Everything beside the bound values in the documents that hold them: nobody knows which of it the chart puts into
    /// the pods.
    func chartEdits(since stage: BoundRollout, _ others: [BoundField]) -> [FieldDifference] {
        var seen: Set<Holder> = []
        return renderedFields.filter { $0.binding != .weight }.flatMap { field -> [FieldDifference] in
            guard seen.insert(Holder(field)).inserted,
                let former = stage.renderedFields.first(where: {
                    $0.binding == field.binding && $0.livePath == field.livePath
                }),
                stage.holders[former.place.file]?.bytes != holders[field.place.file]?.bytes,
                let before = stage.content(of: former, others), let present = content(of: field, others)
            else { return [] }
            // What a chart's values hold may be a secret, and never enters a message.
            return TreeDifference().parts(before, present).map { part in
                FieldDifference(
                    binding: BindingName(part.path.description), place: field.place.file, expected: nil, found: nil,
                    hidden: part.digest)
            }
        }
    }

    /// One document.
    private struct Holder: Hashable {
        let file: String
        let document: Int

        init(_ field: BoundField) {
            file = field.place.file
            document = field.place.document
        }
    }

    /// The document of a field without the values that rollouts change, and without what only names it.
    private func content(of field: BoundField, _ others: [BoundField]) -> YAMLTree? {
        guard let stream = holders[field.place.file], stream.documents.indices.contains(field.place.document),
            var tree = try? YAMLTree(stream.documents[field.place.document].root, of: stream)
        else { return nil }
        for other in fields + others where Holder(other) == Holder(field) {
            if let inner = other.place.inner {
                tree = tree.opening(other.place.path).flatMap { $0.setting(other.place.path + inner, to: nil) } ?? tree
            } else {
                tree = tree.setting(other.place.path, to: nil) ?? tree
            }
        }
        if tree["apiVersion"] != nil { tree["metadata"] = nil }
        return tree
    }
}
