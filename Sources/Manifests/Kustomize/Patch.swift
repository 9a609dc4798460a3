internal import Rollouts
internal import YAML

/// One patch of a kustomization, wherever it is written.
struct Patch: Sendable {
    /// The patch's own text.
    let stream: YAMLStream
    let document: Int
    /// Where in the kustomization the text stands; nil for a patch in a file of its own.
    let text: Text?
    let target: Target?
    let body: Body
    let node: YAMLNode

    enum Body: Sendable {
        /// A partial object.
        case merge(YAMLNode)
        /// A list of JSON 6902 operations.
        case operations([Operation])
    }

    /// One JSON 6902 operation.
    struct Operation: Sendable {
        let index: Int
        let action: String
        let pointer: String
        let value: YAMLNode?
    }

    /// A text inside a kustomization.
    struct Text: Sendable {
        let path: FieldPath
        let line: Int
    }

    /// Which objects a patch is for; a field that is nil fits any.
    struct Target: Sendable {
        let group: String?
        let kind: String?
        let namespace: String?
        let name: String?
        /// By label or annotation, which is not followed: such a target may fit anything of its kind.
        let isBroad: Bool
    }

    init?(stream: YAMLStream, document: Int, text: Text? = nil, node: YAMLNode, target: YAMLNode?) {
        self.stream = stream
        self.document = document
        self.text = text
        self.node = node
        if node.isSequence {
            body = .operations(
                node.items.enumerated().map { index, item in
                    Operation(
                        index: index, action: item["op"]?.resolved.text ?? "",
                        pointer: item["path"]?.resolved.text ?? "", value: item["value"])
                })
        } else if node.isMapping {
            body = .merge(node)
        } else {
            return nil
        }
        if let target {
            self.target = Target(
                group: target["group"]?.resolved.text, kind: target["kind"]?.resolved.text,
                namespace: target["namespace"]?.resolved.text, name: target["name"]?.resolved.text,
                isBroad: target["labelSelector"] != nil || target["annotationSelector"] != nil)
        } else if let header = ManifestHeader(node) {
            self.target = Target(
                group: header.group, kind: header.kind, namespace: nil, name: header.name, isBroad: false)
        } else {
            self.target = nil
        }
    }

    /// Whether the patch is for this object.
    ///
    /// Kustomize matches names as anchored regular expressions; one that is no plain name is taken to fit.
    func fits(_ object: ManifestObject) -> Bool {
        guard let target else { return false }
        if let group = target.group, group != object.group { return false }
        if let kind = target.kind, kind != object.kind, Self.isPlain(kind) { return false }
        guard let name = target.name, Self.isPlain(name) else { return true }
        return name == object.writtenName || name == object.reference.name
    }

    private static func isPlain(_ name: String) -> Bool {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    }

    /// Whether the patch says something about a value at or below `path`, or about something that holds it.
    func touches(_ path: FieldPath) -> Bool {
        switch body {
        case .merge(let node): Self.reaches(node, path.steps[...])
        case .operations(let operations): operations.contains { Self.overlaps(Self.names($0.pointer), path) }
        }
    }

    /// The operation that writes exactly the value at `path`; with the node that it patches, to tell list positions.
    func operation(writing path: FieldPath, of object: ManifestObject) -> Operation? {
        guard case .operations(let operations) = body else { return nil }
        return operations.last { operation in
            ["add", "replace"].contains(operation.action)
                && Self.points(Self.names(operation.pointer), path, in: object.root)
        }
    }

    /// The names of a JSON pointer (RFC 6901).
    static func names(_ pointer: String) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { name in
            var rest = name[...]
            var text = ""
            while let character = rest.popFirst() {
                if character == "~", let code = rest.first, code == "0" || code == "1" {
                    rest.removeFirst()
                    text.append(code == "0" ? "~" : "/")
                } else {
                    text.append(character)
                }
            }
            return text
        }
    }

    private static func points(_ names: [String], _ path: FieldPath, in root: YAMLNode) -> Bool {
        guard names.count == path.steps.count else { return false }
        var node: YAMLNode? = root
        for (name, step) in zip(names, path.steps) {
            switch step {
            case .field(let field):
                guard field == name else { return false }
                node = node?.isSequence == true ? Int(name).flatMap { node?[$0] } : node?[name]
            case .match(let key, let value):
                guard let item = Int(name).flatMap({ node?[$0] }), item[key]?.resolved.text == value else {
                    return false
                }
                node = item
            case .any:
                return false
            }
        }
        return true
    }

    private static func overlaps(_ names: [String], _ path: FieldPath) -> Bool {
        zip(names, path.steps).allSatisfy { name, step in
            switch step {
            case .field(let field): field == name || name == "-"
            case .match, .any: true
            }
        }
    }

    private static func reaches(_ node: YAMLNode, _ steps: ArraySlice<FieldPath.Step>) -> Bool {
        guard let step = steps.first else { return true }
        switch step {
        case .field(let name):
            if node.isSequence { return !node.items.isEmpty }
            return node[name].map { reaches($0, steps.dropFirst()) } ?? false
        case .match(let key, let value):
            return node.items.contains { $0[key]?.resolved.text == value && reaches($0, steps.dropFirst()) }
        case .any:
            return node.items.contains { reaches($0, steps.dropFirst()) }
        }
    }
}
