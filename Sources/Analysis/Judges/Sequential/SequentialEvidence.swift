/// Evidence that is followed from interval to interval until it decides.
protocol SequentialEvidence<Sample> {
    associatedtype Sample: JudgedSample

    mutating func add(_ sample: Sample)

    /// Why it decides, from the first interval on at which it does.
    var decision: SequentialOutcome.Reason? { get }
    /// The logarithm of the evidence, and the largest that it has been.
    var logValue: Double { get }
    var maximum: Double { get }
    /// All that it is made of, as the newest interval left it.
    var parts: [SequentialTrace.Part] { get }
}

/// Evidence for a pass.
protocol PassEvidence<Sample>: SequentialEvidence {
    /// Whether what was seen is likelier of a release that is good than of one that is not.
    var leansToPass: Bool { get }
}
