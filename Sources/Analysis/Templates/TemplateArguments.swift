/// Values of a template's arguments, by name.
package struct TemplateArguments: Hashable, Sendable {
    package private(set) var values: [String: String]

    package init(_ values: [String: String]) {
        self.values = values
    }

    /// What the template declares, with the values that the rollout gives; an argument that nobody declared is dropped,
    /// as Argo does, and one without any value is an error.
    package init(
        declared: [AnalysisTemplate.Argument], given: [String: String]
    ) throws(TemplateError) {
        values = [:]
        for argument in declared {
            guard let value = given[argument.name] ?? argument.value else {
                throw TemplateError(
                    "args.\(argument.name) was not resolved", hint: "give it a value in the rollout's args")
            }
            values[argument.name] = value
        }
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
        do { return .string(try substituted(in: text)) } catch { throw error.at(path) }
    }
}

extension MetricTemplate {
    /// The metric with its arguments filled in; secrets are the caller's and stay `{{…}}` only where it leaves them out.
    package func substituting(_ arguments: TemplateArguments) throws(TemplateError) -> MetricTemplate {
        var metric = self
        metric.interval = try arguments.substituted(in: interval, "interval")
        metric.initialDelay = try arguments.substituted(in: initialDelay, "initialDelay")
        metric.count = try arguments.substituted(in: count, "count")
        metric.failureLimit = try arguments.substituted(in: failureLimit, "failureLimit")
        metric.inconclusiveLimit = try arguments.substituted(in: inconclusiveLimit, "inconclusiveLimit")
        metric.consecutiveErrorLimit = try arguments.substituted(in: consecutiveErrorLimit, "consecutiveErrorLimit")
        metric.consecutiveSuccessLimit = try arguments.substituted(
            in: consecutiveSuccessLimit, "consecutiveSuccessLimit")
        metric.successCondition = try arguments.substituted(in: successCondition, "successCondition")
        metric.failureCondition = try arguments.substituted(in: failureCondition, "failureCondition")
        if case .prometheus(var source)? = provider {
            let path = "provider.prometheus"
            source.address = try arguments.substituted(in: source.address, path + ".address")
            source.query = try arguments.substituted(in: source.query, path + ".query")
            for index in (source.headers ?? []).indices {
                let header = source.headers?[index].value
                if let value = try arguments.substituted(in: header, path + ".headers[\(index)].value") {
                    source.headers?[index].value = value
                }
            }
            source.authentication = try source.authentication?.substituting(arguments, path + ".authentication")
            metric.provider = .prometheus(source)
        }
        return metric
    }
}

extension PrometheusTemplate.Authentication {
    fileprivate func substituting(
        _ arguments: TemplateArguments, _ path: String
    ) throws(TemplateError) -> Self {
        var copy = self
        copy.basicAuth?.username = try arguments.substituted(in: basicAuth?.username, path + ".basicAuth.username")
        copy.basicAuth?.password = try arguments.substituted(in: basicAuth?.password, path + ".basicAuth.password")
        copy.oauth2?.tokenUrl = try arguments.substituted(in: oauth2?.tokenUrl, path + ".oauth2.tokenUrl")
        copy.oauth2?.clientId = try arguments.substituted(in: oauth2?.clientId, path + ".oauth2.clientId")
        copy.oauth2?.clientSecret = try arguments.substituted(in: oauth2?.clientSecret, path + ".oauth2.clientSecret")
        copy.sigv4?.region = try arguments.substituted(in: sigv4?.region, path + ".sigv4.region")
        copy.sigv4?.profile = try arguments.substituted(in: sigv4?.profile, path + ".sigv4.profile")
        copy.sigv4?.roleArn = try arguments.substituted(in: sigv4?.roleArn, path + ".sigv4.roleArn")
        return copy
    }
}
