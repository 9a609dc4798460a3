/// The ways to write one more entry or item into a collection, the preferred first.
struct InsertEdit {
    /// The collection, or the empty value that becomes one.
    let spot: Spot
    /// nil for an item of a sequence.
    let key: String?
    let tree: YAMLTree
    let index: Int

    var candidates: [[Splice]] {
        if spot.node.childCount == 0 {
            let whole: YAMLTree = key.map { .mapping([.init($0, tree)]) } ?? .sequence([tree])
            return ReplaceEdit(spot: spot, tree: whole).candidates
        }
        let trees = tree.hasSource ? [tree, tree.withoutSource] : [tree]
        guard spot.node.isBlockCollection else { return trees.map(flow) }
        // Where blank lines would join a block scalar, the new lines go behind them or the text into quotes.
        return trees.map { block($0) } + trees.map { block($0, afterBlanks: true) } + [block(tree.withoutSource.flow)]
    }

    // MARK: Block style

    private func block(_ tree: YAMLTree, afterBlanks: Bool = false) -> [Splice] {
        let scanner = spot.scanner
        let column = scanner.column(spot.node.contentStart)
        let newline = scanner.newline(near: spot.node.contentStart)
        let indent = String(repeating: " ", count: column)
        let lines = lines(tree, at: column).joined(separator: newline)
        guard index > 0 else {
            let start = spot.node.contentStart
            if scanner.isFirstOnLine(start) {
                return [Splice(at: scanner.lineStart(start), indent + lines + newline)]
            }
            return [Splice(at: start, lines + newline + indent)]
        }
        var end = lineAfter(spot.end(of: index - 1, in: spot.node), column: column)
        if afterBlanks { end = scanner.afterBlankLines(end) }
        if end == scanner.bytes.count, end > 0, !scanner.isBreak(at: end - 1) {
            return [Splice(at: end, newline + indent + lines)]
        }
        return [Splice(at: end, indent + lines + newline)]
    }

    private func lines(_ tree: YAMLTree, at column: Int) -> [String] {
        var layout = spot.layout
        guard let key else {
            let first = spot.scanner.skipBlanks(spot.node.contentStart + 1)
            if !spot.scanner.isBreak(at: first), !spot.scanner.isComment(at: first), first < spot.scanner.bytes.count {
                layout.dashGap = max(1, first - spot.node.contentStart - 1)
            }
            return BlockText.item(tree, at: column, layout: layout)
        }
        return BlockText.entry(key, tree, at: column, layout: layout)
    }

    /// The line after a child that ends at `end`: after the comments that are indented deeper than the child.
    private func lineAfter(_ end: Int, column: Int) -> Int {
        let scanner = spot.scanner
        var line = scanner.blockLinesEnd(end)
        var candidate = line
        while line < scanner.bytes.count {
            let text = scanner.skipBlanks(line)
            if scanner.isComment(at: text), scanner.column(text) > column {
                candidate = scanner.afterBreak(scanner.lineEnd(text))
            } else if !scanner.isBreak(at: text) {
                break
            }
            line = scanner.afterBreak(scanner.lineEnd(text))
        }
        return candidate
    }

    // MARK: Flow style

    private func flow(_ tree: YAMLTree) -> [Splice] {
        let scanner = spot.scanner
        var layout = spot.layout
        layout.isJSON = spot.childLayoutIsJSON
        let value = BlockText.flow(tree, layout, inFlow: true)
        let text = key.map { BlockText.flowKey($0, layout, inFlow: true) + ": " + value } ?? value
        if index < spot.node.childCount {
            return [Splice(at: spot.start(of: index, in: spot.node), text + separator)]
        }
        let end = spot.end(of: index - 1, in: spot.node)
        let afterBlanks = scanner.skipBlanks(end)
        let hasComma = scanner.byte(at: afterBlanks) == UInt8(ascii: ",")
        let comment = scanner.skipBlanks(hasComma ? afterBlanks + 1 : end)
        guard scanner.isComment(at: comment), let own = ownLine else {
            return [Splice(at: end, separator + text)]
        }
        // The comment stays with the value that it stands beside.
        let lineEnd = scanner.lineEnd(comment)
        return (hasComma ? [] : [Splice(at: end, ",")]) + [Splice(at: lineEnd, own + text + (hasComma ? "," : ""))]
    }

    private var separator: String { ownLine.map { "," + $0 } ?? ", " }

    /// The line break and indentation before each child, where the children stand on lines of their own.
    private var ownLine: String? {
        let start = spot.start(of: 0, in: spot.node)
        guard spot.scanner.isFirstOnLine(start), start > spot.node.contentStart + 1 else { return nil }
        let indent = spot.scanner.bytes[spot.scanner.lineStart(start)..<start]
        return spot.scanner.newline(near: spot.node.contentStart) + String(decoding: indent, as: UTF8.self)
    }
}
