internal import Rollouts
internal import YAML

/// The last look at a rendering: the files are parsed again, and nothing but bound fields may differ.
struct Verification {
    let rollout: BoundRollout
    let before: Tree
    var allowsStableTemplate = false
    var allowsStatement = false

    init(_ rollout: BoundRollout, before: Tree) {
        self.rollout = rollout
        self.before = before
    }

    /// - Throws: what differs beyond the bound fields, or weights that are not complete.
    func check(_ files: [String: [UInt8]]) throws(Diagnostic) {
        for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
            guard let formerBytes = before.bytes(at: file) else {
                throw Diagnostic(file: file, message: "the file would appear, which no stage does")
            }
            let former = try parse(formerBytes, file)
            let present = try parse(bytes, file)
            guard former.documents.count == present.documents.count else {
                throw Diagnostic(file: file, message: "the number of documents would change")
            }
            for index in former.documents.indices {
                try compare(former, present, index)
            }
        }
        try checkPercent(files)
    }

    private func parse(_ bytes: [UInt8], _ file: String) throws(Diagnostic) -> YAMLStream {
        do throws(YAMLError) { return try YAMLStream(parsing: bytes, file: file) } catch { throw Diagnostic(error) }
    }

    private func compare(_ former: YAMLStream, _ present: YAMLStream, _ index: Int) throws(Diagnostic) {
        let file = former.file
        let old: YAMLTree
        let new: YAMLTree
        do throws(YAMLError) {
            old = try YAMLTree(former.documents[index].root, of: former)
            new = try YAMLTree(present.documents[index].root, of: present)
        } catch {
            throw Diagnostic(error)
        }
        if old == new { return }
        var (left, right) = (old, new)
        for field in rollout.fields where field.place.file == file && field.place.document == index {
            guard let inner = field.place.inner else { continue }
            left = left.opening(field.place.path).flatMap { $0.setting(field.place.path + inner, to: nil) } ?? left
            right = right.opening(field.place.path).flatMap { $0.setting(field.place.path + inner, to: nil) } ?? right
        }
        for path in allowed(in: file, document: index) {
            left = left.setting(path, to: nil) ?? left
            right = right.setting(path, to: nil) ?? right
        }
        for path in placed(in: file, document: index) { (left, right) = (left.removing(path), right.removing(path)) }
        if let part = TreeDifference().parts(left, right).first {
            throw Diagnostic(
                file: file, message: "\(part.path) would change, which is no bound field of \(rollout.id)",
                hint: "nothing is written; this is a fault of the program")
        }
        if let route = rollout.route, !route.isRendered, route.object.file == file, route.object.document == index {
            try checkWeights(new, route)
        }
    }

    /// Where a rollout may write in one document.
    private func allowed(in file: String, document: Int) -> [FieldPath] {
        var paths = rollout.fields.filter { field in
            field.place.file == file && field.place.document == document && field.place.inner == nil
                && field.place.format != .entry
        }.map(\.place.path)
        func isHere(_ object: ManifestObject) -> Bool { object.file == file && object.document == document }
        let template = BoundRollout.Workload.templatePath
        if rollout.canary.ownsTemplate, isHere(rollout.canary.object) { paths.append(template) }
        if allowsStableTemplate, isHere(rollout.stable.object) { paths.append(template) }
        if allowsStatement {
            paths += statement(in: file, document: document)
        }
        return paths
    }

    /// Where a rollout may write together with the mappings above, which may be new.
    private func placed(in file: String, document: Int) -> [FieldPath] {
        func isHere(_ object: ManifestObject) -> Bool { object.file == file && object.document == document }
        let contents = rollout.companions.filter { isHere($0.canary) }.flatMap(\.content)
        let entries = rollout.fields.filter {
            $0.place.file == file && $0.place.document == document && $0.place.format == .entry
        }.map(\.place.path)
        return contents + entries + (isHere(rollout.stable.object) ? [RestartMark.path] : [])
    }

    private func statement(in file: String, document: Int) -> [FieldPath] {
        if file == rollout.source.stream.file, document == rollout.source.index { return ["spec.release"] }
        return (rollout.source.spec.release.images ?? [:]).values.compactMap { source in
            guard case .field(file, let path) = source, document == 0 else { return nil }
            return FieldPath(parsing: path)
        }
    }

    private func checkWeights(_ tree: YAMLTree, _ route: BoundRollout.Route) throws(Diagnostic) {
        do throws(RouteProblem) {
            let lists = try route.provider.lists(in: tree, of: route.pair)
            guard lists.map(\.path) == route.lists.map(\.path) else {
                throw RouteProblem(path: .root, message: "a list of backends would be lost", hint: "")
            }
            _ = try route.provider.share(lists)
        } catch {
            throw route.object.diagnostic(at: error.path, error.message, hint: error.hint)
        }
    }
}

extension YAMLTree {
    /// The tree with the values of the text at `path` in its place, where it is still a text.
    func opening(_ path: FieldPath) -> YAMLTree? {
        guard let text = value(at: path)?.string else { return self }
        guard let stream = try? YAMLStream(parsing: text, file: ""), let document = stream.documents.first,
            let tree = try? YAMLTree(document.root, of: stream)
        else { return nil }
        return setting(path, to: tree)
    }
}
