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
        /// Whether it is about the canary, which has nothing to show while nothing is delivered.
        var isOfCanary = false
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
        let name = sources.address(of: store) ?? "Prometheus"
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
            if question.isOfCanary {
                return Examination("metrics", .ok, "\(subject) is answered, without data at rest")
            }
            return Examination(
                "metrics", .warning, "\(subject) has no data in the last 5m: \(Readable.line(of: question.query))",
                hint: "is the application scraped, and are these its metric's names and labels?")
        } catch {
            return Examination(
                "metrics", .failed, "\(subject): \(error.message)",
                hint: error.hint ?? Readable.line(of: question.query))
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
        (subject.set?.spec.metrics ?? []).flatMap { metric in
            let texts = [(metric.name, metric.total)] + (metric.bucket.map { [("\(metric.name), buckets", $0)] } ?? [])
            return texts.map { name, text in
                Question(
                    rollout: subject.rollout.id, metric: name, store: MetricStore(nil, documents.config),
                    query: MetricSetDocument.CountMetric.query(text, for: subject.bound.metricSide(.stable)))
            }
        }
    }

    private func inline(_ subject: Checkup.Subject) -> [Question] {
        subject.specification.plan.stages.flatMap(\.conditions).flatMap { condition -> [Question] in
            if case .analysis(let spec, _) = condition { templates(spec, subject) } else { [] }
        }
    }

    /// The queries of an analysis to Prometheus, as this rollout asks them; what cannot be filled in is `check`'s finding.
    private func templates(_ spec: AnalysisSpec, _ subject: Checkup.Subject) -> [Question] {
        named(spec, subject) + checked(spec.checks?.metrics ?? [], subject)
    }

    /// The queries of Flagger's metrics, about stable where they can be asked about it.
    private func checked(_ metrics: [FlaggerMetric], _ subject: Checkup.Subject) -> [Question] {
        for side in [Side.stable, .canary] {
            let reader = FlaggerReader(of: subject.bound, documents, about: side)
            guard let asked = try? reader.questions(of: metrics) else { continue }
            return asked.compactMap { asked in
                var question = question(asked.check.metric, asked.provider, of: subject)
                question?.isOfCanary = side == .canary
                return question
            }
        }
        return []
    }

    private func named(_ spec: AnalysisSpec, _ subject: Checkup.Subject) -> [Question] {
        let facts = RolloutFacts(of: subject.rollout.source)
        guard let merged = try? TemplateReader(templates: documents.templates, facts: facts).merged(spec) else {
            return []
        }
        return (merged.spec.metrics ?? []).compactMap { metric in
            guard let provider = try? metric.substituting(merged.arguments).provider else { return nil }
            return question(metric.name, provider, of: subject)
        }
    }

    private func question(_ metric: String, _ provider: MetricProvider, of subject: Checkup.Subject) -> Question? {
        guard provider.kind == "prometheus", case .string(let query)? = provider.settings?["query"] else { return nil }
        let request = SourceRequest(
            provider: provider, interval: .zero, address: documents.config.metrics?.prometheus?.address)
        return Question(rollout: subject.rollout.id, metric: metric, store: request.store, query: query)
    }
}
