/// Operations on text by scalars and bytes, as Go's strings have them; grapheme clusters would find other matches.
enum Text {
    /// What finding `part` may cost an evaluation: in the worst text each of its bytes is compared at each place.
    static func steps(toFind part: String, in text: String) -> Int {
        let (product, overflow) = text.utf8.count.multipliedReportingOverflow(by: part.utf8.count)
        return overflow ? .max : 1 + text.utf8.count / Value.weightPerStep + product / 64
    }

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
    static func split(_ text: String, by separator: String, limit: Int?, keepsSeparator: Bool = false) -> [String] {
        if limit == 0 { return [] }
        let limit = limit.map { $0 < 0 ? .max : $0 } ?? .max
        if separator.isEmpty {
            let scalars = text.unicodeScalars.map { String($0) }
            guard scalars.count > limit else { return scalars }
            return Array(scalars.prefix(limit - 1)) + [scalars.dropFirst(limit - 1).joined()]
        }
        var pieces: [String] = []
        var rest = Array(text.utf8)[...]
        let separator = Array(separator.utf8)
        var piece: [UInt8] = []
        while !rest.isEmpty {
            if pieces.count + 1 < limit, rest.starts(with: separator) {
                pieces.append(String(decoding: keepsSeparator ? piece + separator : piece, as: UTF8.self))
                piece = []
                rest = rest.dropFirst(separator.count)
            } else {
                piece.append(rest.removeFirst())
            }
        }
        return pieces + [String(decoding: piece, as: UTF8.self)]
    }

    /// `new` before every scalar and at the end, `count` times at most; a negative count is no bound.
    static func interspersed(_ text: String, with new: String, count: Int) -> String {
        var whole = ""
        var rest = count < 0 ? .max : count
        for scalar in text.unicodeScalars {
            if rest > 0 { whole += new }
            rest = max(0, rest - 1)
            whole.unicodeScalars.append(scalar)
        }
        return rest > 0 ? whole + new : whole
    }

    /// Every scalar by itself, as Go does it; one that would become several stays.
    static func mapped(_ text: String, _ mapping: (Unicode.Scalar) -> String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let mapped = mapping(scalar).unicodeScalars
            view.append(mapped.count == 1 ? mapped.first ?? scalar : scalar)
        }
        return String(view)
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
