/// Values that tell one condition from another, derived from those that the conditions name.
struct ProbeValues: Sendable {
    /// On, beside and between the numbers that are named.
    private let named: [Double]
    /// The texts that are named.
    let texts: [String]
    private let counts: [Int]
    private let namesNil: Bool

    private static let usual: [Double] = [0, 1, 0.5, 100, -1, 1e6, 1e-6, 50, -1e6, 1e12, 10]
    private static let bools: [Value] = [.bool(true), .bool(false)]
    /// Lists are tried with as many elements as the conditions name, up to here.
    private static let longest = 64.0

    init(_ nodes: [SyntaxNode]) {
        let numbers = Set(nodes.compactMap(\.literalNumber)).filter(\.isFinite).sorted()
        var named = numbers.flatMap { number in
            let step = max(number.magnitude / 1000, 1e-9)
            return [number, number - step, number + step]
        }
        named += zip(numbers, numbers.dropFirst()).map { $0 / 2 + $1 / 2 }
        self.named = named
        let texts: [String] = nodes.compactMap { node in
            if case .literal(.string(let text)) = node.kind { text } else { nil }
        }
        self.texts = Set(texts).sorted()
        namesNil = nodes.contains(where: \.isNilLiteral)
        let whole = numbers.filter { $0 == $0.rounded() && $0 >= 0 && $0 < Self.longest }.map { Int($0) }
        counts = Set(whole.flatMap { [$0 - 1, $0, $0 + 1] } + [1, 2]).filter { $0 > 0 }.sorted()
    }

    private var numbers: [Value] { (named + Self.usual).map { .double($0) } }

    /// Texts that are named, that write named numbers, and others.
    private var words: [Value] {
        (texts + named.prefix(6).map { Readable.number($0) } + ["", "other"]).map { .string($0) }
    }

    /// Every single value.
    var all: [Value] { numbers + Self.bools + words }

    /// Lists of numbers: of one, of two, and of as many equal ones as are named.
    var vectors: [Value] {
        let some = Array((named + Self.usual).prefix(24))
        let pairs = some.flatMap { first in some.map { Value.vector([first, $0]) } }
        let rows = counts.flatMap { count in some.map { Value.vector(Array(repeating: $0, count: count)) } }
        return (named + Self.usual).map { .vector([$0]) } + pairs + rows
    }

    /// The values for one of several places; nil where those that tell most are already too many.
    func values(onlyNumbers: Bool, budget: Int) -> [Value]? {
        var telling = named.map { Value.double($0) }
        if !onlyNumbers { telling += Self.bools + texts.map { .string($0) } + (namesNil ? [.null] : []) }
        guard telling.count <= budget else { return nil }
        var values = telling + Self.usual.prefix(4).map { .double($0) }
        if !onlyNumbers {
            values += [.null] + words
            values += counts.prefix(6).flatMap { count in
                (named + [0, 1]).prefix(12).map { .array(Array(repeating: .double($0), count: count), of: .any) }
            }
            values.append(.array([], of: .any))
        }
        values += Self.usual.dropFirst(4).map { .double($0) }
        return Array(values.prefix(budget))
    }
}
