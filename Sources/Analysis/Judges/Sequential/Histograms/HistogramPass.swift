/// What is followed from interval to interval for a pass by histograms.
///
/// A release must be proven to be better than the limit in every respect that its shape has: above each of the bounds
/// that enough requests reach to tell anything, and on the whole.
struct HistogramPass: PassEvidence {
    private var slots: [RatioEvidence]
    /// Whether a slot must be proven: at the baseline's rate the canary would have had enough requests above it.
    private var isRequired: [Bool]
    private var rank: RankEvidence
    private var requests = 0.0
    private var intervals = 0

    private let settings: HistogramSettings

    private static let passRatios = [1.0, 1.25]
    private static let expectedRequests = 10.0

    init(_ settings: HistogramSettings) {
        self.settings = settings
        let sequential = settings.sequential
        let ratio = RatioTest(
            limit: sequential.rejectRatio, noise: sequential.noise, dispersion: sequential.dispersion,
            cap: sequential.passCap)
        slots = settings.quantiles.map { quantile in
            RatioEvidence(
                "not slow, p\(Readable.number(quantile * 100))", ratio, ratios: Self.passRatios, onset: .atOnce)
        }
        isRequired = Array(repeating: false, count: slots.count)
        let limit = settings.rejectShift
        rank = RankEvidence(
            "rank", RankTest(limit: limit, noise: settings.shiftNoise),
            steps: [-limit, settings.tolerateShift - limit], cap: sequential.passCap, onset: .atOnce)
    }

    mutating func add(_ interval: HistogramInterval) {
        intervals += 1
        requests += interval.canaryTotal
        for (index, slow) in zip(slots.indices, interval.slow) {
            slots[index].add(slow.counts)
            isRequired[index] =
                slow.shareBefore >= settings.sequential.floor
                && slow.shareBefore * requests >= Self.expectedRequests
        }
        rank.add(interval.terms)
    }

    /// The smallest of what has to be proven; no proof where there is nothing to prove.
    private func least(_ value: (EvidenceProcess) -> Double) -> Double {
        let exceedance = zip(slots, isRequired).filter(\.1).map { value($0.0.process) }.min() ?? 0
        return switch settings.shape {
        case .exceedance: exceedance
        case .rank: value(rank.process)
        case .both: min(exceedance, value(rank.process))
        }
    }

    var logValue: Double { least(\.logValue) }
    var maximum: Double { least(\.maximum) }
    var leansToPass: Bool { logValue >= 0 }

    var decision: SequentialOutcome.Reason? {
        let isProven = maximum >= settings.sequential.passLimit && leansToPass
        return intervals >= settings.sequential.minimumIntervals && isProven ? .notWorse : nil
    }

    var parts: [SequentialTrace.Part] {
        (settings.shape == .rank ? [] : slots.map { $0.trace(.pass) })
            + (settings.shape == .exceedance ? [] : [rank.trace(.pass)])
    }
}
