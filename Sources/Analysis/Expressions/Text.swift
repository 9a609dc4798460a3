/// Operations on text by scalars and bytes, as Go's strings have them; grapheme clusters would find other matches.
enum Text {
    /// Offsets in UTF-8 of the first occurrence at or after `start`; an empty part is found at once.
    static func range(of part: String, in text: String, from start: Int = 0) -> Range<Int>? {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard start >= 0, text.count - start >= part.count else { return nil }
        for position in start...(text.count - part.count)
        where text[position..<position + part.count].elementsEqual(part) {
            return position..<position + part.count
        }
        return nil
    }

    static func lastOffset(of part: String, in text: String) -> Int? {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard text.count >= part.count else { return nil }
        return stride(from: text.count - part.count, through: 0, by: -1).first {
            text[$0..<$0 + part.count].elementsEqual(part)
        }
    }

    /// The pieces between occurrences of `separator`, at most `limit` of them; each scalar where it is empty.
    static func split(_ text: String, by separator: String, limit: Int?) -> [String] {
        if limit == 0 { return [] }
        if separator.isEmpty { return text.unicodeScalars.map { String($0) } }
        var pieces: [String] = []
        var rest = Array(text.utf8)[...]
        let separator = Array(separator.utf8)
        var piece: [UInt8] = []
        while !rest.isEmpty {
            if limit.map({ $0 < 0 || pieces.count + 1 < $0 }) ?? true, rest.starts(with: separator) {
                pieces.append(String(decoding: piece, as: UTF8.self))
                piece = []
                rest = rest.dropFirst(separator.count)
            } else {
                piece.append(rest.removeFirst())
            }
        }
        return pieces + [String(decoding: piece, as: UTF8.self)]
    }

    static func trimmed(_ text: String, of characters: String?) -> String {
        let isTrimmed: (Unicode.Scalar) -> Bool = { scalar in
            characters.map { $0.unicodeScalars.contains(scalar) } ?? scalar.properties.isWhitespace
        }
        let scalars = text.unicodeScalars.drop(while: isTrimmed)
        let kept = scalars.reversed().drop(while: isTrimmed).reversed()
        var view = String.UnicodeScalarView()
        view.append(contentsOf: kept)
        return String(view)
    }
}
