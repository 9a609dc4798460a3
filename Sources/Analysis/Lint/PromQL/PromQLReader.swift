/// Walks through the tokens of a query once and notes what a `PromQLScan` has.
struct PromQLReader {
    /// Deeper queries are not read to their end: reading recurses.
    private static let maximumDepth = 100

    private let query: [UInt8]
    private let tokens: [PromQLToken]
    private var position = 0
    private var scan = PromQLScan()

    init(_ query: String) {
        self.query = Array(query.utf8)
        tokens = PromQLToken.tokens(of: query)
    }

    mutating func read() -> PromQLScan {
        while position < tokens.count {
            sequence(in: nil, depth: 0)
            advance()
        }
        return scan
    }

    private var current: PromQLToken? { position < tokens.count ? tokens[position] : nil }
    private var previous: PromQLToken? { position > 0 ? tokens[position - 1] : nil }
    private var next: PromQLToken? { position + 1 < tokens.count ? tokens[position + 1] : nil }

    /// Never beyond the end, where what is open stays open.
    private mutating func advance(_ count: Int = 1) { position = min(position + count, tokens.count) }

    private mutating func skip(_ bracket: Character) -> Bool {
        guard current?.isBracket(bracket) == true else { return false }
        advance()
        return true
    }

    // MARK: Operands and what stands behind them

    /// Reads up to a bracket that closes, and leaves that to the caller.
    private mutating func sequence(in call: Int?, depth: Int) {
        var operand = scan.selectors.count..<scan.selectors.count
        var divisor: (isDue: Bool, start: Int?) = (false, nil)
        while let token = current, ![")", "]", "}"].contains(where: token.isBracket) {
            if Self.matching.contains(token.word ?? "") {
                // `/ on (label) sum(…)`: the divisor has not begun yet.
                if !divisor.isDue { endDivisor(&divisor) }
                advance()
                _ = labels()
            } else if isOperator(token) {
                endDivisor(&divisor)
                if call == nil { note(token, &divisor) }
                advance()
            } else if token.isBracket("[") {
                span(on: operand)
            } else if token.word == "offset" {
                offset(on: operand)
            } else if token.isSymbol("@") {
                pin(operand)
            } else {
                if divisor.isDue { divisor = (false, position) }
                let start = scan.selectors.count
                one(token, in: call, depth: depth)
                // LogQL has its span behind filters: `{app="a"} |= "text" [5m]`.
                if !token.isLiteral { operand = start..<scan.selectors.count }
            }
        }
        endDivisor(&divisor)
    }

    private static let matching: Set<String> = ["on", "ignoring", "group_left", "group_right"]
    private static let operators: Set<String> = ["and", "or", "unless", "bool", "atan2"]

    private func isOperator(_ token: PromQLToken) -> Bool {
        switch token.kind {
        case .symbol(let symbol): symbol != "@"
        case .word(let word): Self.operators.contains(word.lowercased())
        default: false
        }
    }

    /// Notes what a ratio and a percentage are told by.
    private mutating func note(_ token: PromQLToken, _ divisor: inout (isDue: Bool, start: Int?)) {
        if token.isSymbol("/") { divisor = (true, nil) }
        if token.isSymbol("*"), previous?.number == "100" || next?.number == "100" { scan.isPercent = true }
    }

    private mutating func endDivisor(_ divisor: inout (isDue: Bool, start: Int?)) {
        if let start = divisor.start, start < position {
            let bytes = query[tokens[start].range.lowerBound..<tokens[position - 1].range.upperBound]
            scan.divisors.append(String(decoding: bytes, as: UTF8.self))
        }
        divisor = (false, nil)
    }

    private mutating func one(_ token: PromQLToken, in call: Int?, depth: Int) {
        switch token.kind {
        case .bracket("("):
            advance()
            inside(call, depth)
        case .bracket("{"): selector(nil, in: call)
        case .word(let word): named(word, in: call, depth: depth)
        case .number:
            scan.hasNumber = true
            advance()
        default: advance()
        }
    }

    /// Reads what stands between parentheses, and the one that closes.
    private mutating func inside(_ call: Int?, _ depth: Int) {
        guard depth < Self.maximumDepth else {
            scan.isWhole = false
            position = tokens.count
            return
        }
        sequence(in: call, depth: depth + 1)
        advance()
    }

    // MARK: Calls and selectors

    private mutating func named(_ word: String, in call: Int?, depth: Int) {
        advance()
        var grouping: PromQLScan.Grouping?
        if PromQLScan.aggregations.contains(word) { grouping = self.grouping() }
        if skip("(") {
            let index = scan.calls.count
            scan.calls.append(PromQLScan.Call(name: word, outer: call, grouping: grouping))
            inside(index, depth)
            if scan.calls[index].isAggregation, grouping == nil { scan.calls[index].grouping = self.grouping() }
        } else if ["inf", "nan"].contains(word.lowercased()) {
            scan.hasNumber = true
        } else {
            selector(word, in: call)
        }
    }

    /// `by (…)` or `without (…)`, before or behind what is aggregated.
    private mutating func grouping() -> PromQLScan.Grouping? {
        guard let word = current?.word?.lowercased(), word == "by" || word == "without" else { return nil }
        advance()
        let labels = labels() ?? []
        return word == "by" ? .by(labels) : .without(labels)
    }

    /// Names between parentheses; nil where there are none.
    private mutating func labels() -> [String]? {
        guard skip("(") else { return nil }
        var labels: [String] = []
        while let token = current, !token.isBracket(")") {
            switch token.kind {
            case .word(let name), .string(let name): labels.append(name)
            default: break
            }
            advance()
        }
        advance()
        return labels
    }

    /// A selector with the matchers behind its name, among which the name can stand too.
    private mutating func selector(_ name: String?, in call: Int?) {
        var selector = PromQLScan.Selector(name: name, call: call)
        if skip("{") {
            while let token = current, !token.isBracket("}") {
                if case .string(let text) = token.kind {
                    let isName = previous?.isSymbol("=") == true && tokens[max(0, position - 2)].word == "__name__"
                    let isLast = next?.isSymbol(",") == true || next?.isBracket("}") == true
                    let standsAlone = previous?.isBracket("{") == true && isLast
                    if isName || standsAlone { selector.name = text }
                }
                advance()
            }
            advance()
        }
        scan.selectors.append(selector)
    }

    // MARK: Times

    /// `[5m]` of a selector, or the subquery `[30m:1m]` of anything.
    private mutating func span(on operand: Range<Int>) {
        advance()
        let length = current?.number.flatMap(PromQLDuration.parse)
        let isSubquery = next?.isSymbol(":") == true
        while position < tokens.count, !tokens[position].isBracket("]") { advance() }
        advance()
        guard let length else { return }
        for index in operand {
            scan.selectors[index].reach += length
            if !isSubquery { scan.selectors[index].range = length }
        }
    }

    private mutating func offset(on operand: Range<Int>) {
        advance()
        let isForward = current?.isSymbol("-") == true
        if isForward { advance() }
        guard let length = current?.number.flatMap(PromQLDuration.parse) else { return }
        advance()
        for index in operand {
            scan.selectors[index].reach += isForward ? .zero - length : length
            scan.selectors[index].offset += isForward ? .zero - length : length
        }
    }

    /// `@ 1700000000`, `@ start()`, `@ end()`.
    private mutating func pin(_ operand: Range<Int>) {
        advance()
        if current?.word != nil, next?.isBracket("(") == true { advance(2) }
        advance()
        for index in operand { scan.selectors[index].isPinned = true }
    }
}
