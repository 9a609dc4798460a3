internal import Manifests
internal import YAML

/// A canary's manifest: the text of the stable one, comments included, with what makes it the canary's.
struct CanaryDocument {
    private(set) var editor: YAMLEditor

    /// A copy of `object`, called `name`.
    ///
    /// - Throws: where its text cannot be edited.
    init(of object: ManifestObject, name: String) throws(SetupRefusal) {
        do throws(YAMLError) {
            do throws(YAMLError) {
                editor = try Self.copy(Self.text(of: object), object.file, name)
            } catch {
                // Anchors and merge keys: the values written out.
                let tree = try YAMLTree(object.root, of: object.stream)
                editor = try Self.copy(YAMLWriter.text(tree), object.file, name)
            }
        } catch {
            throw SetupRefusal(error)
        }
    }

    var text: String { editor.text }

    /// Takes `text` where it has the same meaning, and only comments differ.
    mutating func replace(withText text: String) {
        guard let stream = try? YAMLStream(parsing: text, file: editor.stream.file), stream.documents.count == 1,
            let result = try? YAMLTree(stream.documents[0].root, of: stream),
            let meaning = try? YAMLTree(editor.stream.documents[0].root, of: editor.stream), result == meaning
        else { return }
        editor = YAMLEditor(stream)
    }

    private static func copy(_ text: String, _ file: String, _ name: String) throws(YAMLError) -> YAMLEditor {
        var editor = YAMLEditor(try YAMLStream(parsing: text, file: file))
        guard editor.stream.documents.count == 1 else { return YAMLEditor(editor.stream) }
        if !editor.stream.documents[0].aliased.isEmpty {
            throw YAMLError(file: file, position: .start, message: "aliases")
        }
        try editor.set("metadata.name", to: .string(name))
        try editor.removeIfPresent("status")
        for field in ["creationTimestamp", "resourceVersion", "uid", "generation", "managedFields"] {
            try editor.removeIfPresent(FieldPath([.field("metadata"), .field(field)]))
        }
        try editor.removeEntries(of: "metadata.annotations") { key in
            ["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"].contains(key)
        }
        return editor
    }

    /// The lines of the object's document, with the comments before it and without the markers around it.
    static func text(of object: ManifestObject) -> String {
        let bytes = object.stream.bytes
        var start = 0
        var line = 0
        var end = bytes.count
        while line < bytes.count {
            let next = bytes[line...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            if isMarker(bytes[line..<next]) {
                if line > object.root.range.lowerBound {
                    end = line
                    break
                }
                start = next
            }
            line = next
        }
        return String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    }

    private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        return ["---", "..."].contains {
            text.hasPrefix($0) && (text.count == 3 || text.dropFirst(3).first?.isWhitespace == true)
        }
    }

    /// Makes edits; where one cannot be made, nothing is.
    mutating func edit(_ body: (inout YAMLEditor) throws(YAMLError) -> Void) throws(SetupRefusal) {
        do throws(YAMLError) { try editor.transaction(body) } catch { throw SetupRefusal(error) }
    }
}

extension YAMLEditor {
    /// Takes out the entries of a mapping whose keys fit, and the mapping itself where it has no others.
    mutating func removeEntries(of path: FieldPath, where fits: (String) -> Bool) throws(YAMLError) {
        guard case .found(let place) = stream.documents[0].node(at: path) else { return }
        let keys = place.node.entries.compactMap(\.name)
        let gone = keys.filter(fits)
        if !gone.isEmpty, gone.count == keys.count { return try remove(path) }
        for key in gone { try remove(path.appending(.field(key))) }
    }

    /// Writes the canary's value of the label into the mapping at `path`, where it has stable's.
    mutating func setLabel(_ label: TellingLabel, in path: FieldPath) throws(YAMLError) {
        let own = path.appending(.field(label.key))
        guard case .found(let place) = stream.documents[0].node(at: own), place.node.resolved.text == label.stable
        else {
            return
        }
        try set(own, to: .string(label.canary))
    }
}
