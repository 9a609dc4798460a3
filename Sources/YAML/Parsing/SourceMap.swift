/// Translates between the three ways of counting in a file: libyaml's code points, bytes, and lines with columns.
///
/// libyaml's marks count code points and do not count the byte order mark. For a file of ASCII they equal bytes and
/// nothing is stored.
struct SourceMap {
    let bytes: [UInt8]
    /// The byte at which libyaml's index 0 lies.
    let origin: Int
    /// The byte offset of each code point; empty for ASCII.
    private let offsets: [UInt32]
    /// The byte at which each line begins.
    private let lineStarts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        origin = bytes.starts(with: Self.byteOrderMark) ? 3 : 0
        var offsets: [UInt32] = []
        if bytes.contains(where: { $0 >= 0x80 }) {
            offsets.reserveCapacity(bytes.count)
            for (offset, byte) in bytes.enumerated().dropFirst(origin) where byte & 0xC0 != 0x80 {
                offsets.append(UInt32(truncatingIfNeeded: offset))
            }
        }
        self.offsets = offsets
        var lineStarts = [origin]
        for (offset, byte) in bytes.enumerated() {
            let next = offset + 1
            if byte == UInt8(ascii: "\n") {
                lineStarts.append(next)
            } else if byte == UInt8(ascii: "\r"), next >= bytes.count || bytes[next] != UInt8(ascii: "\n") {
                lineStarts.append(next)
            }
        }
        self.lineStarts = lineStarts
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The byte offset of libyaml's mark `index`.
    func offset(mark index: Int) -> Int {
        if offsets.isEmpty { return min(origin + index, bytes.count) }
        return index < offsets.count ? Int(offsets[index]) : bytes.count
    }

    func position(offset: Int) -> YAMLPosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let start = lineStarts[low]
        guard offset > start else { return YAMLPosition(line: low + 1, column: 1) }
        let end = min(offset, bytes.count)
        let column =
            offsets.isEmpty ? end - start : bytes[start..<max(start, end)].count { $0 & 0xC0 != 0x80 }
        return YAMLPosition(line: low + 1, column: column + 1)
    }
}
