internal import Analysis
package import Manifests
package import Rollouts
internal import YAML

/// Fills in the defaults of a Rollout and resolves what it refers to.
package struct SpecificationBuilder {
    let documents: RepositoryDocuments
    let tree: Tree

    package init(documents: RepositoryDocuments, tree: Tree) {
        self.documents = documents
        self.tree = tree
    }

    /// The specification, with the plan's way of judging the built-in metrics.
    package func specification(
        of rollout: RepositoryDocuments.LoadedRollout, bound: BoundRollout
    ) throws(Diagnostic) -> (Specification, PlanDocument.Judging) {
        let source = rollout.source
        let spec = source.document.spec
        let release = try ReleaseResolver(bound, in: tree).release()
        if let reach = spec.fastReturn, reach < 0 {
            throw source.diagnostic(
                at: "spec.fastReturn", "fastReturn is a number of releases, not \(reach)", hint: "0 turns it off")
        }
        let (steps, judging) = try steps(of: source)
        try requireCounts(source, bound, steps)
        let background = try background(of: rollout, bound)
        try requireKnownTemplates(source, steps: steps, background: background)
        let metrics = FlaggerMetricsCheck(of: source, bound, steps: steps, documents)
        if let problem = metrics.errors.first { throw problem }
        let plan = StagePlan(steps: steps, startingStep: background.spec?.startingStep ?? 0)
        let jobs = try jobs(of: plan, background, source)
        var specification =
            Specification(
                id: source.id, release: release, plan: plan, background: background, bindings: bound.bindingsDigest,
                onFailure: spec.onFailure ?? .rollback, onInconclusive: spec.onInconclusive ?? .hold,
                restoreRelease: spec.restoreRelease ?? false, fastReturn: spec.fastReturn ?? 1,
                applyDeadline: (spec.applyDeadline ?? Self.deadline).duration,
                progressDeadline: (spec.progressDeadline ?? Self.deadline).duration,
                scaleDownDelay: (spec.scaleDownDelay ?? Span(.seconds(30))).duration,
                steering: spec.steer ?? Steering(), globalHold: documents.config.hold,
                judgedFor: background == .builtIn ? judgedFor(judging, bound) : [:],
                split: try split(of: source, bound),
                minPods: try minPods(of: source))
        specification.jobs = jobs
        specification.delivery = try DeliveryResolver(documents: documents, source: source, plan: plan).delivery()
        return (specification, judging)
    }

    /// What each stage starts: the Jobs of its own analyses, and those of the background where that is judged.
    private func jobs(
        of plan: StagePlan, _ background: Specification.Background, _ source: RolloutSource
    ) throws(Diagnostic) -> [StageKey: [String]] {
        let finder = JobFinder(documents.templates)
        var jobs: [StageKey: [String]] = [:]
        for stage in plan.stages {
            var analyses = stage.conditions.compactMap { condition -> AnalysisSpec? in
                if case .analysis(let spec, _) = condition { spec } else { nil }
            }
            if stage.judged, let spec = background.spec { analyses.insert(spec, at: 0) }
            let names = try finder.jobs(of: analyses, for: source)
            if !names.isEmpty { jobs[stage.key] = names }
        }
        return jobs
    }

    /// The metrics in Flagger's form, as far as the steps are known.
    func flaggerMetrics(of source: RolloutSource, _ bound: BoundRollout) -> FlaggerMetricsCheck {
        FlaggerMetricsCheck(of: source, bound, steps: (try? steps(of: source))?.0 ?? [], documents)
    }

    private func split(of source: RolloutSource, _ bound: BoundRollout) throws(Diagnostic) -> Specification.Split {
        let traffic = source.document.spec.traffic
        guard bound.splitsByReplicas else {
            guard traffic?.maxSurge == nil, traffic?.maxUnavailable == nil else {
                throw source.diagnostic(
                    at: traffic?.maxSurge == nil ? "spec.traffic.maxUnavailable" : "spec.traffic.maxSurge",
                    "the counts of pods split no traffic here: the route does",
                    hint: "leave it out; a Deployment's own strategy says how its pods are replaced")
            }
            return .route
        }
        return .replicas(surge: traffic?.maxSurge ?? .all, unavailable: traffic?.maxUnavailable ?? .none)
    }

    private func minPods(of source: RolloutSource) throws(Diagnostic) -> Int {
        let least = source.document.spec.minPods ?? 1
        guard least >= 1 else {
            throw source.diagnostic(
                at: "spec.minPods", "minPods is a number of pods of at least 1, not \(least)",
                hint: "leave it out for 1")
        }
        return least
    }

    private static let deadline = Span(.seconds(600))

    private func steps(of source: RolloutSource) throws(Diagnostic) -> ([Step], PlanDocument.Judging) {
        let spec = source.document.spec
        let standard = documents.plans["standard"]?.spec.analysis ?? PlanDocument.Judging()
        if let steps = spec.steps {
            guard spec.plan == nil else {
                throw source.diagnostic(
                    at: "spec.plan", "both a plan and steps are stated", hint: "keep one of the two")
            }
            guard steps.contains(where: { if case .setWeight = $0 { true } else { false } }) else {
                throw source.diagnostic(
                    at: "spec.steps", "no step sets a weight", hint: "begin with a small one, such as setWeight: 5")
            }
            return (steps, standard)
        }
        let name = spec.plan ?? "standard"
        guard let plan = documents.plans[name] else {
            let known = documents.plans.keys.sorted().joined(separator: ", ")
            throw source.diagnostic(at: "spec.plan", "there is no plan \"\(name)\"", hint: "known plans: \(known)")
        }
        return (plan.spec.steps, plan.spec.analysis ?? standard)
    }

    private func background(
        of rollout: RepositoryDocuments.LoadedRollout, _ bound: BoundRollout
    ) throws(Diagnostic) -> Specification.Background {
        switch rollout.source.document.spec.analysis {
        case .judged(let spec): return .templates(spec)
        case AnalysisChoice.none?: return .none
        case nil: break
        }
        // Steps with analyses of their own say how they want to be judged.
        if rollout.source.document.spec.steps?.contains(where: { if case .analysis = $0 { true } else { false } })
            == true
        {
            return .none
        }
        try requireCounters(rollout.source, bound)
        return .builtIn
    }

    /// Nobody can set a count that no manifest has.
    private func requireCounts(
        _ source: RolloutSource, _ bound: BoundRollout, _ steps: [Step]
    ) throws(Diagnostic) {
        let isScaled = steps.contains { if case .setCanaryScale = $0 { true } else { false } }
        guard isScaled, bound.field(.canaryReplicas) == nil, bound.field(.canaryFloor) == nil else { return }
        throw source.diagnostic(
            at: source.document.spec.steps == nil ? "spec.plan" : "spec.steps",
            "setCanaryScale has nothing to change: \(bound.canary.object.title) has no count of pods",
            hint: "take the step out; Knative counts the pods")
    }

    /// Counters that tell this rollout's sides apart: by Service, by workload, or by whatever a set knows them by.
    private func requireCounters(_ source: RolloutSource, _ bound: BoundRollout) throws(Diagnostic) {
        let known = documents.judgingSets.joined(separator: ", ")
        guard let name = documents.setName(for: bound.trafficProvider) else {
            throw source.diagnostic(
                at: "spec.traffic", "nothing says which metrics tell a good release from a bad one",
                hint:
                    "add `metrics: {set: NAME}` to .headgate/config.yaml with one of: \(known); or state spec.analysis")
        }
        guard let set = documents.metricSets[name], !set.spec.metrics.isEmpty else {
            let message =
                documents.metricSets[name] == nil
                ? "there is no metric set \"\(name)\"" : "the metric set \"\(name)\" has no counters to judge by"
            throw Diagnostic(file: ".headgate/config.yaml", message: message, hint: "known sets: \(known)")
        }
        let kind = bound.stable.object.reference.kind
        if let kinds = set.spec.workloads, !kinds.contains(kind) {
            throw source.diagnostic(
                at: "spec.workload.kind", "the metric set \(name) knows no \(kind)",
                hint: "name a set of your own in .headgate/config.yaml, or state spec.analysis")
        }
        try requireSidesApart(set, source, bound)
    }

    private func requireSidesApart(
        _ set: MetricSetDocument, _ source: RolloutSource, _ bound: BoundRollout
    ) throws(Diagnostic) {
        let name = set.metadata.name
        let hint = "state spec.analysis: templates that ask for each side, or none"
        if bound.services == nil, set.asksForServices {
            guard bound.route != nil else {
                throw source.diagnostic(
                    at: "spec.traffic", "no Services tell the metrics of the two sides apart",
                    hint: "add one that selects each side alone as traffic.services, or state spec.analysis")
            }
            throw source.diagnostic(
                at: "spec.traffic.route",
                "the metric set \(name) tells the sides apart by Services, and this route has none", hint: hint)
        }
        guard !set.tellsApart(bound.metricSide(.stable), bound.metricSide(.canary)) else { return }
        if let services = bound.services, services.isShared {
            throw source.diagnostic(
                at: "spec.traffic.subsets",
                "the metric set \(name) tells the sides apart by Services, and both subsets are behind "
                    + services.stable.title, hint: hint)
        }
        throw source.diagnostic(
            at: "spec.traffic", "the metric set \(name) asks for the same of both sides", hint: hint)
    }

    /// Without a rate to hold it to, a promoted release is judged by readiness alone.
    private func judgedFor(_ judging: PlanDocument.Judging, _ bound: BoundRollout) -> [Stage.Kind: Duration] {
        let defaults = SequentialSettings()
        let interval = judging.interval?.duration ?? .seconds(60)
        let least = interval * (judging.minimumIntervals ?? defaults.minimumIntervals)
        let metrics = documents.metricSet(for: bound)?.spec.metrics ?? []
        let hasBar = metrics.contains { ($0.maximumRate ?? judging.maximumRate) != nil }
        return hasBar ? [.weight: least, .promote: least] : [.weight: least]
    }

    private func requireKnownTemplates(
        _ source: RolloutSource, steps: [Step], background: Specification.Background
    ) throws(Diagnostic) {
        var named: [(spec: AnalysisSpec, place: FieldPath)] = []
        for (number, step) in steps.enumerated() {
            guard case .analysis(let spec) = step else { continue }
            let isOwn = source.document.spec.steps != nil
            named.append((spec, isOwn ? FieldPath("spec.steps").appending(number).appending("analysis") : "spec.plan"))
        }
        if let spec = background.spec { named.append((spec, "spec.analysis")) }
        for (spec, place) in named {
            for reference in spec.templates {
                let kind = reference.clusterScope == true ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
                let matches = documents.templates.filter { $0.kind == kind && $0.name == reference.templateName }
                guard matches.isEmpty else { continue }
                let known = documents.templates.filter { $0.kind == kind }.map(\.name).sorted().joined(separator: ", ")
                throw source.diagnostic(
                    at: place, "there is no \(kind) \"\(reference.templateName)\"",
                    hint: known.isEmpty ? "put it beside the Rollout, in .headgate/rollouts" : "known: \(known)")
            }
        }
    }
}
