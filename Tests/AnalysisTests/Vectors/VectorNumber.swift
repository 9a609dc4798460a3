/// A number of a vector file, where what JSON cannot write is a text.
struct VectorNumber: Decodable, Sendable {
    let value: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
            return
        }
        let text = try container.decode(String.self)
        guard let number = Double(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not a number")
        }
        value = number
    }

    /// Whether `found` is this number, to a tolerance; nil stands for what is not a number.
    func agrees(with found: Double?, to tolerance: Double) -> Bool {
        guard value.isFinite else { return found == nil || found?.isNaN == true }
        return found.map { abs($0 - value) <= tolerance } ?? false
    }
}

/// A number and how exact it is.
struct VectorMeasure: Decodable, Sendable {
    let value: VectorNumber
    let tol: Double

    func agrees(with found: Double?) -> Bool { value.agrees(with: found, to: tol) }
}
