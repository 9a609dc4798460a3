/// A number as Kubernetes writes it: `12500m` is 12.5, `1Ki` is 1024, `3e2` is 300.
///
/// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
struct KubernetesQuantity: Hashable, Sendable {
    /// The nearest binary fraction.
    let value: Double

    /// - Returns: nil for what is no quantity, or is beyond every number.
    init?(_ text: String) {
        var rest = text[...]
        let sign = rest.first == "-" ? "-" : ""
        if let first = rest.first, first == "-" || first == "+" { rest = rest.dropFirst() }
        let whole = rest.prefix(while: Self.isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == "." {
            fraction = rest.dropFirst().prefix(while: Self.isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let number = "\(sign)\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)"
        guard let value = Self.value(of: number, suffix: rest), value.isFinite else { return nil }
        self.value = value
    }

    private static func value(of number: String, suffix: Substring) -> Double? {
        if let exponent = decimal[suffix] { return Double("\(number)e\(exponent)") }
        if let power = binary[suffix] {
            return Double(number).map { $0 * Double(sign: .plus, exponent: power, significand: 1) }
        }
        guard let mark = suffix.first, mark == "e" || mark == "E" else { return nil }
        let exponent = suffix.dropFirst()
        let digits = exponent.first == "-" || exponent.first == "+" ? exponent.dropFirst() : exponent
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return Double("\(number)e\(exponent)")
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private static let decimal: [Substring: Int] = [
        "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    /// Powers of two.
    private static let binary: [Substring: Int] = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
}
