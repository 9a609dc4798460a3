/// What both sides had in one interval, as far as a walk over intervals must know it.
protocol JudgedSample: Sendable {
    /// Whether the canary had any requests.
    var hasCanary: Bool { get }
    /// The interval as if the canary had had none.
    var withoutCanary: Self { get }
}

extension IntervalSample: JudgedSample {
    var hasCanary: Bool { canaryTotal > 0 }
    var withoutCanary: IntervalSample { IntervalSample(canaryBad: 0, canaryTotal: 0) }
}

extension Array where Element: JudgedSample {
    /// The samples without what the canary's pods did while they were cold.
    ///
    /// - Parameters:
    ///   - count: intervals that each set of pods is given.
    ///   - starts: the intervals at which a new set of pods began to serve.
    func warm(after count: Int, from starts: [Int]) -> [Element] {
        guard count > 0, !starts.isEmpty else { return self }
        var samples = self
        for start in starts where start < samples.count {
            let first = Swift.max(0, start)
            let end = count < samples.count - first ? first + count : samples.count
            for index in first..<end { samples[index] = samples[index].withoutCanary }
        }
        return samples
    }
}
