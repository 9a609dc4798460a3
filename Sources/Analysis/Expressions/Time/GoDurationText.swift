/// Spans of time as Go's ParseDuration reads them and as its String writes them, in whole nanoseconds.
package enum GoDurationText {
    /// What Go says about a text that is no span of time.
    package struct Problem: Error {
        package let message: String
        /// The unit that Go does not know; nil where something else is wrong.
        package var unit: String?
        package var lacksUnit = false
    }

    /// The nanoseconds of `1h5m`, `-1.5s`, `.5ms`, `300µs`.
    package static func nanoseconds(_ text: String) throws(Problem) -> Int64 {
        let invalid = Problem(message: "time: invalid duration \(GoQuote.bytes(text))")
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { throw invalid }
        // The most negative span has no positive twin.
        let limit = UInt64(1) << 63
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let part = try part(&rest, text, invalid), part <= limit, total <= limit - part else { throw invalid }
            total += part
        }
        if isNegative { return total == limit ? .min : -Int64(total) }
        guard total < limit else { throw invalid }
        return Int64(total)
    }

    /// A number with its unit; nil where it is too large.
    private static func part(
        _ rest: inout ArraySlice<UInt8>, _ text: String, _ invalid: Problem
    ) throws(Problem) -> UInt64? {
        let whole = digits(&rest)
        var fraction: [UInt8] = []
        var hasPoint = false
        if rest.first == UInt8(ascii: ".") {
            hasPoint = true
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard !whole.isEmpty || hasPoint && !fraction.isEmpty else { throw invalid }
        let value = try integer(whole, invalid)
        let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty else {
            throw Problem(message: "time: missing unit in duration \(GoQuote.bytes(text))", lacksUnit: true)
        }
        let unit = String(decoding: name, as: UTF8.self)
        guard let scale = scale(unit) else {
            throw Problem(
                message: "time: unknown unit \(GoQuote.bytes(unit)) in duration \(GoQuote.bytes(text))", unit: unit)
        }
        let (product, tooLarge) = value.multipliedReportingOverflow(by: scale)
        guard !tooLarge else { return nil }
        return product.addingReportingOverflow(nanoseconds(ofFraction: fraction, scale)).partialValue
    }

    private static func integer(_ digits: [UInt8], _ invalid: Problem) throws(Problem) -> UInt64 {
        var value: UInt64 = 0
        for digit in digits {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !tooLarge, product <= 1 << 63 else { throw invalid }
            value = product + UInt64(digit - 0x30)
        }
        return value
    }

    /// Digits behind the point, as many as still matter.
    private static func nanoseconds(ofFraction digits: [UInt8], _ scale: UInt64) -> UInt64 {
        var value: UInt64 = 0
        var divisor = 1.0
        for digit in digits {
            guard value <= (UInt64(1) << 63 - 1) / 10 else { break }
            let next = value * 10 + UInt64(digit - 0x30)
            guard next <= 1 << 63 else { break }
            value = next
            divisor *= 10
        }
        return UInt64(Double(value) * (Double(scale) / divisor))
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = Array(rest.prefix(while: isDigit))
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func scale(_ unit: String) -> UInt64? {
        switch unit {
        case "ns": 1
        case "us", "µs", "μs": 1000
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }
}

extension GoDurationText {
    /// `1h5m0s`, `1.5s`, `300µs`, `0s`.
    package static func text(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0 else { return "0s" }
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        if magnitude < 1_000_000_000 {
            let (divisor, unit): (UInt64, String) =
                magnitude < 1000 ? (1, "ns") : magnitude < 1_000_000 ? (1000, "µs") : (1_000_000, "ms")
            return sign + decimal(magnitude, divisor) + unit
        }
        let seconds = magnitude / 1_000_000_000
        var text = decimal(magnitude % 60_000_000_000, 1_000_000_000) + "s"
        if seconds >= 60 { text = "\(seconds / 60 % 60)m" + text }
        if seconds >= 3600 { text = "\(seconds / 3600)h" + text }
        return sign + text
    }

    private static func decimal(_ value: UInt64, _ divisor: UInt64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: divisor)
        guard rest > 0 else { return String(whole) }
        let width = String(divisor).count - 1
        var digits = String(rest)
        digits = String(repeating: "0", count: width - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension GoQuote {
    /// The quotes that the time package has of its own, which spell every byte beyond ASCII.
    static func bytes(_ text: String) -> String {
        var quoted = "\""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += "\\" + String(Unicode.Scalar(byte))
            case 0x20..<0x80: quoted.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return quoted + "\""
    }
}
