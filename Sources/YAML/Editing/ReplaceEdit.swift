/// The ways to write another value in the place of a node, the preferred first.
struct ReplaceEdit {
    let spot: Spot
    let tree: YAMLTree

    var candidates: [[Splice]] {
        var trees = [tree]
        if tree.hasSource { trees.append(tree.withoutSource) }
        return trees.flatMap { tree -> [[Splice]] in
            if spot.isInFlow { return [inline(BlockText.flow(tree, spot.layout, inFlow: true))] }
            if BlockText.isInline(tree) {
                let copied = tree.unchangedSource.flatMap { FragmentText.lines($0, at: column(tree)) }
                    .map { $0.joined(separator: newline) }
                return ((copied.map { [$0] } ?? []) + [BlockText.flow(tree, spot.layout)]).map(inline)
            }
            return [block(tree), inline(BlockText.flow(tree, spot.layout))]
        }
    }

    private var newline: String { spot.scanner.newline(near: spot.node.contentStart) }

    /// A text on the line of the key or dash.
    private func inline(_ text: String) -> [Splice] {
        let node = spot.node
        let scanner = spot.scanner
        if node.isWithoutText { return spot.filling(with: text) }
        if node.isBlockScalar {
            let end = scanner.blockScalarEnd(node.contentRange, keepsBlanks: false)
            return [Splice(node.contentStart..<scanner.beforeBreak(end), text)]
        }
        guard node.isBlockCollection else { return [Splice(node.contentRange, text)] }
        if spot.isCompact {
            return [Splice(node.contentStart..<scanner.blockEnd(node.range.upperBound), text)]
        }
        return [
            Splice(at: spot.head, " " + text),
            Splice(removing: scanner.ownLines(node.contentStart, node.range.upperBound)),
        ]
    }

    private func column(_ tree: YAMLTree) -> Int {
        guard spot.node.isBlockCollection else { return spot.column(for: tree) }
        let own = spot.scanner.column(spot.node.contentStart)
        if case .mapping = tree.content, spot.node.isSequence, own <= spot.parentColumn {
            return spot.column(for: tree)
        }
        return own
    }

    /// Lines of their own below the key, or beginning after the dash.
    private func block(_ tree: YAMLTree) -> [Splice] {
        let node = spot.node
        let scanner = spot.scanner
        let column = column(tree)
        let text = BlockText.lines(tree, at: column, layout: spot.layout).joined(separator: newline)
        let indent = String(repeating: " ", count: column)
        if node.isBlockCollection {
            let end = scanner.blockEnd(node.range.upperBound)
            if spot.isCompact { return [Splice(node.contentStart..<end, text)] }
            return [Splice(scanner.lineStart(node.contentStart)..<end, indent + text)]
        }
        let end = node.isBlockScalar ? scanner.beforeBreak(node.contentRange.upperBound) : node.contentRange.upperBound
        guard case .mapping? = spot.parent?.content else {
            if node.isWithoutText { return spot.filling(with: text) }
            return [Splice(node.contentStart..<end, text)]
        }
        return [
            Splice(removing: spot.head..<max(end, spot.head)),
            Splice(at: scanner.lineEnd(end), newline + indent + text),
        ]
    }
}

extension YAMLTree {
    /// Whether a part of the tree was copied from a file.
    var hasSource: Bool {
        if source != nil { return true }
        return items.contains(where: \.hasSource) || members.contains { $0.value.hasSource }
    }
}

extension SourceScanner {
    /// The offset after the blank lines that begin at `offset`.
    func afterBlankLines(_ offset: Int) -> Int {
        var line = offset
        while isBreak(at: skipBlanks(line)) { line = afterBreak(skipBlanks(line)) }
        return line
    }

    /// The whole lines of a block node.
    ///
    /// At the end of a file without a final line break the break before them goes along, so that the file still has none.
    func ownLines(_ start: Int, _ end: Int) -> Range<Int> {
        let first = lineStart(start)
        let last = max(blockLinesEnd(end), first)
        if last == bytes.count, last > 0, !isBreak(at: last - 1) { return beforeBreak(first)..<last }
        return first..<last
    }
}
