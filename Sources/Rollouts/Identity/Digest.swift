internal import Crypto

/// A SHA-256 of canonical values, as lower-case hexadecimal digits.
///
/// Digests are taken of text that is written out here and never of in-memory types, so that an upgrade of the agent
/// leaves every digest as it was.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    package let hex: String

    package init(hex: String) {
        self.hex = hex
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// The digest of UTF-8 text.
    package init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    package init(of bytes: [UInt8]) {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: bytes) {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        hex = String(decoding: text, as: UTF8.self)
    }

    /// The first eight digits, as they stand in keys.
    package var short: String { String(hex.prefix(8)) }

    /// With the name of the algorithm, as files and trailers carry it.
    package var description: String { "sha256:\(hex)" }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        hex = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
