/// A release by its resolved canonical form: what each of its values is once files have been read.
///
/// The names are those of bindings without their side: `image.<container>`, `value.<field path>`, `template`.
package struct Release: Hashable, Sendable {
    package let values: [String: String]

    package init(values: [String: String]) {
        self.values = values
    }

    /// The digest of the sorted `name=value` lines, each text escaped as JSON.
    package var digest: Digest {
        Digest(
            of: values.sorted { $0.key < $1.key }.map { "\(JSONText.quote($0.key)):\(JSONText.quote($0.value))\n" }
                .joined())
    }

    /// Whether a value belongs to something that holds secrets, so that it enters no message.
    package static func isSecret(_ name: String) -> Bool {
        ObjectReference.secretKinds.contains { name.hasPrefix("value.\($0)/") }
    }

    /// The values by name, as far as people may see them.
    package var shown: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { name, value in
            (name, Self.isSecret(name) ? "(not shown)" : value)
        }
    }

    /// What people call it: the tag, or the start of the digest, of its images; the digest's start without images.
    package var title: String {
        let images = values.filter { $0.key.hasPrefix("image.") }.sorted { $0.key < $1.key }.map(\.value)
        guard !images.isEmpty else { return digest.short }
        return images.map { ImageReference($0).version }.joined(separator: ", ")
    }
}

extension Release: Codable {
    package init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: String].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

/// JSON's escapes for one text, for canonical forms (RFC 8259 §7), chosen so that YAML reads the same text back.
package enum JSONText {
    /// Characters that YAML refuses or folds as line breaks when they are not escaped (YAML 1.1 §5.1).
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    package static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || Self.isUnsafe(scalar):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
