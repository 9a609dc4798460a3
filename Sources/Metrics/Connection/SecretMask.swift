internal import Analysis
internal import HTTP
internal import Rollouts

/// Takes secrets out of texts that a server may have repeated them in.
///
/// Each is found as it is, and as JSON and forms write it. A short one is found where it stands as a whole word only:
/// anywhere else it would tear words apart, and tell itself by that.
struct SecretMask: Sendable {
    /// In bytes: shorter ones are not looked for.
    static let shortest = 4
    /// In bytes: from here on a secret is found inside of words too.
    static let long = 8

    private struct Pattern {
        let bytes: [UInt8]
        let isWord: Bool
    }

    /// By their first bytes, the longest first, so that nothing is left of one that begins with another.
    private let patterns: [UInt8: [Pattern]]

    init(_ secrets: some Sequence<Secret>) {
        var forms: Set<String> = []
        for secret in secrets where secret.revealed.utf8.count >= Self.shortest {
            let text = secret.revealed
            let quoted = JSON.string(text).text
            forms.formUnion([text, FormEncoding.encoded(text), String(quoted.dropFirst().dropLast())])
        }
        let patterns = forms.map { Pattern(bytes: Array($0.utf8), isWord: $0.utf8.count < Self.long) }
        self.patterns = Dictionary(grouping: patterns.sorted { $0.bytes.count > $1.bytes.count }) { $0.bytes[0] }
    }

    /// The text without the secrets.
    func masked(_ text: String) -> String {
        guard !patterns.isEmpty else { return text }
        return masked(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The bytes without the secrets; nil where there are none in them.
    func masked(_ bytes: [UInt8]) -> [UInt8]? {
        guard !patterns.isEmpty else { return nil }
        var begins = [Bool](repeating: false, count: 256)
        for first in patterns.keys { begins[Int(first)] = true }
        var result: [UInt8] = []
        var kept = 0
        var position = 0
        while position < bytes.count {
            guard begins[Int(bytes[position])], let length = length(at: position, of: bytes) else {
                position += 1
                continue
            }
            result += bytes[kept..<position] + "*****".utf8
            position += length
            kept = position
        }
        return kept == 0 ? nil : result + bytes[kept...]
    }

    /// Of the secret that stands at a place, in bytes.
    private func length(at start: Int, of bytes: [UInt8]) -> Int? {
        patterns[bytes[start]]?.first { pattern in
            let end = start + pattern.bytes.count
            guard end <= bytes.count, bytes[start..<end].elementsEqual(pattern.bytes) else { return false }
            return !pattern.isWord || Self.isEdge(start, of: bytes) && Self.isEdge(end, of: bytes)
        }?.bytes.count
    }

    /// Whether no word goes on from one side of a place to the other.
    private static func isEdge(_ place: Int, of bytes: [UInt8]) -> Bool {
        guard place > 0, place < bytes.count else { return true }
        return !isPartOfWord(bytes[place - 1]) || !isPartOfWord(bytes[place])
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
