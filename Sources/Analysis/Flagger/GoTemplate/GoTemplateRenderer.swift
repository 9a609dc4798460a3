/// Fills in a template that has been read.
struct GoTemplateRenderer {
    private let functions: (String) -> GoTemplateValue?
    private var output = ""
    private var size = 0
    private var steps = 0
    /// The variables in scope, innermost last.
    private var variables: [(name: String, value: GoTemplateValue)] = [("", .none)]

    private static let maximumSize = 256_000
    private static let maximumSteps = 100_000

    /// Whether a list of nodes was left before its end.
    private enum Flow { case onward, next, leave }

    /// - Parameter functions: the value of a function without arguments, by its name.
    static func text(
        of nodes: [GoTemplateNode], functions: @escaping (String) -> GoTemplateValue?
    ) throws(GoTemplateError) -> String {
        var renderer = GoTemplateRenderer(functions: functions)
        _ = try renderer.render(nodes, dot: .none)
        return renderer.output
    }

    private init(functions: @escaping (String) -> GoTemplateValue?) {
        self.functions = functions
    }

    // MARK: Nodes

    private mutating func render(_ nodes: [GoTemplateNode], dot: GoTemplateValue) throws(GoTemplateError) -> Flow {
        for node in nodes {
            switch node {
            case .text(let text): try write(text, at: 0)
            case .action(let pipeline):
                let value = try value(of: pipeline, dot: dot)
                if pipeline.variables.isEmpty { try write(value, at: pipeline.offset) }
            case .branch(let branch, let pipeline, let then, let otherwise):
                let flow = try render(branch, pipeline, then, otherwise, dot: dot)
                if flow != .onward { return flow }
            case .leave: return .leave
            case .next: return .next
            }
        }
        return .onward
    }

    private mutating func render(
        _ branch: GoTemplateBranch, _ pipeline: GoTemplatePipeline, _ then: [GoTemplateNode],
        _ otherwise: [GoTemplateNode], dot: GoTemplateValue
    ) throws(GoTemplateError) -> Flow {
        let scope = variables.count
        defer { variables.removeLast(variables.count - scope) }
        let value = try value(of: pipeline, dot: dot)
        guard branch != .range else {
            let elements = try elements(of: value, pipeline)
            if elements.isEmpty { return try render(otherwise, dot: dot) }
            return try iterate(elements, pipeline, then)
        }
        guard value.isTrue else { return try render(otherwise, dot: dot) }
        return try render(then, dot: branch == .with ? value : dot)
    }

    private mutating func iterate(
        _ elements: [(key: GoTemplateValue, value: GoTemplateValue)], _ pipeline: GoTemplatePipeline,
        _ body: [GoTemplateNode]
    ) throws(GoTemplateError) -> Flow {
        let scope = variables.count
        for (key, value) in elements {
            let values = pipeline.variables.count == 2 ? [key, value] : [value]
            for (name, value) in zip(pipeline.variables, values) { set(name, value) }
            let flow = try render(body, dot: value)
            variables.removeLast(variables.count - scope)
            if flow == .leave { break }
        }
        return .onward
    }

    private func elements(
        of value: GoTemplateValue, _ pipeline: GoTemplatePipeline
    ) throws(GoTemplateError) -> [(key: GoTemplateValue, value: GoTemplateValue)] {
        switch value {
        case .none: return []
        case .map(let map):
            return GoTemplateValue.sorted(map).map { (.string($0.key), .string($0.value)) }
        case .int(let count) where pipeline.variables.count < 2:
            guard count <= Self.maximumSteps else { throw tooMuch(at: pipeline.offset) }
            return (0..<max(0, count)).map { (.none, .int($0)) }
        default:
            throw GoTemplateError(
                .value, "range cannot go over \(value.typeName)", at: pipeline.offset,
                hint: "it goes over variables, the map of what the metric gives the template")
        }
    }

    private mutating func write(_ value: GoTemplateValue, at offset: Int) throws(GoTemplateError) {
        guard let text = value.text else {
            throw GoTemplateError(
                .value, "there is no value here", at: offset,
                hint: "a query has no data of its own; names are written without a dot, such as {{ namespace }}")
        }
        try write(text, at: offset)
    }

    private mutating func write(_ text: String, at offset: Int) throws(GoTemplateError) {
        try count(at: offset)
        size += text.utf8.count
        guard size <= Self.maximumSize else {
            throw GoTemplateError(.limit, "the query is longer than \(Self.maximumSize) bytes", at: offset)
        }
        output += text
    }

    private mutating func count(at offset: Int) throws(GoTemplateError) {
        steps += 1
        guard steps <= Self.maximumSteps else { throw tooMuch(at: offset) }
    }

    private func tooMuch(at offset: Int) -> GoTemplateError {
        GoTemplateError(.limit, "the template takes more than \(Self.maximumSteps) steps", at: offset)
    }

    // MARK: Pipelines

