package import Analysis
import Foundation

/// A release and its traffic, as far as requests fail: what a simulated rollout is drawn from.
///
/// The canary has a tenth of the traffic. Load and error rate drift by 10 % for both sides at once; requests and errors
/// of an interval, which is a minute, are Poisson's.
package struct ErrorScenario: Sendable {
    package var name: String
    /// The share of stable's requests that fail.
    package var rate: Double
    /// What the canary's error rate is, as a multiple of stable's and as an addition to it.
    package var ratio = 1.0
    package var added = 0.0
    /// The interval from which on the canary differs.
    package var onset = 0
    /// A part of the time in which both sides fail at this rate instead.
    package var incident: (intervals: Range<Int>, rate: Double)?
    /// The coefficient of variation of what each side's rate does by itself from one interval to the next.
    package var ownNoise = 0.0
    /// Errors come in batches of this mean size.
    package var batch = 1.0

    package static let share = 0.1

    package init(_ name: String, rate: Double) {
        self.name = name
        self.rate = rate
    }

    package func with(_ change: (inout ErrorScenario) -> Void) -> ErrorScenario {
        var copy = self
        change(&copy)
        return copy
    }

    /// Draws a rollout.
    ///
    /// - Parameter requestsPerSecond: the canary's.
    package func draw(
        _ count: Int, requestsPerSecond: Double, _ random: inout SplitMix64
    ) -> [IntervalSample] {
        var (load, errors) = (Drift(&random), Drift(&random))
        return (0..<count).map { interval in
            let requests = 60 * requestsPerSecond * load.next(&random)
            var common = rate * errors.next(&random)
            if let incident, incident.intervals.contains(interval) { common = incident.rate }
            let own = interval >= onset ? common * ratio + added : common
            let canary = side(requests, rate: own, &random)
            let baseline = side(requests * (1 - Self.share) / Self.share, rate: common, &random)
            return IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: baseline.bad,
                baselineTotal: baseline.total)
        }
    }

    private func side(
        _ requests: Double, rate: Double, _ random: inout SplitMix64
    ) -> (bad: Double, total: Double) {
        var rate = rate
        if ownNoise > 0 {
            // A lognormal factor of mean 1.
            let deviation = log(1 + ownNoise * ownNoise).squareRoot()
            rate *= exp(deviation * random.normal() - deviation * deviation / 2)
        }
        rate = min(1, rate)
        let batches = random.poisson(requests * rate / batch)
        guard batch > 1 else { return (batches, batches + random.poisson(requests * (1 - rate))) }
        // What fails together are requests that there are anyway.
        let total = random.poisson(requests)
        return (min(total, (0..<Int(batches)).reduce(0) { sum, _ in sum + batchSize(&random) }), total)
    }

    /// A size of the geometric distribution, at least 1.
    private func batchSize(_ random: inout SplitMix64) -> Double {
        1 + (log(1 - random.uniform()) / log(1 - 1 / batch)).rounded(.down)
    }
}

extension ErrorScenario {
    private static let half = ErrorScenario("0.5 % errors", rate: 0.005)

    /// Releases that must not be rolled back: they are as good as stable, or worse by less than anybody minds.
    package static let healthy = [
        half, ErrorScenario("3 % errors", rate: 0.03),
        half.with {
            $0.name = "a tenth more errors"
            $0.ratio = 1.1
        },
        half.with {
            $0.name = "10 % for both for 5 minutes"
            $0.incident = (10..<15, 0.1)
        },
        half.with {
            $0.name = "each side's rate by itself, ±50 %"
            $0.ownNoise = 0.5
        },
        half.with {
            $0.name = "errors in batches of 5"
            $0.batch = 5
        },
    ]

    /// Releases that must be rolled back.
    package static let broken = [
        half.with {
            $0.name = "0.5 -> 1 %"
            $0.ratio = 2
        },
        ErrorScenario("3 -> 6 %", rate: 0.03).with { $0.ratio = 2 },
        half.with {
            $0.name = "0.5 -> 1.5 %"
            $0.added = 0.01
        },
        half.with {
            $0.name = "0.5 -> 5.5 %"
            $0.added = 0.05
        },
        half.with {
            $0.name = "half of the requests fail"
            $0.added = 0.495
        },
        half.with {
            $0.name = "0.5 -> 2.5 % from minute 15"
            $0.ratio = 5
            $0.onset = 15
        },
    ]
}
