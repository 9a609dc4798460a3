/// The lines of a file as an editor counts them.
struct LineIndex {
    private let bytes: [UInt8]
    /// The byte at which each line begins.
    private let starts: [Int]

    /// - Parameter origin: the first byte after a byte order mark.
    init(_ bytes: [UInt8], origin: Int) {
        self.bytes = bytes
        var starts = [origin]
        for offset in bytes.indices where Self.isLineEnd(bytes, offset) { starts.append(offset + 1) }
        self.starts = starts
    }

    func position(offset: Int) -> YAMLPosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let start = starts[low]
        let end = max(start, min(offset, bytes.count))
        return YAMLPosition(line: low + 1, column: bytes[start..<end].count { $0 & 0xC0 != 0x80 } + 1)
    }

    /// Whether the byte at `offset` is the last one of a line break.
    private static func isLineEnd(_ bytes: [UInt8], _ offset: Int) -> Bool {
        switch bytes[offset] {
        case UInt8(ascii: "\n"): true
        case UInt8(ascii: "\r"): offset + 1 >= bytes.count || bytes[offset + 1] != UInt8(ascii: "\n")
        default: false
        }
    }

    /// The position of the byte at `end`, counted on from a known one.
    static func position(of end: Int, from start: Int, at known: YAMLPosition, in bytes: [UInt8]) -> YAMLPosition {
        var (line, column) = (known.line, known.column)
        for offset in start..<max(start, min(end, bytes.count)) {
            if isLineEnd(bytes, offset) {
                (line, column) = (line + 1, 1)
            } else if bytes[offset] & 0xC0 != 0x80 {
                column += 1
            }
        }
        return YAMLPosition(line: line, column: column)
    }
}
