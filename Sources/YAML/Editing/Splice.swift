/// A stretch of bytes and what stands there afterwards.
struct Splice: Hashable, Sendable {
    let range: Range<Int>
    let text: [UInt8]

    init(_ range: Range<Int>, _ text: String) {
        self.range = range
        self.text = Array(text.utf8)
    }

    init(at offset: Int, _ text: String) {
        self.init(offset..<offset, text)
    }

    init(removing range: Range<Int>) {
        self.init(range, "")
    }

    /// The bytes after all splices; nil where two of them overlap or one lies outside.
    static func apply(_ splices: [Splice], to bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + splices.reduce(0) { $0 + $1.text.count })
        var position = 0
        let ordered = splices.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        for splice in ordered.map(\.element) {
            guard splice.range.lowerBound >= position, splice.range.upperBound <= bytes.count else { return nil }
            result += bytes[position..<splice.range.lowerBound]
            result += splice.text
            position = splice.range.upperBound
        }
        result += bytes[position...]
        return result
    }
}
