/// Finds in the bytes of a file what libyaml's events do not say: where properties end, where a dash or a colon is,
/// where a line begins and ends.
struct SourceScanner: Sendable {
    let bytes: [UInt8]

    func byte(at offset: Int) -> UInt8? {
        bytes.indices.contains(offset) ? bytes[offset] : nil
    }

    func isBreak(at offset: Int) -> Bool {
        guard let byte = byte(at: offset) else { return false }
        return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    func isBlank(at offset: Int) -> Bool {
        guard let byte = byte(at: offset) else { return false }
        return byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        for offset in 0...(bytes.count - wanted.count)
        where bytes[offset] == first && bytes[offset..<(offset + wanted.count)].elementsEqual(wanted) { return true }
        return false
    }

    // MARK: Lines

    /// The first byte of the line of `offset`; after a byte order mark on the first line.
    func lineStart(_ offset: Int) -> Int {
        var start = min(offset, bytes.count)
        while start > 0, !isBreak(at: start - 1) { start -= 1 }
        if start == 0, bytes.starts(with: SourceMap.byteOrderMark) { return min(3, max(offset, 3)) }
        return start
    }

    /// The end of the line of `offset`, before its line break.
    func lineEnd(_ offset: Int) -> Int {
        var end = offset
        while end < bytes.count, !isBreak(at: end) { end += 1 }
        return end
    }

    /// The offset after the line break at `offset`; `offset` itself where there is none.
    func afterBreak(_ offset: Int) -> Int {
        guard isBreak(at: offset) else { return offset }
        let isPair = bytes[offset] == UInt8(ascii: "\r") && byte(at: offset + 1) == UInt8(ascii: "\n")
        return offset + (isPair ? 2 : 1)
    }

    /// The offset before the line break that ends right at `offset`.
    func beforeBreak(_ offset: Int) -> Int {
        guard offset > 0, isBreak(at: offset - 1) else { return offset }
        let isPair =
            bytes[offset - 1] == UInt8(ascii: "\n") && byte(at: offset - 2) == UInt8(ascii: "\r")
        return offset - (isPair ? 2 : 1)
    }

    /// Characters from the beginning of the line to `offset`.
    func column(_ offset: Int) -> Int {
        bytes[lineStart(offset)..<max(offset, lineStart(offset))].count { $0 & 0xC0 != 0x80 }
    }

    /// Whether only blanks precede `offset` on its line.
    func isFirstOnLine(_ offset: Int) -> Bool {
        skipBlanks(lineStart(offset)) >= offset
    }

    func skipBlanks(_ offset: Int) -> Int {
        var end = offset
        while isBlank(at: end) { end += 1 }
        return end
    }

    // MARK: Trivia

    /// The first byte at or after `offset` that is neither blank nor line break nor comment.
    func skipTrivia(_ offset: Int) -> Int {
        var end = offset
        while true {
            if isBlank(at: end) || isBreak(at: end) {
                end += 1
            } else if isComment(at: end) {
                end = lineEnd(end)
            } else {
                return end
            }
        }
    }

    /// Whether a comment begins at `offset`; a `#` within a word is not one.
    func isComment(at offset: Int) -> Bool {
        guard byte(at: offset) == UInt8(ascii: "#") else { return false }
        return offset == 0 || isBlank(at: offset - 1) || isBreak(at: offset - 1) || offset == lineStart(offset)
            || [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{")].contains(bytes[offset - 1])
    }

    /// Whether there is a comment between two offsets of which neither lies within a scalar.
    func hasComment(in range: Range<Int>) -> Bool {
        range.contains { isComment(at: $0) }
    }

    // MARK: Nodes

    /// Where the content begins after the anchor and the tag that stand at `start`, in any order.
    func propertiesEnd(from start: Int) -> Int {
        var end = start
        var content = start
        while let byte = byte(at: content), byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") {
            end = propertyEnd(content)
            content = skipTrivia(end)
        }
        return content
    }

    /// The end of the last property itself, before the blanks that follow it.
    func lastPropertyEnd(from start: Int) -> Int {
        var end = start
        var content = start
        while let byte = byte(at: content), byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") {
            end = propertyEnd(content)
            content = skipTrivia(end)
        }
        return end
    }

    func propertyEnd(_ start: Int) -> Int {
        var end = start
        let isVerbatim = byte(at: start + 1) == UInt8(ascii: "<")
        while let byte = byte(at: end), !isBreak(at: end), !isBlank(at: end) {
            if isVerbatim {
                if byte == UInt8(ascii: ">") { return end + 1 }
            } else if [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte) {
                return end
            }
            end += 1
        }
        return end
    }

    /// The end of a block scalar's text: after the break of its last line that is not blank, or after all blank lines
    /// where they belong to the value.
    func blockScalarEnd(_ range: Range<Int>, keepsBlanks: Bool) -> Int {
        let end = min(range.upperBound, bytes.count)
        if keepsBlanks { return lineStartOrEnd(end) }
        var last = end
        while last > range.lowerBound, isBlank(at: last - 1) || isBreak(at: last - 1) { last -= 1 }
        return afterBreak(lineEnd(last))
    }

    private func lineStartOrEnd(_ offset: Int) -> Int {
        offset == bytes.count ? offset : lineStart(offset)
    }

    /// The end of a block collection whose last value is `node`.
    func lastEntryEnd(_ node: YAMLNode?, from start: Int) -> Int {
        max(node?.range.upperBound ?? start, start)
    }
}
