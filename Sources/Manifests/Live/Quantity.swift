/// A Kubernetes quantity, for comparison only: `1`, `1000m` and `1e0` are the same amount.
///
/// The grammar is that of apimachinery's `resource.Quantity`: a decimal number with a binary or decimal suffix or an exponent.
struct Quantity: Equatable {
    private let amount: Double

    private static let suffixes: [String: Double] = [
        "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
        "Ei": 1_152_921_504_606_846_976,
    ]

    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "+" || $0 == "-") }
        let rest = text.dropFirst(digits.count)
        if let factor = Self.suffixes[String(rest)], let number = Double(digits) {
            amount = number * factor
        } else if let exponent = rest.first, exponent == "e" || exponent == "E", let number = Double(text) {
            amount = number
        } else {
            return nil
        }
    }

    /// Equal to the 12th digit: suffixes are no binary fractions.
    static func == (left: Self, right: Self) -> Bool {
        abs(left.amount - right.amount) <= abs(left.amount) * 1e-12
    }
}
