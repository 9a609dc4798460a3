/// Making a part of a document mean what is wanted, with as few edits as that takes.
extension YAMLEditor {
    /// Edits the value at `path` until it equals `wanted`.
    ///
    /// What is equal already is not touched. Entries are inserted where they stand in `wanted`; the order of entries that
    /// exist is left alone. Items of a list that all have `mergeKey` are matched by it, others by their number. Where
    /// `wanted` was copied from a file, inserted parts bring their comments and style along.
    package mutating func synchronise(
        _ path: FieldPath, with wanted: YAMLTree, mergeKey: String = "name", in document: Int = 0
    ) throws(YAMLError) {
        try transaction { (editor) throws(YAMLError) in
            let target = try editor.target(path, in: document)
            var pass = Synchronisation(editor: editor, document: document, mergeKey: mergeKey)
            let place = target.place.numbered
            try pass.match(place, wanted)
            editor = pass.editor
            let result = try editor.stream.documents[document].place(at: place)
            guard try YAMLTree(result.node, of: editor.stream) == wanted else {
                throw target.document.error(
                    at: target.place.node, path: path, "cannot bring \(path) to the wanted value",
                    hint: "make this edit by hand")
            }
        }
    }
}

extension YAMLPlace {
    /// The path with numbers in the place of selectors, which an edit of the selected key would break.
    fileprivate var numbered: FieldPath {
        FieldPath(
            zip(path.steps, indices).map { step, index in
                if case .match = step { .field(String(index)) } else { step }
            })
    }
}

private struct Synchronisation {
    var editor: YAMLEditor
    let document: Int
    let mergeKey: String

    private func current(_ path: FieldPath) throws(YAMLError) -> YAMLTree {
        try YAMLTree(try editor.stream.documents[document].place(at: path).node, of: editor.stream)
    }

    mutating func match(_ path: FieldPath, _ wanted: YAMLTree) throws(YAMLError) {
        let current = try current(path)
        if current == wanted { return }
        switch (current.content, wanted.content) {
        case (.scalar, .scalar(let scalar)): try editor.set(path, to: scalar, in: document)
        case (.mapping(let own), .mapping(let members)) where !own.isEmpty && !members.isEmpty:
            try matchEntries(path, own, members)
        case (.sequence(let own), .sequence(let items)) where !own.isEmpty && !items.isEmpty:
            if let names = itemNames(own), let wantedNames = itemNames(items) {
                try matchNamed(path, own, names, items, wantedNames)
            } else {
                try matchNumbered(path, own, items)
            }
        default: try replace(path, wanted)
        }
    }

    /// Writes `wanted` whole: first the text that it was copied from, where there is one, then what has changed since.
    private mutating func replace(_ path: FieldPath, _ wanted: YAMLTree) throws(YAMLError) {
        if let copy = wanted.changedCopy {
            let former = editor
            do throws(YAMLError) {
                try editor.replace(path, with: copy, in: document)
                return try match(path, wanted)
            } catch {
                editor = former
            }
        }
        try editor.replace(path, with: wanted, in: document)
    }

    private mutating func insert(_ path: FieldPath, _ wanted: YAMLTree, at position: Int) throws(YAMLError) {
        if let copy = wanted.changedCopy {
            let former = editor
            do throws(YAMLError) {
                try editor.insert(path, copy, at: position, in: document)
                return try match(path, wanted)
            } catch {
                editor = former
            }
        }
        try editor.insert(path, wanted, at: position, in: document)
    }

    // MARK: Mappings

    private mutating func matchEntries(
        _ path: FieldPath, _ own: [YAMLTree.Member], _ wanted: [YAMLTree.Member]
    ) throws(YAMLError) {
        let keys = Set(wanted.map(\.key))
        // A mapping that keeps none of its keys would pass through emptiness, and lose its style.
        guard own.contains(where: { keys.contains($0.key) }) else { return try replace(path, .mapping(wanted)) }
        for member in own where !keys.contains(member.key) {
            try editor.remove(path.appending(.field(member.key)), in: document)
        }
        var previous: String?
        for member in wanted {
            let child = path.appending(.field(member.key))
            if own.contains(where: { $0.key == member.key }) {
                try match(child, member.value)
            } else {
                try insert(child, member.value, at: try position(after: previous, in: path))
            }
            previous = member.key
        }
    }

    private func position(after key: String?, in path: FieldPath) throws(YAMLError) -> Int {
        let entries = try editor.stream.documents[document].place(at: path).node.entries
        guard let key, let index = entries.firstIndex(where: { $0.name == key }) else { return 0 }
        return index + 1
    }

    // MARK: Lists

    /// The names of items that all have one of their own; nil otherwise.
    private func itemNames(_ items: [YAMLTree]) -> [String]? {
        let names = items.compactMap { $0[mergeKey]?.string }
        return names.count == items.count && Set(names).count == names.count ? names : nil
    }

    private mutating func matchNamed(
        _ path: FieldPath, _ own: [YAMLTree], _ names: [String], _ items: [YAMLTree], _ wanted: [String]
    ) throws(YAMLError) {
        guard names.contains(where: wanted.contains) else { return try matchNumbered(path, own, items) }
        var present = names
        for (index, name) in names.enumerated().reversed() where !wanted.contains(name) {
            try editor.remove(path.appending(index), in: document)
            present.remove(at: index)
        }
        for (index, item) in items.enumerated() {
            let child = path.appending(index)
            if index < present.count, present[index] == wanted[index] {
                try match(child, item)
                continue
            }
            if let former = present.firstIndex(of: wanted[index]) {
                // Moved: its own text goes to the new place.
                var moved = try current(path.appending(former))
                try editor.remove(path.appending(former), in: document)
                present.remove(at: former)
                moved = moved == item ? moved : item
                try insert(child, moved, at: index)
            } else {
                try insert(child, item, at: index)
            }
            present.insert(wanted[index], at: index)
        }
    }

    /// Equal items at both ends stay; between them items are matched by their number.
    private mutating func matchNumbered(
        _ path: FieldPath, _ own: [YAMLTree], _ items: [YAMLTree]
    ) throws(YAMLError) {
        let head = zip(own, items).prefix { $0 == $1 }.count
        let tail = zip(own.dropFirst(head).reversed(), items.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let ownEnd = own.count - tail
        let itemsEnd = items.count - tail
        let common = min(ownEnd, itemsEnd)
        if head < common {
            for index in head..<common { try match(path.appending(index), items[index]) }
        }
        for index in stride(from: ownEnd - 1, through: max(common, head), by: -1) {
            try editor.remove(path.appending(index), in: document)
        }
        for index in stride(from: max(common, head), to: itemsEnd, by: 1) {
            try insert(path.appending(index), items[index], at: index)
        }
    }
}

extension YAMLTree {
    /// The tree as it was when it was copied, where it was changed since and still is of the same kind.
    fileprivate var changedCopy: YAMLTree? {
        guard let source, let copy = try? YAMLTree(source), copy != self else { return nil }
        switch (copy.content, content) {
        case (.mapping(let old), .mapping(let new)) where !old.isEmpty && !new.isEmpty: return copy
        case (.sequence(let old), .sequence(let new)) where !old.isEmpty && !new.isEmpty: return copy
        default: return nil
        }
    }
}
