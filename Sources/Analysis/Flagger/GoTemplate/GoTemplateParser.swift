/// Makes nodes of a template's tokens, by the grammar of Go's `text/template`.
struct GoTemplateParser {
    private let tokens: [GoTemplateToken]
    private let functions: Set<String>
    private var position = 0
    /// The variables in scope, innermost last; the first one is `$` itself.
    private var variables = [""]
    private var depth = 0
    private var loops = 0
    private var used: Set<String> = []

    private static let maximumDepth = 60

    /// The nodes of a template, and the functions of `functions` that it uses.
    static func read(
        _ source: [Unicode.Scalar], functions: Set<String>
    ) throws(GoTemplateError) -> (nodes: [GoTemplateNode], used: Set<String>) {
        let tokens = try GoTemplateLexer.tokens(of: source)
        var parser = GoTemplateParser(tokens: tokens, functions: functions)
        let (nodes, end) = try parser.list()
        guard end.kind == .end else {
            throw GoTemplateError(.syntax, "{{\(end.text)}} without what it belongs to", at: end.offset)
        }
        return (nodes, parser.used)
    }

    private init(tokens: [GoTemplateToken], functions: Set<String>) {
        self.tokens = tokens
        self.functions = functions
    }

    // MARK: Nodes

    /// Nodes up to an `end` or `else` or the end of the template, which is returned and, of the first two, consumed.
    private mutating func list() throws(GoTemplateError) -> ([GoTemplateNode], end: GoTemplateToken) {
        var nodes: [GoTemplateNode] = []
        while true {
            let token = next()
            guard token.kind == .open else {
                if token.kind == .end { return (nodes, token) }
                nodes.append(.text(token.text))
                continue
            }
            skipSpaces()
            guard peek.kind == .keyword else {
                nodes.append(.action(try pipeline(until: .close, "the braces")))
                continue
            }
            let keyword = next()
            if keyword.text == "end" || keyword.text == "else" { return (nodes, keyword) }
            nodes.append(try control(keyword))
        }
    }

    private mutating func control(_ keyword: GoTemplateToken) throws(GoTemplateError) -> GoTemplateNode {
        switch keyword.text {
        case "break", "continue":
            guard loops > 0 else {
                throw GoTemplateError(.syntax, "{{\(keyword.text)}} is not in a range", at: keyword.offset)
            }
            try close()
            return keyword.text == "break" ? .leave : .next
        case let word:
            guard let branch = GoTemplateBranch(rawValue: word) else {
                throw GoTemplateError(
                    .syntax, "\(word) is not supported: a query is one template", at: keyword.offset,
                    hint: "write the text where it belongs")
            }
            return try self.branch(branch, keyword)
        }
    }

    private mutating func branch(
        _ branch: GoTemplateBranch, _ keyword: GoTemplateToken
    ) throws(GoTemplateError) -> GoTemplateNode {
        try enter(keyword.offset)
        let scope = variables.count
        defer {
            depth -= 1
            variables.removeLast(variables.count - scope)
        }
        let pipeline = try pipeline(until: .close, branch.rawValue, isRange: branch == .range)
        if branch == .range { loops += 1 }
        var (then, end) = try list()
        if branch == .range { loops -= 1 }
        var otherwise: [GoTemplateNode] = []
        if end.text == "else" {
            skipSpaces()
            if let chained = chainedBranch(after: branch) {
                // `else if` and `else with` share the end of the branch that they are in.
                let keyword = next()
                return .branch(branch, pipeline, then: then, otherwise: [try self.branch(chained, keyword)])
            }
            try close()
            (otherwise, end) = try list()
        }
        guard end.text == "end" else {
            let found = end.kind == .end ? "the template ends" : "there is another {{\(end.text)}}"
            throw GoTemplateError(
                .syntax, "\(found) before the {{end}} of this \(branch.rawValue)", at: keyword.offset,
                hint: "write {{ end }} where it ends")
        }
        try close()
        return .branch(branch, pipeline, then: then, otherwise: otherwise)
    }

    private func chainedBranch(after branch: GoTemplateBranch) -> GoTemplateBranch? {
        guard peek.kind == .keyword, peek.text == branch.rawValue, branch != .range else { return nil }
        return branch
    }

    private mutating func close() throws(GoTemplateError) {
        skipSpaces()
        let token = next()
        guard token.kind == .close else { throw unexpected(token, "the end of the braces was expected") }
    }

    // MARK: Pipelines

    private mutating func pipeline(
        until end: GoTemplateToken.Kind, _ context: String, isRange: Bool = false
    ) throws(GoTemplateError) -> GoTemplatePipeline {
        skipSpaces()
        var pipeline = GoTemplatePipeline(offset: peek.offset)
        try declarations(of: &pipeline, isRange: isRange)
        while true {
            skipSpaces()
            if peek.kind == end { break }
            pipeline.commands.append(try command())
        }
        position += 1
        guard !pipeline.commands.isEmpty else {
            throw GoTemplateError(.syntax, "there is no value in \(context)", at: pipeline.offset)
        }
        for command in pipeline.commands.dropFirst() where command.operands[0].isValue {
            throw GoTemplateError(
                .syntax, "a value cannot stand behind |", at: command.offset,
                hint: "what follows is a function that takes the value before as its last argument")
        }
        // In its own value a variable is not known yet.
        if !pipeline.isAssignment { variables += pipeline.variables }
        return pipeline
    }

