/// What is followed from interval to interval for a failure by histograms.
struct HistogramFailure: SequentialEvidence {
    /// More requests above a bound than are tolerated of the baseline's, and more than nothing.
    private struct Slot {
        var worse: RatioEvidence
        var aboveFloor: RateEvidence?

        var logValue: Double { min(worse.logValue, aboveFloor?.logValue ?? .infinity) }
    }

    private var slots: [Slot]
    private var rank: RankEvidence
    private(set) var maximum = 0.0

    private let shape: HistogramSettings.Shape
    private let limit: Double

    init(_ settings: HistogramSettings, stage: Int) {
        let sequential = settings.sequential
        let onset = sequential.onset(stage: stage)
        let ratio = RatioTest(
            limit: sequential.toleratedRatio, noise: sequential.noise, dispersion: sequential.dispersion,
            cap: sequential.failCap)
        slots = settings.quantiles.map { quantile in
            let name = "slow, p\(Readable.number(quantile * 100))"
            return Slot(
                worse: RatioEvidence(
                    name, ratio, ratios: sequential.grid.map { ratio.limit * $0 }, onset: onset),
                aboveFloor: sequential.floor > 0
                    ? RateEvidence(
                        name + ", floor", bar: sequential.floor,
                        rates: RateTest.alternatives(above: sequential.floor), onset: onset) : nil)
        }
        rank = RankEvidence(
            "rank", RankTest(limit: settings.toleratedShift, noise: settings.shiftNoise), steps: settings.shifts,
            cap: sequential.failCap, onset: onset)
        shape = settings.shape
        limit = sequential.failLimit
    }

    mutating func add(_ interval: HistogramInterval) {
        if shape != .rank {
            for (index, slow) in zip(slots.indices, interval.slow) {
                slots[index].worse.add(slow.counts)
                slots[index].aboveFloor?.add(bad: slow.counts.canaryBad, total: slow.counts.canaryTotal)
            }
        }
        if shape != .exceedance { rank.add(interval.terms) }
        maximum = max(maximum, logValue)
    }

    /// The mean of e-values is one.
    var logValue: Double {
        let exceedance = EvidenceProcess.logMean(slots.map(\.logValue))
        return switch shape {
        case .exceedance: exceedance
        case .rank: rank.logValue
        case .both: EvidenceProcess.logMean([exceedance, rank.logValue])
        }
    }

    var decision: SequentialOutcome.Reason? { maximum >= limit ? .worse : nil }

    var parts: [SequentialTrace.Part] {
        let exceedance = slots.flatMap { [$0.worse.trace(.fail), $0.aboveFloor?.trace(.fail)].compactMap { $0 } }
        return (shape == .rank ? [] : exceedance) + (shape == .exceedance ? [] : [rank.trace(.fail)])
    }
}
