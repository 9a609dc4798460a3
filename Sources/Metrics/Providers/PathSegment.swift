/// A part of a URL's path between two slashes.
enum PathSegment {
    /// The text with every byte escaped that is not unreserved (RFC 3986 §2.3).
    static func encoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                output.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                output += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return output
    }
}
