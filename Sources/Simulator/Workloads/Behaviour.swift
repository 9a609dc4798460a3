/// How a container of one image behaves: how long it takes to start, how it fails, and how it answers requests.
package struct Behaviour: Sendable, Equatable {
    package enum Failure: String, Sendable, CaseIterable {
        case imagePull
        case crashLoop
        case pending
        case neverReady = "never-ready"
    }

    /// The share of requests answered with a 500, from 0 to 1.
    package var errors: Double = 0
    /// The median of the latency, which is log-normal.
    package var median: Duration = .milliseconds(80)
    /// The standard deviation of the latency's logarithm.
    package var sigma: Double = 0.5
    /// From the container's creation to readiness.
    package var start: Duration = .seconds(2)
    package var failure: Failure?
    /// How long a container with `crashLoop` is ready before it exits.
    ///
    /// Zero: it never becomes ready.
    package var crashAfter: Duration = .zero

    package init() {}
}

/// The behaviours of all images.
///
/// The key of an entry is a whole image reference, its last path component (`checkout:v2.4.1`), its tag (`v2.4.1`) or `*`;
/// the longest that fits an image wins.
package struct BehaviourTable: Sendable, Equatable {
    package var entries: [String: Behaviour]

    package init(_ entries: [String: Behaviour] = [:]) {
        self.entries = entries
    }

    package subscript(image: String) -> Behaviour {
        let last = image.split(separator: "/").last.map(String.init) ?? image
        let tag = last.split(separator: ":", maxSplits: 1).dropFirst().first.map(String.init) ?? "latest"
        for key in [image, last, tag, "*"] {
            if let behaviour = entries[key] { return behaviour }
        }
        return Behaviour()
    }
}
