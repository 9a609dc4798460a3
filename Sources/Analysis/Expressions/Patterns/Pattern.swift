/// A regular expression in RE2's syntax, searched for in time proportional to the text.
///
/// The condition language's `matches` uses Go's engine, which never backtracks; so does this one
/// (Thompson's construction, simulated state by state). Character classes are ASCII, as in RE2.
struct Pattern: Sendable {
    private let program: [PatternInstruction]

    init(_ text: String, at offset: Int) throws(ExpressionError) {
        do {
            program = try PatternCompiler.program(for: try PatternParser.parse(text))
        } catch {
            throw ExpressionError(.syntax, "error parsing regexp: \(error.message)", at: offset)
        }
    }

    /// What a search may cost an evaluation: in the worst case every state is alive at every character.
    func steps(in text: String) -> Int {
        let (product, overflow) = text.utf8.count.multipliedReportingOverflow(by: program.count)
        return overflow ? .max : 1 + program.count + product / 16
    }

    /// True where the pattern matches anywhere in `text`.
    func occurs(in text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var threads = PatternThreads(count: program.count)
        for position in 0...scalars.count {
            if threads.add(0, program, scalars, position) { return true }
            guard position < scalars.count else { break }
            var next = PatternThreads(count: program.count)
            for state in threads.states {
                guard case .scalar(let set) = program[state], set.contains(scalars[position]) else { continue }
                if next.add(state + 1, program, scalars, position + 1) { return true }
            }
            threads = next
        }
        return false
    }
}

/// What is wrong with a pattern, in the words of Go's parser.
struct PatternError: Error {
    let message: String
}

enum PatternInstruction: Sendable {
    case scalar(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assert(PatternNode.Assertion)
    case match
}

/// The states that are reached at one position of the text.
private struct PatternThreads {
    private(set) var states: [Int] = []
    private var isKnown: [Bool]

    init(count: Int) {
        isKnown = Array(repeating: false, count: count)
    }

    /// Follows everything that consumes nothing; true where the pattern is complete.
    mutating func add(
        _ start: Int, _ program: [PatternInstruction], _ scalars: [Unicode.Scalar], _ position: Int
    ) -> Bool {
        var pending = [start]
        while let state = pending.popLast() {
            if isKnown[state] { continue }
            isKnown[state] = true
            switch program[state] {
            case .match: return true
            case .scalar: states.append(state)
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assert(let assertion): if assertion.holds(scalars, position) { pending.append(state + 1) }
            }
        }
        return false
    }
}

extension PatternNode.Assertion {
    fileprivate func holds(_ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        switch self {
        case .textStart: return position == 0
        case .textEnd: return position == scalars.count
        case .lineStart: return position == 0 || scalars[position - 1] == "\n"
        case .lineEnd: return position == scalars.count || scalars[position] == "\n"
        case .wordBoundary, .noWordBoundary:
            let before = position > 0 && ScalarSet.word.contains(scalars[position - 1])
            let after = position < scalars.count && ScalarSet.word.contains(scalars[position])
            return (before != after) == (self == .wordBoundary)
        }
    }
}
