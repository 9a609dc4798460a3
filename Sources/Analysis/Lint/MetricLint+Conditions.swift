/// What the conditions of a metric do with data, and without.
extension MetricLint {
    var conditionFindings: [LintFinding] {
        guard metric.judge == nil else { return [] }
        guard !conditions.isEmpty else { return shape == .phase ? [] : [noCondition] }
        let ignored = conditions.flatMap(ignoredArguments)
        let mistyped = conditions.compactMap { wrongType($0) ?? wrongField($0) }
        guard mistyped.isEmpty else { return mistyped + ignored }
        let survey = ConditionSurvey(metric.conditions, mode: mode, shape: shape)
        let undecidable = conditions.compactMap { undecidableCondition($0, survey) }
        guard undecidable.isEmpty else { return undecidable + ignored }
        let constant = conditions.compactMap { constantCondition($0, survey) }
        guard constant.isEmpty else { return ignored + constant }
        return ignored + [overlap(survey), passesWithoutData].compactMap { $0 }
    }

    private typealias Condition = (role: ConditionReading.Role, expression: Expression)

    private var conditions: [Condition] {
        [(.success, metric.conditions.success), (.failure, metric.conditions.failure)].compactMap { role, expression in
            expression.map { (role, $0) }
        }
    }

    private var noCondition: LintFinding {
        LintFinding(
            .noCondition, .warning, at: ConditionReading.Role.success.rawValue,
            "every value passes: there is neither a condition nor a judge",
            hint: "state successCondition, such as \(shape == .number ? "result" : "result[0]") >= 0.95")
    }

    // MARK: Types

    /// A condition that fits nothing that the provider gives.
    private func wrongType(_ condition: Condition) -> LintFinding? {
        var problem: ExpressionError?
        for type in shape.types {
            guard let error = condition.expression.problem(ofConditionOn: type) else { return nil }
            problem = problem ?? error
        }
        guard let problem else { return nil }
        return LintFinding(
            .wrongType, .error, at: condition.role.rawValue,
            "\(metric.provider.kind ?? "the provider") gives \(shape.description), and \"\(condition.expression.text)\" "
                + "takes it for something else: \(problem.description)",
            hint: typeHint(condition.expression))
    }

    /// The fields of each of CloudWatch's results, which are written with capitals.
    private static let resultFields = ["Id", "Label", "Values", "Timestamps", "StatusCode", "Messages"]

    /// A field that no result has.
    private func wrongField(_ condition: Condition) -> LintFinding? {
        guard metric.provider.kind?.lowercased() == "cloudwatch", shape == .list else { return nil }
        let paths = ResultPath.all(in: condition.expression.root).sorted { $0.description < $1.description }
        for path in paths {
            guard case .index? = path.steps.first, case .name(let name)? = path.steps.dropFirst().first,
                !Self.resultFields.contains(name)
            else { continue }
            let near = Self.resultFields.first { $0.lowercased() == name.lowercased() }
            return LintFinding(
                .wrongType, .error, at: condition.role.rawValue, "a result of CloudWatch has no field \(name)",
                hint: (near ?? Spelling.nearest(to: name, among: Self.resultFields)).map { "did you mean \($0)?" }
                    ?? "fields are \(Self.resultFields.joined(separator: ", "))")
        }
        return nil
    }

    private func typeHint(_ expression: Expression) -> String {
        let (isForNumbers, isForLists) = (
            expression.problem(ofConditionOn: .float) == nil,
            expression.problem(ofConditionOn: .array(.float, of: .double)) == nil
        )
        switch shape {
        case .vector where isForNumbers && metric.provider.kind == "prometheus":
            return "write result[0] in the place of result, or ask for one number with scalar(…)"
        case .vector where isForNumbers, .list where isForNumbers: return "write result[0] in the place of result"
        case .map where expression.looksAtElements:
            return "the query gives one row: write result in the place of result[0]"
        case .number where isForLists: return "write result in the place of result[0]"
        default: return "result is \(shape.description)"
        }
    }

    /// Argo binds `default` and `isNil` to the metric's result, whatever they are given.
    private func ignoredArguments(_ condition: Condition) -> [LintFinding] {
        condition.expression.root.nodes.compactMap { node in
            guard case .call(let name, let arguments) = node.kind, name == "default" || name == "isNil",
                let argument = arguments.first
            else { return nil }
            if case .identifier("result") = argument.kind { return nil }
            let place = ResultPath(argument)?.description ?? "it"
            return LintFinding(
                .ignoredArgument, .warning, at: condition.role.rawValue,
                "\(name)() ignores what it is given and looks at the whole result, as Argo's does",
                hint: name == "isNil" ? "write \(place) == nil" : "write (\(place) ?? …) with the other value behind ??"
            )
        }
    }

    // MARK: Values

    /// A condition that no value of a known shape fits, which is seen only when it is evaluated: what `default` gives may
    /// be anything.
    private func undecidableCondition(_ condition: Condition, _ survey: ConditionSurvey) -> LintFinding? {
        guard shape == .vector || shape == .number, condition.expression.root.nodes.contains(where: { $0.isDefault }),
            let (example, problem) = survey.undecidable(condition.role)
        else { return nil }
        return LintFinding(
            .wrongType, .error, at: condition.role.rawValue,
            "\(metric.provider.kind ?? "the provider") gives \(shape.description), and \"\(condition.expression.text)\" "
                + "cannot be evaluated for any, such as \(example.readable): \(problem.description)",
            hint: shape == .vector
                ? "look at result[0], such as len(result) > 0 && result[0] >= 0.95" : typeHint(condition.expression))
    }

