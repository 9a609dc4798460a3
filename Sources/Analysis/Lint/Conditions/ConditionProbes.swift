/// Results to try a metric's conditions on: numbers around those that the conditions name, in every place that they look
/// at, and what a backend gives where there is nothing.
///
/// What all of them have in common is taken for what every result has. So there are none where the conditions do more
/// than compare and calculate, or look at more places than can be tried together.
struct ConditionProbes: Sendable {
    struct Probe: Sendable {
        let result: Value
        /// It says something: it is not a value that stands for missing data.
        let isPresent: Bool
        /// One value decides all: the result itself, or the only place that is looked at.
        var isSingle = false
    }

    private(set) var probes: [Probe] = []

    /// Combinations of values in several places.
    private static let budgets = [1: 400, 2: 40, 3: 12]
    private static let largestIndex = 63
    /// Every level multiplies the work by the length of a list.
    private static let deepestPredicate = 2
    private static let mostNumbers = 40

    init(of conditions: [Expression], shape: ResultShape) {
        let nodes = conditions.flatMap(\.root.nodes)
        guard !conditions.isEmpty, nodes.allSatisfy(\.isTransparent),
            conditions.allSatisfy({ $0.root.predicateDepth <= Self.deepestPredicate }),
            nodes.count(where: { $0.literalNumber != nil }) <= Self.mostNumbers
        else { return }
        let paths = conditions.reduce(into: Set<ResultPath>()) { $0.formUnion(ResultPath.all(in: $1.root)) }
        let places = paths.filter { $0 != .whole }.sorted { $0.description < $1.description }
        let candidates = ProbeValues(nodes)
        guard places.isEmpty || fill(places, candidates, shape) else { return }
        if paths.contains(.whole) || places.isEmpty { addWholes(candidates, shape) }
        for absent in shape.absentResults + [.double(.infinity), .double(-.infinity), .vector([.infinity]), .map([])]
        where shape.allows(absent) || absent == .vector([]) {
            probes.append(Probe(result: absent, isPresent: false))
        }
    }

    /// - Returns: false where there are too many combinations to try.
    private mutating func fill(_ places: [ResultPath], _ candidates: ProbeValues, _ shape: ResultShape) -> Bool {
        guard let budget = Self.budgets[places.count],
            let values = candidates.values(onlyNumbers: shape == .vector, budget: budget),
            places.allSatisfy({ $0.steps.allSatisfy { $0.isWithin(Self.largestIndex) } })
        else { return false }
        for combination in Self.combinations(of: values, count: places.count) {
            var result: Value?
            for (place, value) in zip(places, combination) {
                result = result.map { $0.setting(place.steps[...], to: value) } ?? Value.made(place.steps[...], value)
                if result == nil { break }
            }
            guard var result else { return false }
            if shape == .vector || shape == .numberOrVector { result = result.asVector }
            guard shape.allows(result) else { continue }
            probes.append(
                Probe(
                    result: result, isPresent: !combination.contains(where: \.isEmpty),
                    isSingle: places.count == 1 && combination.allSatisfy(\.isScalar)))
        }
        return true
    }

    private static func combinations(of values: [Value], count: Int) -> [[Value]] {
        (0..<count).reduce([[]]) { rows, _ in rows.flatMap { row in values.map { row + [$0] } } }
    }

    /// Results that are looked at as they are.
    private mutating func addWholes(_ candidates: ProbeValues, _ shape: ResultShape) {
        var wholes = candidates.all + candidates.vectors
        wholes += candidates.texts.map { .map([.init($0, .double(1))]) }
        for whole in wholes where shape.allows(whole) {
            var isSingle = whole.isScalar
            if case .array(let elements, _) = whole { isSingle = elements.count == 1 }
            probes.append(Probe(result: whole, isPresent: !whole.isEmpty, isSingle: isSingle))
        }
    }
}

extension SyntaxNode {
    private static let transparentCalls: Set<String> = [
        "len", "max", "min", "sum", "mean", "median", "abs", "ceil", "floor", "round", "first", "last", "get", "isNaN",
        "isInf", "isNil", "default", "asInt", "asFloat", "int", "float", "all", "any", "none", "one", "count", "filter",
        "map", "find",
    ]

    private static let longestRange = 50

    /// Predicates inside of each other.
    fileprivate var predicateDepth: Int {
        let below = children.map(\.predicateDepth).max() ?? 0
        return if case .predicate = kind { below + 1 } else { below }
    }

    /// It compares and calculates: values around those that it names tell what it does.
    fileprivate var isTransparent: Bool {
        switch kind {
        case .call(let name, _): Self.transparentCalls.contains(name)
        case .binary("..", let from, let to):
            if let from = from.literalInteger, let to = to.literalInteger {
                from.magnitude <= Self.longestRange && to.magnitude <= Self.longestRange
            } else {
                false
            }
        case .binary(let symbol, _, _): !["matches", "contains", "startsWith", "endsWith"].contains(symbol)
        case .method, .map: false
        case .identifier(let name): name != "$env"
        default: true
        }
    }
}

extension ResultPath.Step {
    /// A list need not have more elements than that to have this one.
    fileprivate func isWithin(_ bound: Int) -> Bool {
        switch self {
        case .name: true
        case .index(let index): index.magnitude <= bound
        }
    }
}

extension Value {
    /// There is nothing in it that a condition could look at.
    fileprivate var isEmpty: Bool { isAbsent || self == .string("") }

    fileprivate var isScalar: Bool {
        switch self {
        case .bool, .int, .double, .string: true
        default: false
        }
    }

    /// A value that has nothing but `value` at the place that the steps lead to.
    fileprivate static func made(_ steps: ArraySlice<ResultPath.Step>, _ value: Value) -> Value? {
        steps.isEmpty ? value : Value.null.setting(steps, to: value)
    }

    /// The value with another one at the place; nil where this one is of another form.
    fileprivate func setting(_ steps: ArraySlice<ResultPath.Step>, to value: Value) -> Value? {
        guard let step = steps.first else { return nil }
        let rest = steps.dropFirst()
        switch (step, self) {
        case (.name(let name), .null):
            return Value.made(rest, value).map { .map([.init(name, $0)]) }
        case (.name(let name), .map(let members)):
            let inner = members.first { $0.name == name }?.value
            guard let inner = inner.map({ $0.setting(rest, to: value) }) ?? Value.made(rest, value) else { return nil }
            return .map(members.filter { $0.name != name } + [.init(name, inner)])
        case (.index, .null): return Value.array([], of: .any).setting(steps, to: value)
        case (.index(let index), .array(var elements, _)):
            let position = index < 0 ? elements.count + index : index
            let missing = index < 0 ? -index - elements.count : index + 1 - elements.count
            if missing > 0 {
                let filler = Array(repeating: Value.null, count: missing)
                elements = index < 0 ? filler + elements : elements + filler
            }
            let place = max(0, position)
            let isNew = missing > 0 || elements[place] == .null
            let inner = isNew ? Value.made(rest, value) : elements[place].setting(rest, to: value)
            guard let inner else { return nil }
            elements[place] = inner
            return .array(elements, of: .any)
        default: return nil
        }
    }

    /// A list of numbers with the type that a provider of such lists gives it; what was left open is zero.
    fileprivate var asVector: Value {
        guard case .array(let elements, _) = self else { return self }
        return .vector(elements.map { $0.number ?? 0 })
    }
}
