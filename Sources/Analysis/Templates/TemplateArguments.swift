/// Values of a template's arguments, by name.
package struct TemplateArguments: Hashable, Sendable {
    package private(set) var values: [String: String]

    package init(_ values: [String: String]) {
        self.values = values
    }

    /// What the template declares, with the values that the rollout gives; an argument that nobody declared is dropped,
    /// as Argo does, and one without any value is an error.
    ///
    /// A secret's place is taken by its mark, see `SecretReference`.
    ///
    /// - Parameter field: the value of a field of the Rollout, by its path.
    package init(
        declared: [AnalysisTemplate.Argument], given: [String: String], field: (String) -> String? = { _ in nil }
    ) throws(TemplateError) {
        values = [:]
        for argument in declared {
            values[argument.name] = try Self.value(of: argument, given: given[argument.name], field)
        }
    }

    private static func value(
        of argument: AnalysisTemplate.Argument, given: String?, _ field: (String) -> String?
    ) throws(TemplateError) -> String {
        if let stated = given ?? argument.value {
            guard !SecretReference.occurs(in: stated) else {
                throw TemplateError("args.\(argument.name) has a character that no argument may have")
            }
            return stated
        }
        if let key = argument.valueFrom?.secretKeyRef {
            return SecretReference(name: key.name, key: key.key).mark
        }
        if let path = argument.valueFrom?.fieldRef?.fieldPath {
            if let value = field(path) { return value }
            throw TemplateError(
                "args.\(argument.name): the Rollout has no \(path)",
                hint: "name a field with a single value, such as metadata.name or metadata.labels['team']")
        }
        throw TemplateError(
            "args.\(argument.name) was not resolved", hint: "give it a value in the args beside the template's name")
    }

    /// The text with every `{{args.name}}` replaced; any other `{{…}}` is an error.
    package func substituted(in text: String) throws(TemplateError) -> String {
        var whole = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            whole += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                throw TemplateError("\"{{\" without \"}}\" in \"\(text)\"")
            }
            let tag = Text.trimmed(String(rest[..<close.lowerBound]), of: nil)
            guard tag.hasPrefix("args."), let value = values[String(tag.dropFirst(5))] else {
                throw TemplateError("failed to resolve {{\(tag)}}", hint: hint(for: tag))
            }
            whole += value
            rest = rest[close.upperBound...]
        }
        return whole + rest
    }

    private func hint(for tag: String) -> String {
        guard !values.isEmpty else { return "the template declares no args" }
        return "args are \(values.keys.sorted().joined(separator: ", "))"
    }

    func substituted(in text: String?, _ path: String) throws(TemplateError) -> String? {
        guard let text else { return nil }
        do { return try substituted(in: text) } catch { throw error.at(path) }
    }

    func substituted(in value: IntOrString?, _ path: String) throws(TemplateError) -> IntOrString? {
        guard case .string(let text)? = value else { return value }
        return try substituted(openly: text, path).map(IntOrString.string)
    }

    /// A text that is read or compared here and goes to no host, so that a secret in it would be of no use and be shown.
    func substituted(openly text: String?, _ path: String) throws(TemplateError) -> String? {
        let filled = try substituted(in: text, path)
        guard SecretReference.occurs(in: filled ?? "") else { return filled }
        throw TemplateError(
            "a secret may not stand in \(path)", at: path,
            hint: "use the argument in the provider's headers or authentication, which its host alone sees")
    }

    /// Every text in `value`, at any depth.
    func substituted(in value: Value, _ path: String) throws(TemplateError) -> Value {
        switch value {
        case .string(let text):
            do { return .string(try substituted(in: text)) } catch { throw error.at(path) }
        case .array(let elements, let kind):
            var filled: [Value] = []
            for (index, element) in elements.enumerated() {
                filled.append(try substituted(in: element, "\(path)[\(index)]"))
            }
            return .array(filled, of: kind)
        case .map(let members):
            var filled: [Value.Member] = []
            for member in members {
                filled.append(.init(member.name, try substituted(in: member.value, "\(path).\(member.name)")))
            }
            return .map(filled)
        default: return value
        }
    }
}

extension MetricTemplate {
    /// The metric with its arguments filled in; secrets are the caller's and stay `{{…}}` only where it leaves them out.
    package func substituting(_ arguments: TemplateArguments) throws(TemplateError) -> MetricTemplate {
        var metric = self
        metric.interval = try arguments.substituted(openly: interval, "interval")
        metric.initialDelay = try arguments.substituted(openly: initialDelay, "initialDelay")
        metric.count = try arguments.substituted(in: count, "count")
        metric.failureLimit = try arguments.substituted(in: failureLimit, "failureLimit")
        metric.inconclusiveLimit = try arguments.substituted(in: inconclusiveLimit, "inconclusiveLimit")
        metric.consecutiveErrorLimit = try arguments.substituted(in: consecutiveErrorLimit, "consecutiveErrorLimit")
        metric.consecutiveSuccessLimit = try arguments.substituted(
            in: consecutiveSuccessLimit, "consecutiveSuccessLimit")
        metric.successCondition = try arguments.substituted(openly: successCondition, "successCondition")
        metric.failureCondition = try arguments.substituted(openly: failureCondition, "failureCondition")
        if case .stated(let kind, let settings)? = provider {
            metric.provider = .stated(
                kind: kind, settings: try arguments.substituted(in: settings, "provider.\(kind)"))
        }
        metric.judge = try judge?.substituting(arguments)
        return metric
    }
}

extension JudgeTemplate {
    fileprivate func substituting(_ arguments: TemplateArguments) throws(TemplateError) -> JudgeTemplate {
        func filled(_ value: Value?, _ path: String) throws(TemplateError) -> Value? {
            guard let value else { return nil }
            return try arguments.substituted(in: value, "judge.\(path)")
        }
        func filled(_ side: SideQueries?, _ path: String) throws(TemplateError) -> SideQueries? {
            guard let side else { return nil }
            return SideQueries(
                bad: try filled(side.bad, path + ".bad"), good: try filled(side.good, path + ".good"),
                total: try filled(side.total, path + ".total"), buckets: try filled(side.buckets, path + ".buckets"))
        }
        switch self {
        case .sequential(var template):
            template.canary = try filled(template.canary, "sequential.canary")
            template.stable = try filled(template.stable, "sequential.stable")
            return .sequential(template)
        case .confident(var template):
            template.canary = try filled(template.canary, "confident.canary")
            return .confident(template)
        case .compare(var template):
            template.canary = try filled(template.canary, "compare.canary")
            template.stable = try filled(template.stable, "compare.stable")
            return .compare(template)
        }
    }
}