    private mutating func value(
        of pipeline: GoTemplatePipeline, dot: GoTemplateValue
    ) throws(GoTemplateError) -> GoTemplateValue {
        var value: GoTemplateValue?
        for command in pipeline.commands { value = try self.value(of: command, dot: dot, last: value) }
        let result = value ?? .none
        for name in pipeline.variables {
            if pipeline.isAssignment { set(name, result) } else { variables.append((name, result)) }
        }
        return result
    }

    private mutating func set(_ name: String, _ value: GoTemplateValue) {
        guard let index = variables.lastIndex(where: { $0.name == name }) else { return }
        variables[index].value = value
    }

    private mutating func value(
        of command: GoTemplatePipeline.Command, dot: GoTemplateValue, last: GoTemplateValue?
    ) throws(GoTemplateError) -> GoTemplateValue {
        let first = command.operands[0]
        let arguments = command.operands.dropFirst()
        if case .function(let name) = first.kind, first.keys.isEmpty {
            return try call(name, arguments, dot: dot, last: last, at: first.offset)
        }
        guard arguments.isEmpty, last == nil else {
            throw GoTemplateError(
                .syntax, "only a function takes arguments", at: arguments.first?.offset ?? first.offset)
        }
        if first.kind == .constant(.none) { throw GoTemplateError(.syntax, "nil is no value here", at: first.offset) }
        return try value(of: first, dot: dot)
    }

    private mutating func value(
        of operand: GoTemplateOperand, dot: GoTemplateValue
    ) throws(GoTemplateError) -> GoTemplateValue {
        try count(at: operand.offset)
        var value: GoTemplateValue
        switch operand.kind {
        case .constant(let constant): value = constant
        case .dot: value = dot
        case .variable(let name): value = variables.last { $0.name == name }?.value ?? .none
        case .function(let name): value = try call(name, [], dot: dot, last: nil, at: operand.offset)
        case .pipeline(let pipeline): value = try self.value(of: pipeline, dot: dot)
        }
        for key in operand.keys { value = try element(of: value, key, functionsKnow: operand.kind == .dot) }
        return value
    }

    private func element(
        of value: GoTemplateValue, _ key: GoTemplateOperand.Key, functionsKnow isDot: Bool
    ) throws(GoTemplateError) -> GoTemplateValue {
        switch value {
        case .map(let map):
            if let element = map[key.name] { return .string(element) }
            let known = map.keys.sorted().joined(separator: ", ")
            throw GoTemplateError(
                .unknownName, "there is no variable \"\(key.name)\"", at: key.offset,
                hint: map.isEmpty ? "state it in the metric's templateVariables" : "templateVariables has \(known)")
        case .none:
            let isName = isDot && functions(key.name) != nil
            throw GoTemplateError(
                .unknownName, "a query has no data of its own, so .\(key.name) is nothing", at: key.offset,
                hint: isName ? "write \(key.name) without the dot" : "a variable is written variables.\(key.name)")
        default:
            throw GoTemplateError(.value, "\(value.typeName) has no field \(key.name)", at: key.offset)
        }
    }

    // MARK: Functions

    private mutating func call(
        _ name: String, _ operands: ArraySlice<GoTemplateOperand>, dot: GoTemplateValue, last: GoTemplateValue?,
        at offset: Int
    ) throws(GoTemplateError) -> GoTemplateValue {
        let count = operands.count + (last == nil ? 0 : 1)
        if let value = functions(name) {
            guard count == 0 else { throw wrongCount(name, 0...0, count, at: operands.first?.offset ?? offset) }
            return value
        }
        guard let function = GoTemplateFunction(rawValue: name) else {
            throw GoTemplateError(.unknownName, "the function \"\(name)\" does not exist", at: offset)
        }
        guard function.argumentCounts.contains(count) else {
            throw wrongCount(name, function.argumentCounts, count, at: offset)
        }
        var values: [GoTemplateValue] = []
        for operand in operands {
            let value = try value(of: operand, dot: dot)
            // The rest is not evaluated.
            if function == .and && !value.isTrue || function == .or && value.isTrue { return value }
            values.append(value)
        }
        do {
            return try function.value(values + (last.map { [$0] } ?? []))
        } catch {
            throw GoTemplateError(.value, error.message, at: offset, hint: error.hint)
        }
    }

    private func wrongCount(
        _ name: String, _ wanted: ClosedRange<Int>, _ count: Int, at offset: Int
    ) -> GoTemplateError {
        let least = Readable.plural(wanted.lowerBound, "argument")
        let number =
            switch wanted.upperBound {
            case 0: "no arguments"
            case wanted.lowerBound: least
            case GoTemplateFunction.many: "at least " + least
            default: "\(wanted.lowerBound) to \(wanted.upperBound) arguments"
            }
        return GoTemplateError(.value, "\(name) takes \(number), not \(count)", at: offset)
    }
}
