extension FlaggerMetric {
    /// What keeps the metric from ever being measured, or from passing.
    ///
    /// - Parameter template: what `templateRef` leads to; nil where it states none, or leads nowhere.
    package func errors(template: FlaggerMetricTemplate? = nil) -> [TemplateError] {
        var errors = fieldErrors(template: template)
        if let query, !query.isEmpty {
            errors += self.errors(ofQuery: query, at: "query", window: window(of: .query(query)))
        }
        guard let template else { return errors }
        return errors + self.errors(ofQuery: template.spec.query, at: "templateRef", window: interval ?? "")
    }

    /// The same without what is wrong with a query itself.
    package func fieldErrors(template: FlaggerMetricTemplate? = nil) -> [TemplateError] {
        var errors: [TemplateError] = []
        if sources.isEmpty {
            let own = BuiltIn.allCases.map(\.rawValue).joined(separator: " and ")
            errors.append(
                TemplateError(
                    "\"\(name)\" is no metric of Flagger's own, and it has neither templateRef nor query", at: "name",
                    hint: "Flagger's own are \(own)"))
        }
        if let least = thresholdRange?.min, let most = thresholdRange?.max, least > most {
            errors.append(
                TemplateError(
                    "no value is at least \(Readable.number(least)) and at most \(Readable.number(most))",
                    at: "thresholdRange", hint: "swap min and max"))
        }
        if let interval, interval.contains(where: \.isWhitespace) {
            errors.append(
                TemplateError(
                    "the interval \"\(interval)\" has a blank, and goes into the query as it is written",
                    at: "interval",
                    hint: "write \(interval.filter { !$0.isWhitespace })"))
            return errors
        }
        guard let template else { return errors }
        return errors + intervalErrors(template)
    }

    /// A bound that is probably meant in another unit than Flagger's, as of its own metrics alone is known.
    package var unitWarnings: [TemplateError] {
        switch builtIn {
        case .successRate?:
            let (bound, path) = stated(thresholdRange?.min, "thresholdRange.min")
            guard let bound, bound > 0, bound <= 1 else { return [] }
            return [
                TemplateError(
                    "request-success-rate is measured in percent, so that \(Readable.number(bound)) is hardly any",
                    at: path,
                    hint: "write \(Readable.number(bound * 100))")
            ]
        case .duration?:
            let (bound, path) = stated(thresholdRange?.max, "thresholdRange.max")
            guard let bound, bound > 0, bound < 1 else { return [] }
            return [
                TemplateError(
                    "request-duration is compared in whole milliseconds, of which \(Readable.number(bound)) is none",
                    at: path, hint: "\(Readable.number(bound)) s is \(Readable.number(bound * 1000))")
            ]
        case nil: return []
        }
    }

    /// The bound that counts, and where it is stated.
    private func stated(_ bound: Double?, _ path: String) -> (Double?, String) {
        thresholdRange == nil ? (threshold, "threshold") : (bound, path)
    }

    /// What makes the metric pass or fail in a way that nobody can have meant.
    package var warnings: [TemplateError] {
        if let range = thresholdRange {
            guard range.min == nil, range.max == nil else { return [] }
            return [
                TemplateError("without min and max every value passes", at: "thresholdRange", hint: "state one of them")
            ]
        }
        let hint = "state thresholdRange"
        guard let threshold else {
            let message =
                builtIn == .successRate
                ? "without a range every value passes" : "without a range every value above 0 fails"
            return [TemplateError(message, hint: hint)]
        }
        let bound = builtIn == .successRate ? "min" : "max"
        return [
            TemplateError(
                "threshold is deprecated, and is a \(bound) here", at: "threshold",
                hint: "write thresholdRange: {\(bound): \(Readable.number(threshold))}")
        ]
    }

    private func intervalErrors(_ template: FlaggerMetricTemplate) -> [TemplateError] {
        let kind = template.spec.provider.type
        guard kind.needsInterval else {
            let parsed = try? GoTemplate(parsing: template.spec.query)
            guard parsed?.names.contains("interval") == true, (interval ?? "").isEmpty else { return [] }
            return [
                TemplateError(
                    "the query uses {{ interval }}, and a template has no default for it", at: "interval",
                    hint: "add interval: 1m")
            ]
        }
        guard let interval, !interval.isEmpty else {
            return [
                TemplateError(
                    "\(kind.rawValue) needs the metric's interval, and a template has no default for it",
                    at: "interval",
                    hint: "add interval: 1m")
            ]
        }
        do throws(TemplateError) {
            _ = try GoDuration(parsing: interval)
            return []
        } catch {
            return [error.at("interval")]
        }
    }

    /// The errors that the query's template has with this metric's variables.
    private func errors(ofQuery query: String, at path: String, window: String) -> [TemplateError] {
        do throws(GoTemplateError) {
            let template = try GoTemplate(parsing: query)
            let names = FlaggerNames(
                name: "name", namespace: "namespace", target: "target", interval: window,
                variables: templateVariables ?? [:])
            _ = try template.render(names)
            return []
        } catch {
            return [TemplateError(error, at: path)]
        }
    }
}
