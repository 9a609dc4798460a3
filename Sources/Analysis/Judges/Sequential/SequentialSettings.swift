import Glibc

/// How the sequential judges decide; the defaults are those that simulations of healthy and broken releases gave.
package struct SequentialSettings: Encodable, Hashable, Sendable {
    /// What an interval without requests to the canary means; by the threshold judge's words.
    package typealias NoDataPolicy = ThresholdJudge.NoDataPolicy

    /// A bad rate above `rate`, and above `ratio` times the baseline's where there is one, is acted on within an interval.
    package struct Panic: Encodable, Hashable, Sendable {
        package var rate = 0.2
        package var ratio = 2.0
        package var alpha = 0.001
        package init() {}
    }

    /// The chance of failing a healthy release, over the whole rollout and all metrics that share it.
    package var alpha = 0.05
    /// The chance of passing a release that is `rejectRatio` times worse.
    package var beta = 0.05
    /// Gating metrics among which `alpha` is divided.
    package var metricsSharingAlpha = 1
    /// What the canary is compared with.
    package var baseline = Baseline.concurrent
    /// r0: a canary up to this many times the baseline is no failure.
    package var tolerateRatio = 1.25
    /// r1: proven to be better than this many times the baseline is a pass.
    package var rejectRatio = 2.0
    /// Alternatives, as multiples of the hypothesis.
    package var grid: [Double] = [1.25, 1.5, 2, 3, 5, 10, 20, 50]
    /// A single interval cannot fail a release: at least this many must contribute.
    package var minimumEvidenceIntervals = 3
    package var noise = 0.1
    package var dispersion = 1.0
    /// The share of evidence that starts with the first interval; the rest waits for a later onset.
    package var firstWeight = 0.5
    /// Bad rates below this are no failure, whatever the ratio.
    package var floor = 0.001
    package var panic: Panic? = Panic()
    /// A rate that the canary must be proven to stay below in order to pass where both sides have hardly any errors.
    package var maximumRate: Double?
    package var minimumIntervals = 5
    /// After so many intervals of one stage without a decision the verdict is inconclusive.
    package var plannedIntervals = 30
    /// How many stages a rollout is judged at; its evidence for a failure accumulates over all of them.
    package var stages = 1
    /// With fewer canary requests an inconclusive release is never promoted.
    package var minimumRequests = 50.0
    /// What silence means once it has lasted for `minimumIntervals`.
    ///
    /// `ok` passes a stage that had no requests at all, `bad` fails one that had none for so long; `wait` goes on.
    package var noData = NoDataPolicy.wait
    /// Intervals after new pods have begun to serve that do not count: their caches are cold.
    package var warmUpIntervals = 0

    package init() {}

    /// The intervals over which `alpha` holds; a rollout that lasts longer spends it once more for each such length.
    package var horizon: Int { max(1, plannedIntervals) * max(1, stages) }

    /// The ratio up to which a canary is no failure against the baseline that there is.
    package var toleratedRatio: Double { tolerateRatio * baseline.tolerance }

    var failBar: Double { alpha / Double(max(1, metricsSharingAlpha)) }

    /// The logarithm of the evidence that fails a release, and of the most that one interval may contribute to it.
    var failLimit: Double { -log(failBar) }
    var failCap: Double { failLimit / Double(max(1, minimumEvidenceIntervals)) }

    /// The logarithm of the evidence that ends everything at once.
    var panicLimit: Double { -log(panic?.alpha ?? failBar) }

    /// What passes it, and the most of that by one interval.
    var passLimit: Double { -log(beta) }
    var passCap: Double { passLimit / Double(max(1, minimumEvidenceIntervals)) }

    /// The weights of what may break at any time.
    func onset(stage: Int?) -> OnsetWeights {
        OnsetWeights(first: firstWeight, plannedIntervals: horizon, stages: stages, stage: stage)
    }

    /// Evidence of this much against a release is a suspicion, whatever else.
    static let suspicion = log(3.0)

    /// Whether people may let an undecided release go on: enough requests, something to compare them with, and not even
    /// a hint of trouble.
    func isUnsuspicious(canary: Double, baseline: Double, failEvidence: Double) -> Bool {
        canary >= minimumRequests && baseline > 0 && failEvidence < Self.suspicion
    }
}
