/// The lines of a value in block style.
///
/// The first line begins where the value begins; the lines after it carry their whole indentation.
struct BlockText {
    /// How collections are laid out.
    struct Layout: Hashable, Sendable {
        /// Columns from a key to the entries below it.
        var step = 2
        /// Columns from a key to the dashes below it.
        var dashOffset = 0
        /// Blanks between a dash and its item.
        var dashGap = 1
        /// Whether keys and texts are put in double quotes, as in JSON.
        var isJSON = false
    }

    let layout: Layout
    private(set) var lines: [String] = []

    /// The lines of `tree`, whose first character stands at `column`.
    static func lines(_ tree: YAMLTree, at column: Int, layout: Layout) -> [String] {
        var text = BlockText(layout: layout)
        text.append(tree, at: column, prefix: "")
        return text.lines
    }

    /// The lines of an entry of a mapping at `column`, the first without indentation.
    static func entry(_ key: String, _ tree: YAMLTree, at column: Int, layout: Layout, keyText: String? = nil)
        -> [String]
    {
        var text = BlockText(layout: layout)
        text.append(keyText ?? flowKey(key, layout), tree, at: column, prefix: "")
        return text.lines
    }

    /// The lines of an item whose dash stands at `column`, the first without indentation.
    static func item(_ tree: YAMLTree, at column: Int, layout: Layout) -> [String] {
        var text = BlockText(layout: layout)
        text.appendItem(tree, at: column, prefix: "")
        return text.lines
    }

    /// Whether `tree` is written on the line of its key.
    static func isInline(_ tree: YAMLTree) -> Bool {
        if tree.isFlow || tree.source?.node.isFlowCollection == true { return true }
        return switch tree.content {
        case .scalar: true
        case .sequence(let items): items.isEmpty
        case .mapping(let members): members.isEmpty
        }
    }

    private mutating func append(_ tree: YAMLTree, at column: Int, prefix: String) {
        if Self.isInline(tree) {
            appendScalar(tree, prefix: prefix, indent: max(column, 0))
            return
        }
        let indent = String(repeating: " ", count: column)
        if let source = tree.unchangedSource, let copy = FragmentText.lines(source, at: column), let first = copy.first
        {
            lines.append(prefix + first)
            lines += copy.dropFirst()
            return
        }
        switch tree.content {
        case .scalar: break
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                appendItem(item, at: column, prefix: index == 0 ? prefix : indent)
            }
        case .mapping(let members):
            for (index, member) in members.enumerated() {
                let key = Self.flowKey(member.key, layout)
                append(key, member.value, at: column, prefix: index == 0 ? prefix : indent)
            }
        }
    }

    private mutating func append(_ key: String, _ tree: YAMLTree, at column: Int, prefix: String) {
        if Self.isInline(tree) {
            appendScalar(tree, prefix: prefix + key + ": ", indent: column + layout.step)
            return
        }
        lines.append(prefix + key + ":")
        var child = column + layout.step
        if case .sequence = tree.content { child = column + layout.dashOffset }
        append(tree, at: child, prefix: String(repeating: " ", count: child))
    }

    private mutating func appendItem(_ tree: YAMLTree, at column: Int, prefix: String) {
        let gap = String(repeating: " ", count: layout.dashGap)
        append(tree, at: column + 1 + layout.dashGap, prefix: prefix + "-" + gap)
    }

    private mutating func appendScalar(_ tree: YAMLTree, prefix: String, indent: Int) {
        if !tree.isFlow, !layout.isJSON, case .scalar(.string(let text)) = tree.content,
            let block = BlockScalarText(text, indent: indent)
        {
            lines.append(prefix + block.header)
            lines += block.lines
        } else {
            lines.append(prefix + Self.flow(tree, layout))
        }
    }

    // MARK: One line

    /// The text of `tree` on one line.
    static func flow(_ tree: YAMLTree, _ layout: Layout, inFlow: Bool = false) -> String {
        if tree.source?.node.isFlowCollection == true, let source = tree.unchangedSource,
            let copy = FragmentText.lines(source, at: 0), copy.count == 1
        {
            return copy[0]
        }
        switch tree.content {
        case .scalar(let scalar):
            return ScalarText.render(scalar, style: layout.isJSON ? .doubleQuoted : tree.style, inFlow: inFlow)
        case .sequence(let items):
            return "[" + items.map { flow($0, layout, inFlow: true) }.joined(separator: ", ") + "]"
        case .mapping(let members):
            let entries = members.map {
                flowKey($0.key, layout, inFlow: true) + ": " + flow($0.value, layout, inFlow: true)
            }
            return "{" + entries.joined(separator: ", ") + "}"
        }
    }

    /// The text of a key, in quotes where it needs them.
    static func flowKey(_ key: String, _ layout: Layout, inFlow: Bool = false) -> String {
        if key.utf8.count > 900 { return ScalarText.doubleQuoted(key) }
        return ScalarText.render(.string(key), style: layout.isJSON ? .doubleQuoted : .plain, inFlow: inFlow)
    }
}

extension YAMLTree {
    /// The text to copy, where the value still is what it was when it was copied.
    var unchangedSource: YAMLFragment? {
        guard let source, !isFlow, let tree = try? YAMLTree(source), tree == self else { return nil }
        return source
    }

    /// The value alone, to be written afresh.
    var withoutSource: YAMLTree {
        switch content {
        case .scalar(let scalar): return .scalar(scalar)
        case .sequence(let items):
            var copy = YAMLTree.sequence(items.map(\.withoutSource))
            copy.isFlow = isFlow
            return copy
        case .mapping(let members):
            var copy = YAMLTree.mapping(members.map { Member($0.key, $0.value.withoutSource) })
            copy.isFlow = isFlow
            return copy
        }
    }

    /// The style of the scalar that the tree was copied from.
    fileprivate var style: YAMLNode.ScalarStyle {
        guard case .scalar(_, let style)? = source?.node.content else { return .plain }
        return style == .literal || style == .folded ? .doubleQuoted : style
    }
}

/// A text of several lines as a literal block scalar.
struct BlockScalarText {
    let header: String
    let lines: [String]

    /// nil where the text has one line, or something that a literal block cannot hold as it is.
    init?(_ text: String, indent: Int) {
        guard text.contains("\n"), let first = text.unicodeScalars.first, first != " ", first != "\n", first != "\t",
            text.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || ScalarText.isPrintable($0) })
        else { return nil }
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if parts.contains(where: { $0.last == " " || $0.last == "\t" }) { return nil }
        if text.hasSuffix("\n") { parts.removeLast() }
        header = text.hasSuffix("\n\n") ? "|+" : text.hasSuffix("\n") ? "|" : "|-"
        let padding = String(repeating: " ", count: indent)
        lines = parts.map { $0.isEmpty ? "" : padding + $0 }
    }
}
