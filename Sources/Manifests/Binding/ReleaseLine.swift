package import Rollouts
package import YAML

/// Where a Rollout states each value of its release, read and written in the text of its files.
package struct ReleaseLine: Sendable {
    /// A field of the Rollout document, or one of the file that it names.
    package enum Place: Hashable, Sendable {
        case document(FieldPath)
        case file(String, FieldPath)
    }

    /// By the names that the values have in a release.
    package let places: [String: Place]
    private let id: RolloutID

    package init(of id: RolloutID, _ spec: ReleaseSpec) {
        self.id = id
        let root: [FieldPath.Step] = [.field("spec"), .field("release")]
        var places: [String: Place] = [:]
        for (container, source) in spec.images ?? [:] {
            switch source {
            case .reference:
                places["image.\(container)"] = .document(FieldPath(root + [.field("images"), .field(container)]))
            case .field(let file, let path):
                guard let path = FieldPath(parsing: path) else { continue }
                places["image.\(container)"] = .file(file, path)
            }
        }
        for (index, value) in (spec.values ?? []).enumerated() {
            guard let target = ReleaseTarget(value.path) else { continue }
            let steps: [FieldPath.Step] = [.field("values"), .field(String(index)), .field("value")]
            places[target.name] = .document(FieldPath(root + steps))
        }
        self.places = places
    }

    /// The files beside the Rollout's own.
    package var files: [String] {
        Set(places.values.compactMap { place in if case .file(let file, _) = place { file } else { nil } }).sorted()
    }

    /// The file in which a value stands, where the Rollout's own is `own`.
    package func file(of name: String, own: String) -> String? {
        switch places[name] {
        case .document: own
        case .file(let file, _): file
        case nil: nil
        }
    }

    // MARK: Reading

    /// The Rollout of an id in the text of a file; nil where it is not there or cannot be read.
    package static func rollout(
        _ id: RolloutID, in bytes: [UInt8]?, file: String
    ) -> (stream: YAMLStream, index: Int, document: RolloutDocument)? {
        guard let bytes, let stream = try? YAMLStream(parsing: bytes, file: file) else { return nil }
        for (index, document) in stream.documents.enumerated() {
            guard document.root["kind"]?.string == "Rollout", document.root["metadata"]?["name"]?.string == id.name,
                (document.root["metadata"]?["namespace"]?.string ?? "default") == id.namespace,
                let rollout = try? YAMLDecoder().decode(RolloutDocument.self, from: document)
            else { continue }
            return (stream, index, rollout)
        }
        return nil
    }

    /// What is stated, with the other files read; nil where a value is not there.
    package func release(in document: YAMLDocument, files: (String) -> [UInt8]?) -> Release? {
        var values: [String: String] = [:]
        for (name, place) in places {
            let text: String?
            switch place {
            case .document(let path): text = Self.text(at: path, in: document)
            case .file(let file, let path):
                let stream = files(file).flatMap { try? YAMLStream(parsing: $0, file: file) }
                text = (try? stream?.single).flatMap { Self.text(at: path, in: $0) }
            }
            guard let text else { return nil }
            values[name] = text
        }
        return Release(values: values)
    }

    private static func text(at path: FieldPath, in document: YAMLDocument) -> String? {
        guard case .found(let place) = document.node(at: path) else { return nil }
        return place.node.string
    }

    // MARK: Writing

    /// The files with other values in their places; comments, quotes and order stay.
    ///
    /// - Parameter own: the Rollout's file.
    /// - Throws: where a value has no place, or its file cannot be edited.
    package func writing(_ values: [String: String], own: String, in tree: Tree) throws(Diagnostic) -> [String: [UInt8]]
    {
        var files: [String: [UInt8]] = [:]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let place = places[name], let file = self.file(of: name, own: own) else {
                throw Diagnostic(file: own, message: "\(id) states no \(name)", hint: "state it in spec.release")
            }
            guard let bytes = files[file] ?? tree.bytes(at: file) else {
                throw Diagnostic(file: own, message: "there is no file \(file)")
            }
            do throws(YAMLError) {
                files[file] = try edit(bytes, of: file, at: place, to: value)
            } catch {
                throw Diagnostic(error)
            }
        }
        return files
    }

    private func edit(
        _ bytes: [UInt8], of file: String, at place: Place, to value: String
    ) throws(YAMLError) -> [UInt8] {
        let stream = try YAMLStream(parsing: bytes, file: file)
        var editor = YAMLEditor(stream)
        switch place {
        case .document(let path):
            let index = Self.rollout(id, in: bytes, file: file)?.index ?? 0
            try editor.set(path, to: .string(value), in: index)
        case .file(_, let path): try editor.set(path, to: .string(value), in: try stream.single.index)
        }
        return editor.bytes
    }
}
