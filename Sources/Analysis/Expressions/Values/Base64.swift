/// Base 64 with the standard alphabet and padding.
enum Base64 {
    /// The text is no base 64 at this byte.
    struct Problem: Error {
        let offset: Int

        var message: String { "illegal base64 data at input byte \(offset)" }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for index in 0..<3 { bits = bits << 8 | Int(index < part.count ? part[start + index] : 0) }
            for index in 0..<4 {
                text.append(index <= part.count ? alphabet[bits >> (18 - 6 * index) & 63] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes behind the text, in which line breaks do not count.
    static func decoded(_ text: String) throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        var padded = 0
        let input = Array(text.utf8)
        for (offset, byte) in input.enumerated() where byte != 0x0A && byte != 0x0D {
            if byte == padding {
                guard count % 4 >= 2, padded < 2 else { throw Problem(offset: offset) }
                padded += 1
                count += 1
                continue
            }
            guard padded == 0, let digit = alphabet.firstIndex(of: byte) else {
                throw Problem(
                    offset: padded == 0 ? offset : input.firstIndex(of: padding).map { $0 + padded } ?? offset)
            }
            bits = (bits << 6 | digit) & 0xFF_FFFF
            count += 1
            if count % 4 == 0 { bytes += [UInt8(bits >> 16), UInt8(bits >> 8 & 255), UInt8(bits & 255)] }
        }
        guard count % 4 == 0 else { throw Problem(offset: input.count) }
        if padded == 1 { bytes += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)] }
        if padded == 2 { bytes.append(UInt8(bits >> 4 & 255)) }
        return bytes
    }
}
