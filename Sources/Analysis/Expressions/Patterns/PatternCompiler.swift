/// Turns the tree of a regular expression into instructions, by Thompson's construction.
struct PatternCompiler {
    /// Counted repetitions multiply; a larger program is refused as RE2 does.
    private static let maximumSize = 5000

    private var program: [PatternInstruction] = []

    static func program(for node: PatternNode) throws(PatternError) -> [PatternInstruction] {
        var compiler = PatternCompiler()
        try compiler.emit(node)
        try compiler.append(.match)
        return compiler.program
    }

    private mutating func append(_ instruction: PatternInstruction) throws(PatternError) {
        guard program.count < Self.maximumSize else { throw PatternError(message: "expression too large") }
        program.append(instruction)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .empty: break
        case .set(let set): try append(.scalar(set))
        case .assertion(let assertion): try append(.assert(assertion))
        case .concatenation(let parts): for part in parts { try emit(part) }
        case .alternation(let branches): try emit(branches)
        case .repetition(let body, let minimum, let maximum):
            for _ in 0..<minimum {
                let before = program.count
                try emit(body)
                if program.count == before { break }
            }
            if let maximum { try emit(body, optionally: maximum - minimum) } else { try emitLoop(body) }
        }
    }

    private mutating func emit(_ branches: [PatternNode]) throws(PatternError) {
        var ends: [Int] = []
        for branch in branches.dropLast() {
            let split = program.count
            try append(.jump(0))
            try emit(branch)
            ends.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        if let last = branches.last { try emit(last) }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emit(_ body: PatternNode, optionally count: Int) throws(PatternError) {
        var splits: [Int] = []
        for _ in 0..<max(0, count) {
            splits.append(program.count)
            try append(.jump(0))
            try emit(body)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private mutating func emitLoop(_ body: PatternNode) throws(PatternError) {
        let split = program.count
        try append(.jump(0))
        try emit(body)
        try append(.jump(split))
        program[split] = .split(split + 1, program.count)
    }
}
