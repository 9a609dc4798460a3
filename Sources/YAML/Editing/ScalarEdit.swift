/// The ways to write another scalar in the place of one, the preferred first.
struct ScalarEdit {
    let spot: Spot
    let scalar: YAMLScalar
    /// The text that the value had in the file as it was opened, where it returns to that value.
    let former: String?

    var candidates: [[Splice]] {
        var texts: [String] = []
        if let former, !former.isEmpty || spot.node.isWithoutText { texts.append(former) }
        var candidates = texts.map(inline)
        if former?.isEmpty == true, let head = spot.indicatorEnd, !spot.node.isBlockScalar {
            candidates.append([Splice(removing: head..<spot.node.contentRange.upperBound)])
        }
        if spot.node.isBlockScalar { candidates += block }
        candidates.append(inline(ScalarText.render(scalar, style: style, inFlow: spot.isInFlow)))
        candidates.append(inline(ScalarText.render(scalar, style: .doubleQuoted, inFlow: spot.isInFlow)))
        return candidates
    }

    private var style: YAMLNode.ScalarStyle {
        guard case .scalar(_, let style) = spot.node.content else { return .plain }
        if style == .literal || style == .folded { return .doubleQuoted }
        if style == .plain, spot.isJSON { return .doubleQuoted }
        return style
    }

    /// `text` on the line where the value begins.
    private func inline(_ text: String) -> [Splice] {
        let node = spot.node
        if node.isWithoutText { return spot.filling(with: text) }
        guard node.isBlockScalar else { return [Splice(node.contentRange, text)] }
        // The header's comment and the blank lines after the value stay.
        let end = spot.scanner.blockScalarEnd(node.contentRange, keepsBlanks: false)
        let header = spot.scanner.lineEnd(node.contentStart)
        let comment = spot.scanner.bytes[node.contentStart..<header].firstIndex(of: UInt8(ascii: "#"))
        let tail = comment.map { " " + String(decoding: spot.scanner.bytes[$0..<header], as: UTF8.self) } ?? ""
        let last = text.last.map { $0.isNewline } == true ? end : spot.scanner.beforeBreak(end)
        return [Splice(node.contentStart..<max(last, header), text + tail)]
    }

    // MARK: Block scalars

    /// The text as a block scalar like the one that stands there, with its indentation and as much of its header as fits.
    private var block: [[Splice]] {
        guard case .string(let text) = scalar, case .scalar(_, let style) = spot.node.content else { return [] }
        let scanner = spot.scanner
        let headerEnd = scanner.lineEnd(spot.node.contentStart)
        let header = String(decoding: scanner.bytes[spot.node.contentStart..<headerEnd], as: UTF8.self)
        let bodyStart = scanner.afterBreak(headerEnd)
        let indicators = header.prefix { !$0.isWhitespace }
        let former = indicators.last.map { "+-".contains($0) ? String($0) : "" } ?? ""
        let wanted = text.hasSuffix("\n\n") ? "+" : text.hasSuffix("\n") ? "" : "-"
        let stem = String(indicators.filter { $0 != "+" && $0 != "-" })
        var candidates: [[Splice]] = []
        for (kind, lines) in bodies(text, folded: style == .folded) {
            for chomping in former == wanted ? [wanted] : [former, wanted] {
                let header = (kind == "|" ? "|" + stem.dropFirst() : stem) + chomping
                let isKept = chomping == former && header.first == indicators.first
                let first = isKept ? String(indicators) : header
                let newline = scanner.newline(near: spot.node.contentStart)
                let end = bodyEnd(keepsBlanks: chomping == "+")
                let indent = String(repeating: " ", count: indentation(stem, from: bodyStart))
                let body = lines.map { $0.isEmpty ? newline : indent + $0 + newline }.joined()
                let isOpen = end == scanner.bytes.count && !scanner.isBreak(at: end - 1)
                let closed = isOpen ? String(body.dropLast()) : body
                candidates.append([
                    Splice(spot.node.contentStart..<(spot.node.contentStart + indicators.utf8.count), first),
                    Splice(bodyStart..<max(end, bodyStart), closed),
                ])
            }
        }
        return candidates
    }

    private func bodies(_ text: String, folded: Bool) -> [(kind: String, lines: [String])] {
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || ScalarText.isPrintable($0) }) else {
            return []
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if text.hasSuffix("\n") { lines.removeLast() }
        guard !lines.isEmpty else { return [] }
        guard folded else { return [("|", lines)] }
        let apart = lines.enumerated().flatMap { $0.offset == 0 ? [$0.element] : ["", $0.element] }
        return [(">", lines.count == 1 ? lines : apart), ("|", lines)]
    }

    private func bodyEnd(keepsBlanks: Bool) -> Int {
        keepsBlanks
            ? spot.node.contentRange.upperBound
            : spot.scanner.blockScalarEnd(spot.node.contentRange, keepsBlanks: false)
    }

    /// The column that the header states or, where it does not, that of the first line that is not blank; where all are, one
    /// step below the key.
    private func indentation(_ header: String, from start: Int) -> Int {
        if let stated = header.last?.wholeNumberValue { return max(spot.parentColumn, 0) + stated }
        var line = start
        while line < spot.node.contentRange.upperBound {
            let text = spot.scanner.skipBlanks(line)
            if !spot.scanner.isBreak(at: text) { return spot.scanner.column(text) }
            line = spot.scanner.afterBreak(text)
        }
        return max(spot.parentColumn, 0) + spot.layout.step
    }
}

extension Spot {
    /// `text` where there is none yet: after the colon or dash or properties, with a blank between.
    func filling(with text: String) -> [Splice] {
        guard !text.isEmpty else { return [] }
        if parent != nil, isInFlow, indicatorEnd == nil, case .mapping(let entries, _) = parent?.content,
            entries.indices.contains(index)
        {
            return [Splice(at: entries[index].key.range.upperBound, ": " + text)]
        }
        // A blank before the comma was the place of the value.
        if isInFlow, scanner.byte(at: scanner.skipBlanks(head)) == UInt8(ascii: ","), indicatorEnd == head {
            return [Splice(head..<scanner.skipBlanks(head), " " + text)]
        }
        let needsBlank = head > 0 && !scanner.isBlank(at: head - 1) && !scanner.isBreak(at: head - 1)
        return [Splice(at: head, (needsBlank ? " " : "") + text)]
    }
}
