/// Text as URLs and forms carry it: every byte of its UTF-8 that is not kept is written as `%` and two digits.
package enum PercentEncoding {
    /// A part of a path or of a query: RFC 3986 keeps nothing but its unreserved characters.
    package static func part(_ text: String) -> String { encoded(text, keeping: "-._~") }

    /// - Parameter marks: what is kept beside letters and digits of ASCII.
    package static func encoded(_ text: String, keeping marks: String) -> String {
        var output = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || marks.contains(character) {
                output.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                output += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return output
    }
}
