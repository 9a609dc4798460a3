internal import Rollouts
internal import YAML

extension ManifestChange {
    /// Every field in which two versions of a file differ, whatever its documents are; nothing where they mean the same.
    ///
    /// - Parameters:
    ///   - former: nil where there was no file.
    ///   - present: nil where there is none any more.
    package static func differences(_ file: String, from former: [UInt8]?, to present: [UInt8]?) -> [ManifestChange] {
        if former == present { return [] }
        func whole(_ line: Int = 1) -> [ManifestChange] {
            [
                ManifestChange(
                    reach: .other, object: file, field: ".", file: file, line: line,
                    former: former.map { _ in "a file" },
                    present: present.map { _ in "a file" }, isHidden: former != nil && present != nil)
            ]
        }
        guard let former, let present, let old = try? YAMLStream(parsing: former, file: file),
            let new = try? YAMLStream(parsing: present, file: file), old.documents.count == new.documents.count
        else { return whole() }
        return new.documents.indices.flatMap { index -> [ManifestChange] in
            let document = new.documents[index]
            guard let past = try? YAMLTree(old.documents[index].root, of: old),
                let tree = try? YAMLTree(document.root, of: new)
            else { return whole(document.position.line) }
            let kinds = [past["kind"]?.string, tree["kind"]?.string].compactMap(\.self)
            return TreeDifference().parts(past, tree).map { part in
                ManifestChange(
                    reach: .other, object: title(of: tree) ?? file, field: "\(part.path)", file: file,
                    line: Diagnostic(document, at: part.path, "").line, former: part.former?.short,
                    present: part.present?.short, isHidden: kinds.contains(where: ObjectReference.secretKinds.contains))
            }
        }
    }

    private static func title(of tree: YAMLTree) -> String? {
        guard let kind = tree["kind"]?.string, let name = tree["metadata"]?["name"]?.text else { return nil }
        return "\(kind)/\(name)"
    }
}
