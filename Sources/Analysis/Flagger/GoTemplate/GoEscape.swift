/// Texts made safe for other languages, as Go's `html`, `js` and `urlquery` do it.
enum GoEscape {
    static func html(_ text: String) -> String {
        replacing(text) { scalar in
            switch scalar {
            case "\"": "&#34;"
            case "'": "&#39;"
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\0": "\u{FFFD}"
            default: nil
            }
        }
    }

    static func javaScript(_ text: String) -> String {
        replacing(text) { scalar in
            switch scalar {
            case "\\", "'", "\"": "\\" + String(scalar)
            case "<", ">", "&", "=": "\\u" + hexadecimal(scalar.value, digits: 4)
            case _ where scalar.value < 0x20 || !scalar.isASCII && !GoFormat.isPrintable(scalar):
                "\\u" + hexadecimal(scalar.value, digits: 4)
            default: nil
            }
        }
    }

    /// For the query of a URL: a space becomes `+`.
    static func query(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): result += "+"
            default: result += "%" + hexadecimal(UInt32(byte), digits: 2)
            }
        }
        return result
    }

    private static func replacing(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                result.append(contentsOf: other.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
