/// How far apart the points of an answer are, which depends on how long the span is that is asked for.
///
/// A window has to be asked for in no longer a span than has the resolution of the window alone. The spans and widths
/// are those of https://docs.datadoghq.com/dashboards/functions/rollup/#rollup-interval-enforced-vs-custom (for the API).
struct DatadogResolution {
    let span: Duration
    let width: Duration

    static let finest = Duration.seconds(20)

    private static let steps: [(span: Duration, width: Duration)] = [
        (.seconds(3600), .seconds(20)), (.seconds(4 * 3600), .seconds(60)), (.seconds(24 * 3600), .seconds(300)),
        (.seconds(48 * 3600), .seconds(600)), (.seconds(7 * 24 * 3600), .seconds(3600)),
    ]

    /// - Parameter window: the length of one window; a bucket that ends in it may have begun before it.
    init(of window: Duration) {
        let step = Self.steps.first { window + $0.width <= $0.span }
        span = step?.span ?? window + .seconds(4 * 3600)
        width = step?.width ?? .seconds(4 * 3600)
    }
}
