internal import Analysis
internal import Manifests
internal import Rollouts

/// The metrics: does the store answer, and is there an answer to each rollout's queries.
struct MetricExamination: Sendable {
    let documents: RepositoryDocuments
    let subjects: [Checkup.Subject]
    let sources: MetricSources
    let now: Timestamp
    let deadline: Duration

    /// One query, and whom it is for.
    private struct Question: Hashable, Sendable {
        let rollout: RolloutID
        let metric: String
        let store: MetricStore
        let query: String
    }

    func examine() async -> [Examination] {
        let questions = subjects.flatMap(questions)
        guard !questions.isEmpty else {
            return [Examination("metrics", .ok, "no rollout asks for any")]
        }
        var found: [Examination] = []
        var silent: Set<MetricStore> = []
        for store in Set(questions.map(\.store)).sorted(by: { ($0.address ?? "") < ($1.address ?? "") }) {
            let reached = await Look.within(deadline, "metrics") { [await self.reach(store)] }
            if reached.contains(where: { $0.state == .failed }) { silent.insert(store) }
            found += reached
        }
        for question in questions where !silent.contains(question.store) {
            found += await Look.within(deadline, "metrics") { [await self.ask(question)] }
        }
        return found
    }

    private func reach(_ store: MetricStore) async -> Examination {
        let name = store.address ?? "Prometheus"
        do {
            let theirs = try await sources.store(store).serverTime()
            let skew = theirs < now ? now - theirs : theirs - now
            guard skew <= .seconds(60) else {
                return Examination(
                    "metrics", .warning, "\(name) has a clock that differs from this one by \(Span(skew))",
                    hint: "measurements are asked for by this clock; set both by NTP")
            }
            return Examination("metrics", .ok, "\(name) answers")
        } catch {
            return Examination(
                "metrics", .failed, error.message,
                hint: error.hint ?? "check --prometheus, or metrics.prometheus.address in .headgate/config.yaml")
        }
    }

    private func ask(_ question: Question) async -> Examination {
        let subject = "\(question.rollout.name): \(question.metric)"
        do {
            let range = RangeQuery(
                query: question.query, start: now - .seconds(300), end: now, step: .seconds(60))
            let series = try await sources.store(question.store).range(range)
            guard series.isEmpty else {
                let noun = series.count == 1 ? "1 series" : "\(series.count) series"
                return Examination("metrics", .ok, "\(subject) has \(noun)")
            }
            return Examination(
                "metrics", .warning, "\(subject) has no data in the last 5m: \(question.query)",
                hint: "is the application scraped, and are these its metric's names and labels?")
        } catch {
            return Examination("metrics", .failed, "\(subject): \(error.message)", hint: error.hint ?? question.query)
        }
    }

    // MARK: Questions

    private func questions(of subject: Checkup.Subject) -> [Question] {
        switch subject.specification.background {
        case .none: inline(subject)
        case .builtIn: builtIn(subject) + inline(subject)
        case .templates(let spec): templates(spec, subject) + inline(subject)
        }
    }

    /// Stable's side of the built-in metrics: a canary at rest has none.
    private func builtIn(_ subject: Checkup.Subject) -> [Question] {
        let set = documents.config.metrics?.set.flatMap { documents.metricSets[$0] }
        let service = subject.bound.services?.stable.reference.name ?? ""
        return (set?.spec.metrics ?? []).map { metric in
            let query = MetricSetDocument.CountMetric.query(
                metric.total, namespace: subject.rollout.id.namespace, service: service)
            return Question(
                rollout: subject.rollout.id, metric: metric.name, store: MetricStore(nil, documents.config),
                query: query)
        }
    }

    private func inline(_ subject: Checkup.Subject) -> [Question] {
        subject.specification.plan.stages.flatMap(\.conditions).flatMap { condition -> [Question] in
            if case .analysis(let spec, _) = condition { templates(spec, subject) } else { [] }
        }
    }

    /// The queries of templates, with the arguments that this rollout gives; what cannot be filled in is `check`'s finding.
    private func templates(_ spec: AnalysisSpec, _ subject: Checkup.Subject) -> [Question] {
        let facts = RolloutFacts(of: subject.rollout.source)
        guard let merged = try? TemplateReader(templates: documents.templates, facts: facts).merged(spec) else {
            return []
        }
        return (merged.spec.metrics ?? []).compactMap { metric in
            guard let provider = try? metric.substituting(merged.arguments).provider, provider.kind == "prometheus",
                case .string(let query)? = provider.settings?["query"]
            else { return nil }
            let request = SourceRequest(
                provider: provider, interval: .zero, address: documents.config.metrics?.prometheus?.address)
            return Question(
                rollout: subject.rollout.id, metric: metric.name, store: request.store, query: query)
        }
    }
}
