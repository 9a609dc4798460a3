/// The ways to take an entry or item out of a collection, the preferred first.
struct RemoveEdit {
    /// The collection.
    let spot: Spot
    let index: Int

    var candidates: [[Splice]] {
        let node = spot.node
        if node.childCount == 1, node.isBlockCollection {
            let empty: YAMLTree = node.isMapping ? .mapping([]) : .sequence([])
            return ReplaceEdit(spot: spot, tree: empty).candidates
        }
        return node.isBlockCollection ? block : flow
    }

    private var block: [[Splice]] {
        let scanner = spot.scanner
        let start = spot.start(of: index, in: spot.node)
        let end = spot.end(of: index, in: spot.node)
        if scanner.isFirstOnLine(start) {
            let lines = scanner.ownLines(start, end)
            // Blank lines that would become part of a block scalar before them go along.
            let withBlanks = lines.lowerBound..<max(scanner.afterBlankLines(lines.upperBound), lines.upperBound)
            return [[Splice(removing: lines)], [Splice(removing: withBlanks)]]
        }
        // The first entry on the line of a dash: what follows takes its place.
        let next = spot.start(of: index + 1, in: spot.node)
        let lineEnd = scanner.blockEnd(end)
        if scanner.hasComment(in: lineEnd..<max(next, lineEnd)) {
            var comment = lineEnd
            while scanner.isBlank(at: comment) || scanner.isBreak(at: comment) { comment += 1 }
            return [[Splice(removing: start..<comment)]]
        }
        return [[Splice(removing: start..<max(next, start))]]
    }

    private var flow: [[Splice]] {
        let scanner = spot.scanner
        let node = spot.node
        let start = spot.start(of: index, in: node)
        let end = spot.end(of: index, in: node)
        guard node.childCount > 1 else {
            let inner = (node.contentStart + 1)..<max(node.range.upperBound - 1, node.contentStart + 1)
            return [[Splice(removing: inner)]]
        }
        let isLast = index == node.childCount - 1
        let gap = isLast ? spot.end(of: index - 1, in: node)..<start : end..<spot.start(of: index + 1, in: node)
        guard scanner.hasComment(in: gap) else {
            return [[Splice(removing: isLast ? gap.lowerBound..<end : start..<gap.upperBound)]]
        }
        // Comments between the children stay, so the comma goes by itself.
        var comma: [Splice] = []
        let before = scanner.skipTrivia(gap.lowerBound)
        if isLast, scanner.byte(at: before) == UInt8(ascii: ","),
            scanner.byte(at: scanner.skipTrivia(end)) != UInt8(ascii: ",")
        {
            comma = [Splice(removing: before..<(before + 1))]
        }
        let lines = scanner.ownLines(start, end)
        return [comma + [Splice(removing: lines)], comma + [Splice(removing: start..<end)]]
    }
}

extension Spot {
    /// Whether the keys or texts of the collection itself stand in double quotes.
    var childLayoutIsJSON: Bool {
        switch node.content {
        case .mapping(let entries, _):
            if case .scalar(_, .doubleQuoted)? = entries.first?.key.content { return true }
        case .sequence(let items, _):
            if case .scalar(_, .doubleQuoted)? = items.first?.content { return true }
            if case .mapping(let entries, .flow)? = items.first?.content,
                case .scalar(_, .doubleQuoted)? = entries.first?.key.content
            {
                return true
            }
        case .scalar, .alias: break
        }
        return isJSON
    }
}
