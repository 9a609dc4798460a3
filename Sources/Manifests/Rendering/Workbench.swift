internal import Rollouts
internal import YAML

/// The files that a rendering edits, each opened once.
struct Workbench {
    let tree: Tree
    private var editors: [String: YAMLEditor] = [:]

    init(_ tree: Tree) {
        self.tree = tree
    }

    /// The files whose bytes are no longer the tree's.
    var changed: [String: [UInt8]] {
        editors.filter(\.value.isChanged).mapValues(\.bytes)
    }

    mutating func edit(
        _ file: String, _ body: (inout YAMLEditor) throws(YAMLError) -> Void
    ) throws(Diagnostic) {
        var editor = try editor(of: file)
        do throws(YAMLError) { try body(&editor) } catch { throw Diagnostic(error) }
        editors[file] = editor
    }

    private func editor(of file: String) throws(Diagnostic) -> YAMLEditor {
        if let editor = editors[file] { return editor }
        var cache = ParseCache()
        guard let stream = try cache.stream(at: file, in: tree) else {
            throw Diagnostic(file: file, message: "the file is gone")
        }
        return YAMLEditor(stream)
    }

    /// Writes `text` in the place of `field`; nil takes the entry out.
    mutating func write(_ text: String?, to field: BoundField) throws(Diagnostic) {
        let place = field.place
        if let inner = place.inner { return try write(text, inside: place, at: inner) }
        if place.format == .marker || place.format == .entry {
            return try put(text.map(YAMLTree.string), at: place.path, in: place.file, place.document)
        }
        try edit(place.file) { (editor) throws(YAMLError) in
            let documents = editor.stream.documents
            guard documents.indices.contains(place.document) else { return }
            let document = documents[place.document]
            let present: YAMLNode? =
                if case .found(let found) = document.node(at: place.path) { found.node } else { nil }
            guard let text else {
                if present != nil { try editor.remove(place.path, in: place.document) }
                return
            }
            let scalar = Self.scalar(text, place.format, like: present?.typed)
            if present != nil {
                try editor.set(place.path, to: scalar, in: place.document)
            } else {
                // A count comes first in its object, as people write it; a weight last in its backend.
                let isCount = place.format == .number && place.path.steps.count == 2
                try editor.insert(place.path, .scalar(scalar), at: isCount ? 0 : nil, in: place.document)
            }
        }
    }

    /// Edits a text that is YAML or JSON itself: a patch in a kustomization, or an annotation.
    private mutating func write(
        _ text: String?, inside place: BoundField.Place, at path: FieldPath
    ) throws(Diagnostic) {
        try edit(place.file) { (editor) throws(YAMLError) in
            let outer = try editor.stream.documents[place.document].place(at: place.path).node
            let inner = try YAMLStream(parsing: outer.string ?? "", file: place.file).single
            let present: YAMLNode? = if case .found(let found) = inner.node(at: path) { found.node } else { nil }
            guard let text else {
                if present != nil { try editor.remove(path, insideTextAt: place.path, in: place.document) }
                return
            }
            let scalar = Self.scalar(text, place.format, like: present?.typed)
            try editor.set(path, to: scalar, insideTextAt: place.path, in: place.document)
        }
    }

    private static func scalar(_ text: String, _ format: BoundField.Format, like former: YAMLScalar?) -> YAMLScalar {
        switch format {
        case .number: Int(text).map(YAMLScalar.int) ?? .string(text)
        case .value: YAMLScalar.typed(text, like: former)
        case .image, .tag, .digest, .marker, .entry: .string(text)
        }
    }

    /// Makes the value at `path` equal `wanted`, with the mappings above it; nil takes it out, and with it the mappings
    /// that it leaves empty.
    mutating func place(_ wanted: YAMLTree?, at path: FieldPath, of object: ManifestObject) throws(Diagnostic) {
        try put(wanted, at: path, in: object.file, object.document)
    }

    private mutating func put(
        _ wanted: YAMLTree?, at path: FieldPath, in file: String, _ number: Int
    ) throws(Diagnostic) {
        try edit(file) { (editor) throws(YAMLError) in
            let document = editor.stream.documents[number]
            func node(_ path: FieldPath) -> YAMLNode? {
                if case .found(let place) = document.node(at: path) { place.node.resolved } else { nil }
            }
            var (path, wanted) = (path, wanted)
            if wanted == nil {
                guard node(path) != nil else { return }
                while let parent = path.parent, let mapping = node(parent), mapping.entries.count == 1, !parent.isRoot {
                    path = parent
                }
                return try editor.remove(path, in: number)
            }
            while let tree = wanted, let parent = path.parent, !parent.isRoot, node(parent) == nil,
                case .field(let name)? = path.last
            {
                (path, wanted) = (parent, .mapping([.init(name, tree)]))
            }
            guard let wanted else { return }
            if node(path) == nil {
                try editor.insert(path, wanted, in: number)
            } else {
                try editor.synchronise(path, with: wanted, in: number)
            }
        }
    }

    /// Makes the value at `path` of a document equal `wanted`; nil takes the entry out.
    mutating func synchronise(
        _ path: FieldPath, of object: ManifestObject, with wanted: YAMLTree?
    ) throws(Diagnostic) {
        try edit(object.file) { (editor) throws(YAMLError) in
            let document = editor.stream.documents[object.document]
            let exists = if case .found = document.node(at: path) { true } else { false }
            switch (wanted, exists) {
            case (nil, false): return
            case (nil, true): try editor.remove(path, in: object.document)
            case (let wanted?, false): try editor.insert(path, wanted, in: object.document)
            case (let wanted?, true): try editor.synchronise(path, with: wanted, in: object.document)
            }
        }
    }
}
