/// A set of Unicode scalars: the class of a regular expression.
struct ScalarSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]
    /// Unicode's general categories, as `\p{Lu}` and `\PN` name them.
    private var categories: [(name: String, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    init(_ ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) {
        self.init([scalar.value...scalar.value])
    }

    /// The scalars of a general category, or all others; nil where there is none of that name.
    init?(category name: String, isNegated: Bool) {
        let isGroup = name.count == 1 && Self.categoryNames.contains { $0.hasPrefix(name) }
        guard isGroup || name == "Any" || Self.categoryNames.contains(name) else { return nil }
        self.init()
        categories = [(name, isNegated)]
    }

    static let digit = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let anything = ScalarSet([0...0x10FFFF])
    static let exceptNewline = ScalarSet([0x0A...0x0A], isNegated: true)

    /// The classes that are written `[:name:]`.
    static func posix(_ name: String) -> ScalarSet? {
        switch name {
        case "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A])
        case "ascii": ScalarSet([0...0x7F])
        case "blank": ScalarSet([0x09...0x09, 0x20...0x20])
        case "cntrl": ScalarSet([0...0x1F, 0x7F...0x7F])
        case "digit": digit
        case "graph": ScalarSet([0x21...0x7E])
        case "lower": ScalarSet([0x61...0x7A])
        case "print": ScalarSet([0x20...0x7E])
        case "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "space": ScalarSet([0x09...0x0D, 0x20...0x20])
        case "upper": ScalarSet([0x41...0x5A])
        case "word": word
        case "xdigit": ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
        default: nil
        }
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ other: ScalarSet) {
        categories += other.categories
        guard other.isNegated else { return ranges.append(contentsOf: other.ranges) }
        var next: UInt32 = 0
        for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if next < range.lowerBound { ranges.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isMember = includes(scalar.value)
        if !isMember, ignoresCase {
            let properties = scalar.properties
            for other in [properties.lowercaseMapping, properties.uppercaseMapping] {
                if let folded = other.unicodeScalars.first, other.unicodeScalars.count == 1 {
                    isMember = isMember || includes(folded.value)
                }
            }
        }
        return isMember != isNegated
    }

    private func includes(_ value: UInt32) -> Bool {
        if ranges.contains(where: { $0.contains(value) }) { return true }
        guard !categories.isEmpty, let scalar = Unicode.Scalar(value) else { return false }
        let own = Self.name(of: scalar.properties.generalCategory)
        return categories.contains { (own.hasPrefix($0.name) || $0.name == "Any") != $0.isNegated }
    }

    private static let categoryNames: Set<String> = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
    ]

    private static func name(of category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        default: ""
        }
    }
}
