/// A judge with its settings, tried on the numbers of one metric.
package struct MetricTrial: Sendable {
    package var name: String
    package var judge: JudgeTemplate
    package var data: TrialData
    package var interval = Duration.seconds(60)
    package var noData = ThresholdJudge.NoDataPolicy.wait
    /// At how many weights the rollout is judged.
    package var stages = 1
    /// The first interval of the present stage, from 0.
    package var stageFrom = 0
    /// The intervals at which new pods began to serve, from 0.
    package var podsFrom = [0]
    /// What is strange about the numbers.
    package var remark: String?

    package init(name: String, judge: JudgeTemplate, data: TrialData) {
        self.name = name
        self.judge = judge
        self.data = data
    }

    /// Whether the metric takes part in dividing α.
    var sharesAlpha: Bool { if case .compare = judge { false } else { true } }

    /// - Parameter sharing: how many metrics share α.
    /// - Throws: where the judge cannot be asked about such numbers.
    package func finding(sharing: Int = 1) throws(TemplateError) -> TrialFinding {
        var finding = try judged(sharing: sharing)
        finding.remark = remark
        return finding
    }

    private func judged(sharing: Int) throws(TemplateError) -> TrialFinding {
        if let misfit { throw misfit }
        switch (judge, data) {
        case (.compare(let template), let data):
            let values = data.compared
            let judge = CompareJudge(metric: name, settings: template.settings)
            return TrialFinding(judge.judge(canary: values.canary, baseline: values.baseline))
        case (.sequential(let template), .histograms(let series, let known)):
            return followed(series, known, template, sharing)
        case (.sequential(let template), let data): return followed(data.counted, template, sharing)
        case (.confident(let template), let data): return followed(data.counted, template, sharing)
        }
    }

    // MARK: Judges that follow intervals

    private func followed(_ samples: [IntervalSample], _ template: SequentialTemplate, _ sharing: Int) -> TrialFinding {
        var settings = template.settings(stages: stages, sharing: sharing)
        settings.noData = noData
        let judge = SequentialJudge(
            metric: name, settings: settings, interval: interval, noun: template.noun ?? "errors")
        let outcome = judge.judge(samples, stageFrom: stageFrom, podsFrom: podsFrom)
        return TrialFinding(
            FollowedTrial(
                judge: .sequential, settings: .counts(settings), interval: interval, counts: samples,
                warmingUp: warmingUp(settings, samples.count, podsFrom), totals: outcome.totals,
                failEvidence: outcome.failEvidence, passEvidence: outcome.passEvidence,
                ratioAtLeast: outcome.ratioAtLeast, isUnsuspicious: outcome.isUnsuspicious,
                trace: judge.trace(samples, stageFrom: stageFrom, podsFrom: podsFrom)))
    }

    private func followed(
        _ series: HistogramSeries, _ known: [Double], _ template: SequentialTemplate, _ sharing: Int
    ) -> TrialFinding {
        var settings = template.histogramSettings(stages: stages, sharing: sharing)
        settings.sequential.noData = noData
        let judge = HistogramJudge(
            metric: name, settings: settings, interval: interval, unit: template.unit ?? .seconds)
        let outcome = judge.judge(series, stageFrom: stageFrom, podsFrom: podsFrom, known: known)
        let counts = series.samples.map { sample in
            IntervalSample(
                canaryBad: 0, canaryTotal: sample.canaryTotal, baselineBad: 0, baselineTotal: sample.baselineTotal)
        }
        let totals = IntervalSample(
            canaryBad: 0, canaryTotal: outcome.totals.canaryTotal, baselineBad: 0,
            baselineTotal: outcome.totals.baselineTotal)
        return TrialFinding(
            FollowedTrial(
                judge: .histogram, settings: .histograms(settings), interval: interval, counts: counts,
                warmingUp: warmingUp(settings.sequential, counts.count, podsFrom), totals: totals,
                failEvidence: outcome.failEvidence, passEvidence: outcome.passEvidence,
                slow: outcome.slow, isUnsuspicious: outcome.isUnsuspicious,
                trace: judge.trace(series, stageFrom: stageFrom, podsFrom: podsFrom, known: known)))
    }

    private func followed(_ samples: [IntervalSample], _ template: ConfidentTemplate, _ sharing: Int) -> TrialFinding {
        var settings = template.counting.settings(stages: 1, sharing: sharing)
        settings.noData = noData
        let judge = RateJudge(
            metric: name, bar: template.bar, proof: .below, settings: settings, interval: interval,
            noun: template.noun ?? "errors")
        // The stage alone counts, and the canary alone.
        let start = min(stageFrom, samples.count)
        let samples = samples[start...].map {
            IntervalSample(canaryBad: $0.canaryBad, canaryTotal: $0.canaryTotal)
        }
        let starts = podsFrom.filter { $0 >= start }.map { $0 - start }
        let outcome = judge.judge(samples, podsFrom: starts)
        return TrialFinding(
            FollowedTrial(
                judge: .confident, settings: .counts(settings), interval: interval, counts: samples,
                warmingUp: warmingUp(settings, samples.count, starts), totals: outcome.totals,
                failEvidence: outcome.failEvidence, passEvidence: outcome.passEvidence,
                isUnsuspicious: outcome.isUnsuspicious, trace: judge.trace(samples, podsFrom: starts)))
    }

    private func warmingUp(_ settings: SequentialSettings, _ count: Int, _ starts: [Int]) -> [Int] {
        let length = min(settings.warmUpIntervals, count)
        let numbers = starts.filter { $0 >= 0 && $0 < count }.flatMap { start in
            (start..<min(count, start + length)).map { $0 + 1 }
        }
        return Set(numbers).sorted()
    }

    /// Why the judge cannot be asked about such numbers; nil where it can.
    package var misfit: TemplateError? {
        switch (judge, data) {
        case (.compare, .values), (.compare, .counts(_, true)), (.sequential, .counts(_, true)),
            (.sequential, .histograms), (.confident, .counts):
            nil
        case (.sequential, .values):
            TemplateError(
                "the sequential judge counts, and these are values", at: "sequential",
                hint: "compare judges values; or give bad and total of each interval")
        case (.sequential, .counts):
            TemplateError(
                "the sequential judge compares with a baseline, and there is none", at: "sequential",
                hint: "give the baseline's counts, or a bar to the confident judge")
        case (.confident, .values):
            TemplateError(
                "the confident judge counts, and these are values", at: "confident",
                hint: "compare judges values; or give bad and total of each interval")
        case (.confident, .histograms):
            TemplateError(
                "a bar is for counts, not for buckets", at: "confident", hint: "the sequential judge takes buckets")
        case (.compare, .histograms):
            TemplateError(
                "compare takes values, and these are buckets", at: "compare",
                hint: "the sequential judge takes buckets; or give a percentile of each interval")
        case (.compare, .counts):
            TemplateError(
                "there is no baseline to compare with", at: "compare",
                hint: "give the baseline's counts, or a bar to the confident judge")
        }
    }
}
