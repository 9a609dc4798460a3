/// Translates libyaml's marks into bytes.
///
/// Marks count code points and do not count the byte order mark. For a file of ASCII they equal bytes and nothing is
/// stored.
struct SourceMap {
    private let bytes: [UInt8]
    /// The byte at which libyaml's index 0 lies.
    private let origin: Int
    /// The byte offset of each code point; empty for ASCII.
    private let offsets: [UInt32]
    /// The lines, where libyaml counts others than an editor does: it also ends them at NEL, LS and PS.
    let ownLines: LineIndex?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.reduce(0, |) >= 0x80 else {
            (origin, offsets, ownLines) = (0, [], nil)
            return
        }
        origin = bytes.starts(with: Self.byteOrderMark) ? 3 : 0
        var offsets: [UInt32] = []
        offsets.reserveCapacity(bytes.count)
        var hasForeignBreak = false
        for offset in origin..<bytes.count where bytes[offset] & 0xC0 != 0x80 {
            offsets.append(UInt32(truncatingIfNeeded: offset))
            if bytes[offset] >= 0xC0, Self.isForeignBreak(bytes, offset) { hasForeignBreak = true }
        }
        self.offsets = offsets
        ownLines = hasForeignBreak ? LineIndex(bytes, origin: origin) : nil
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func isForeignBreak(_ bytes: [UInt8], _ offset: Int) -> Bool {
        switch bytes[offset] {
        case 0xC2: bytes[offset...].starts(with: [0xC2, 0x85])
        case 0xE2:
            bytes[offset...].starts(with: [0xE2, 0x80, 0xA8]) || bytes[offset...].starts(with: [0xE2, 0x80, 0xA9])
        default: false
        }
    }

    var isASCII: Bool { offsets.isEmpty }

    /// The byte offset of libyaml's mark `index`.
    func offset(mark index: Int) -> Int {
        if offsets.isEmpty { return min(origin + index, bytes.count) }
        return index < offsets.count ? Int(offsets[index]) : bytes.count
    }

    /// The position of any byte, for a message: it counts lines from the beginning of the file.
    func position(offset: Int) -> YAMLPosition { LineIndex(bytes, origin: origin).position(offset: offset) }
}
