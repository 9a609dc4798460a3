package import YAML

/// The one-line edits by which people steer, in the text of their own files; comments and order stay.
package enum SteeringEdit {
    /// `spec.steer.<word>` of one document.
    package static func stating(
        _ word: String, _ text: String, in stream: YAMLStream, document: Int = 0
    ) throws(YAMLError) -> [UInt8] {
        var editor = YAMLEditor(stream)
        let steer: FieldPath = "spec.steer"
        let scalar = YAMLScalar.string(text)
        if isMapping(steer, in: stream, document) {
            let path = steer.appending(word)
            if exists(path, in: stream, document) {
                try editor.set(path, to: scalar, in: document)
            } else {
                try editor.insert(path, .scalar(scalar), in: document)
            }
        } else {
            let tree = YAMLTree.mapping([.init(word, .scalar(scalar))]).flow
            if exists(steer, in: stream, document) {
                try editor.replace(steer, with: tree, in: document)
            } else {
                try editor.insert(steer, tree, in: document)
            }
        }
        return editor.bytes
    }

    /// Takes `spec.steer.hold` out, and `steer` with it where nothing else is said.
    package static func withoutHold(in stream: YAMLStream, document: Int = 0) throws(YAMLError) -> [UInt8] {
        var editor = YAMLEditor(stream)
        let said = stream.documents[document].root["spec"]?["steer"]?.entries.count ?? 0
        try editor.remove(said > 1 ? "spec.steer.hold" : "spec.steer", in: document)
        return editor.bytes
    }

    /// The hold of `config.yaml`; nil ends it.
    package static func holdingEverything(
        for reason: String?, in bytes: [UInt8]?, file: String
    ) throws(YAMLError) -> [UInt8] {
        let stream = try YAMLStream(parsing: bytes ?? [], file: file)
        guard !stream.documents.isEmpty, !stream.documents[0].root.isNull else {
            guard let reason else { return stream.bytes }
            let line = YAMLWriter.text(.mapping([.init("hold", .string(reason))]))
            let ending = stream.bytes.isEmpty || stream.bytes.last == UInt8(ascii: "\n") ? "" : "\n"
            return stream.bytes + Array((ending + line).utf8)
        }
        var editor = YAMLEditor(stream)
        let isStated = exists("hold", in: stream, 0)
        switch (reason, isStated) {
        case (let reason?, true): try editor.set("hold", to: .string(reason))
        case (let reason?, false): try editor.insert("hold", .string(reason))
        case (nil, true): try editor.remove("hold")
        case (nil, false): break
        }
        return editor.bytes
    }

    /// An image of the release, where the document states it itself.
    package static func releasing(
        _ image: String, of container: String, in stream: YAMLStream, document: Int = 0
    ) throws(YAMLError) -> [UInt8] {
        var editor = YAMLEditor(stream)
        let images: FieldPath = "spec.release.images"
        let path = images.appending(container)
        if exists(path, in: stream, document) {
            try editor.set(path, to: .string(image), in: document)
        } else if exists(images, in: stream, document) {
            try editor.insert(path, .string(image), in: document)
        } else {
            try editor.insert(images, .mapping([.init(container, .string(image))]).flow, in: document)
        }
        return editor.bytes
    }

    /// An image where `{file, path}` says that it is written.
    package static func setting(_ image: String, at path: FieldPath, in stream: YAMLStream) throws(YAMLError) -> [UInt8]
    {
        var editor = YAMLEditor(stream)
        try editor.set(path, to: .string(image), in: try stream.single.index)
        return editor.bytes
    }

    private static func exists(_ path: FieldPath, in stream: YAMLStream, _ document: Int) -> Bool {
        if case .found = stream.documents[document].node(at: path) { true } else { false }
    }

    private static func isMapping(_ path: FieldPath, in stream: YAMLStream, _ document: Int) -> Bool {
        guard case .found(let place) = stream.documents[document].node(at: path) else { return false }
        return place.node.isMapping && !place.node.entries.isEmpty
    }
}
