extension AnalysisTemplate {
    /// The templates and those that they refer to, each once: namespaced ones first, then those of the cluster.
    ///
    /// A template is followed by its own references before the next one is looked at, as in Argo.
    ///
    /// - Parameter find: reads the template that a reference means; nil where there is none.
    package static func resolving(
        _ references: [Reference], find: (Reference) throws -> AnalysisTemplate?
    ) throws -> [AnalysisTemplate] {
        var found: [AnalysisTemplate] = []
        var known: Set<Reference> = []
        var pending = references[...]
        while var reference = pending.popFirst() {
            reference.clusterScope = reference.clusterScope == true
            guard known.insert(reference).inserted else { continue }
            guard let template = try find(reference) else {
                let kind = reference.clusterScope == true ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
                throw TemplateError("\(kind) '\(reference.templateName)' not found")
            }
            found.append(template)
            pending = (template.spec.templates ?? []) + pending
        }
        return found.filter { !$0.isClusterScoped } + found.filter(\.isClusterScoped)
    }
}

extension AnalysisTemplate.Spec {
    /// Several templates as one, as Argo merges those of a step: metrics, arguments and rules together.
    package static func merging(_ specs: [AnalysisTemplate.Spec]) throws(TemplateError) -> AnalysisTemplate.Spec {
        var whole = AnalysisTemplate.Spec(args: [], metrics: [], dryRun: [], measurementRetention: [])
        for spec in specs {
            for metric in spec.metrics ?? [] {
                guard whole.metrics?.contains(where: { $0.name == metric.name }) != true else {
                    throw TemplateError("two metrics have the same name '\(metric.name)'")
                }
                whole.metrics?.append(metric)
            }
            for argument in spec.args ?? [] { try whole.add(argument) }
            whole.score = whole.score ?? spec.score
            for rule in spec.dryRun ?? [] {
                try whole.refuse(rule, among: whole.dryRun, "Dry-Run")
                whole.dryRun?.append(rule)
            }
            for rule in spec.measurementRetention ?? [] {
                try whole.refuse(rule, among: whole.measurementRetention, "Measurement Retention")
                whole.measurementRetention?.append(rule)
            }
        }
        return whole
    }

    private mutating func add(_ argument: AnalysisTemplate.Argument) throws(TemplateError) {
        guard let index = args?.firstIndex(where: { $0.name == argument.name }), let known = args?[index] else {
            args?.append(argument)
            return
        }
        if let old = known.value, let new = argument.value, old != new {
            throw TemplateError(
                "Argument `\(argument.name)` specified multiple times with different values: '\(old)', '\(new)'")
        }
        args?[index].value = known.value ?? argument.value
        args?[index].valueFrom = known.valueFrom ?? argument.valueFrom
    }

    private func refuse(
        _ rule: AnalysisTemplate.MetricRule, among rules: [AnalysisTemplate.MetricRule]?, _ kind: String
    ) throws(TemplateError) {
        guard rules?.contains(where: { $0.metricName == rule.metricName }) == true else { return }
        throw TemplateError("two \(kind) metric rules have the same name '\(rule.metricName)'")
    }
}