    private func constantCondition(_ condition: Condition, _ survey: ConditionSurvey) -> LintFinding? {
        guard let holds = survey.constant(condition.role) else { return nil }
        let meaning =
            switch (condition.role, holds) {
            case (.success, true): metric.conditions.failure == nil ? "nothing ever fails" : "it says nothing"
            case (.success, false): "nothing ever passes"
            case (.failure, true): "everything fails"
            case (.failure, false): metric.conditions.success == nil ? "nothing ever fails" : "it says nothing"
            }
        // Who writes nothing but `true` means it.
        let isStated = if case .literal(.bool) = condition.expression.root.kind { true } else { false }
        return LintFinding(
            .constantCondition, isStated ? .warning : .error, at: condition.role.rawValue,
            "\"\(condition.expression.text)\" is \(holds ? "true" : "false") for every result, so \(meaning)",
            hint: "is it what was meant? headgate eval tries it on a result")
    }

    private func overlap(_ survey: ConditionSurvey) -> LintFinding? {
        guard let (example, isEverything) = survey.overlap else { return nil }
        guard !isEverything else {
            return LintFinding(
                .neverPasses, .error, at: ConditionReading.Role.failure.rawValue,
                "nothing ever passes: whatever meets successCondition, such as \(example.readable), meets "
                    + "failureCondition too",
                hint: "failureCondition wins; state what must fail and successCondition does not hold for")
        }
        return LintFinding(
            .overlappingConditions, .warning, at: ConditionReading.Role.failure.rawValue,
            "both conditions hold for \(example.readable), and failureCondition wins",
            hint: "leave no value for which both hold; between them may be a gap, which is inconclusive")
    }

    // MARK: Nothing

    /// What passes though it says nothing; in safe mode only where the condition itself holds for it.
    private var passesWithoutData: LintFinding? {
        // Who says so means it.
        guard metric.noData != .ok else { return nil }
        let passing = shape.absentResults.filter { absent in
            let outcome = metric.conditions.outcome(of: absent, mode: mode, now: ConditionSurvey.time)
            guard outcome == .successful, let success = metric.conditions.success else { return outcome == .successful }
            return ConditionReading(success, .success, of: absent, mode: mode, now: ConditionSurvey.time).holds == true
        }
        guard !passing.isEmpty else { return nil }
        let names = passing.map(\.nameOfNothing).reduce(into: [String]()) { names, name in
            if !names.contains(name) { names.append(name) }
        }
        let list = names.joined(separator: " and ")
        guard metric.conditions.success == nil, let failure = metric.conditions.failure else {
            return LintFinding(
                .passesWithoutData, .warning, at: ConditionReading.Role.success.rawValue,
                "a release without data passes: the condition holds for \(list)",
                hint: passing == [.vector([])] && metric.conditions.success?.callsLength != true
                    ? "write len(result) > 0 && in front of it"
                    : "leave the part out that holds for it, or state noData: ok if that is meant")
        }
        return LintFinding(
            .passesWithoutData, .warning, at: ConditionReading.Role.failure.rawValue,
            "a release without data passes: nothing but this condition fails it, and it does not hold for \(list)",
            hint: failure.opposite.map { "state successCondition: \($0)" }
                ?? "state successCondition too: what neither holds for is inconclusive")
    }
}

extension Expression {
    /// What is wrong with the expression as a condition on results of a type.
    fileprivate func problem(ofConditionOn result: StaticType) -> ExpressionError? {
        do throws(ExpressionError) {
            let type = try TypeChecker.type(of: root, result: result)
            guard type == .any || type == .bool else {
                return ExpressionError(.type, "expected bool, but got \(type.name)", at: root.offset)
            }
            return nil
        } catch {
            return error
        }
    }

    /// Whether it takes the result for a list.
    fileprivate var looksAtElements: Bool {
        ResultPath.all(in: root).contains { if case .index? = $0.steps.first { true } else { false } }
    }

    /// Whether it looks at how many values there are.
    fileprivate var callsLength: Bool {
        root.nodes.contains { if case .call("len", _) = $0.kind { true } else { false } }
    }

    /// The condition that a simple comparison fails, which NaN does not meet either; nil for anything else.
    fileprivate var opposite: String? {
        let opposites = ["<": ">=", "<=": ">", ">": "<=", ">=": "<"]
        guard case .binary(let symbol, let left, let right) = root.kind, let opposite = opposites[symbol] else {
            return nil
        }
        func text(_ node: SyntaxNode) -> String? {
            ResultPath(node)?.description ?? node.literalNumber.map { Value.double($0).description }
        }
        guard let left = text(left), let right = text(right) else { return nil }
        return "\(left) \(opposite) \(right)"
    }
}

extension SyntaxNode {
    /// A call that gives the result or something else, whatever types these have.
    fileprivate var isDefault: Bool { if case .call("default", _) = kind { true } else { false } }
}

extension Value {
    /// What a message calls a result that says nothing.
    fileprivate var nameOfNothing: String {
        switch self {
        case .double: "NaN"
        case .array(let elements, _): elements.isEmpty ? "an empty result" : "NaN"
        default: "nil"
        }
    }
}
