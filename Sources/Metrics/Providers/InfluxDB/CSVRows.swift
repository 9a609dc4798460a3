internal import Rollouts

/// The rows of a CSV text (RFC 4180): cells in quotes may contain commas, line breaks and doubled quotes.
struct CSVRows {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The cells of the next row; nil at the end.
    mutating func next() throws(MetricFailure) -> [String]? {
        guard position < bytes.count else { return nil }
        var cells: [String] = []
        while true {
            cells.append(try cell())
            guard position < bytes.count else { return cells }
            let separator = bytes[position]
            position += 1
            if separator == UInt8(ascii: ",") { continue }
            if separator == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
                position += 1
            }
            return cells
        }
    }

    /// Up to a comma or the end of the line, which are left.
    private mutating func cell() throws(MetricFailure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, !",\r\n".utf8.contains(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                content.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == byte {
                content.append(byte)
                position += 1
                continue
            }
            guard position == bytes.count || ",\r\n".utf8.contains(bytes[position]) else { break }
            return String(decoding: content, as: UTF8.self)
        }
        throw AnnotatedCSV.garbage()
    }
}