    private mutating func declarations(of pipeline: inout GoTemplatePipeline, isRange: Bool) throws(GoTemplateError) {
        let start = position
        var names: [(name: String, offset: Int)] = []
        while peek.kind == .variable {
            names.append((peek.text, peek.offset))
            position += 1
            skipSpaces()
            guard peek.kind == .comma, isRange, names.count < 2 else { break }
            position += 1
            skipSpaces()
        }
        let sign = peek
        if sign.kind == .comma, let name = names.last {
            throw GoTemplateError(
                .syntax, isRange ? "a range has at most two variables" : "only a range has two variables",
                at: name.offset)
        }
        guard sign.kind == .declare || sign.kind == .assign, !names.isEmpty else {
            // No declaration: the variable is an operand.
            position = start
            return
        }
        position += 1
        pipeline.isAssignment = sign.kind == .assign
        pipeline.variables = names.map(\.name)
        if pipeline.isAssignment {
            for (name, offset) in names { try require(name, offset) }
        }
    }

    private mutating func command() throws(GoTemplateError) -> GoTemplatePipeline.Command {
        var command = GoTemplatePipeline.Command(operands: [], offset: peek.offset)
        while true {
            skipSpaces()
            switch peek.kind {
            case .close, .closeParenthesis: return try checked(command)
            case .pipe:
                position += 1
                return try checked(command)
            default: command.operands.append(try operand())
            }
            switch peek.kind {
            case .space, .close, .closeParenthesis, .pipe: break
            default: throw unexpected(peek, "operands are divided by spaces")
            }
        }
    }

    private func checked(
        _ command: GoTemplatePipeline.Command
    ) throws(GoTemplateError) -> GoTemplatePipeline.Command {
        guard !command.operands.isEmpty else { throw unexpected(peek, "a value was expected") }
        return command
    }

    // MARK: Operands

    private mutating func operand() throws(GoTemplateError) -> GoTemplateOperand {
        let token = next()
        var operand = GoTemplateOperand(kind: .dot, offset: token.offset)
        switch token.kind {
        case .identifier:
            try requireFunction(token)
            operand.kind = .function(token.text)
        case .dot: break
        case .field: operand.keys = [.init(name: token.text, offset: token.offset)]
        case .variable:
            try require(token.text, token.offset)
            operand.kind = .variable(token.text)
        case .null, .bool, .number, .character, .string, .rawString:
            operand.kind = .constant(try GoTemplateConstant.value(of: token))
        case .openParenthesis:
            try enter(token.offset)
            operand.kind = .pipeline(try pipeline(until: .closeParenthesis, "the parentheses"))
            depth -= 1
        default: throw unexpected(token, "a value was expected")
        }
        while peek.kind == .field {
            let key = next()
            if case .constant = operand.kind { throw unexpected(key, "\(token.name) has no fields") }
            operand.keys.append(.init(name: key.text, offset: key.offset))
        }
        return operand
    }

    private mutating func requireFunction(_ token: GoTemplateToken) throws(GoTemplateError) {
        if functions.contains(token.text) { used.insert(token.text) }
        guard !functions.contains(token.text), GoTemplateFunction(rawValue: token.text) == nil else { return }
        let known = functions.sorted().joined(separator: ", ")
        throw GoTemplateError(
            .unknownName, "the function \"\(token.text)\" does not exist", at: token.offset,
            hint: functions.isEmpty ? nil : "names that can stand here are \(known)")
    }

    private func require(_ variable: String, _ offset: Int) throws(GoTemplateError) {
        guard !variables.contains(variable) else { return }
        throw GoTemplateError(
            .unknownName, "the variable $\(variable) does not exist here", at: offset,
            hint: "declare it before with {{ $\(variable) := … }}, outside of what ends with {{ end }}")
    }

    private mutating func enter(_ offset: Int) throws(GoTemplateError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw GoTemplateError(.limit, "the template nests more than \(Self.maximumDepth) deep", at: offset)
        }
    }

    // MARK: Tokens

    private var peek: GoTemplateToken { tokens[min(position, tokens.count - 1)] }

    private mutating func next() -> GoTemplateToken {
        defer { position += 1 }
        return peek
    }

    private mutating func skipSpaces() {
        while peek.kind == .space { position += 1 }
    }

    private func unexpected(_ token: GoTemplateToken, _ expectation: String) -> GoTemplateError {
        GoTemplateError(.syntax, "\(token.name) is unexpected: \(expectation)", at: token.offset)
    }
}
