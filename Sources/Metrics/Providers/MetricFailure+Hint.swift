internal import Rollouts

extension MetricFailure {
    /// The same failure with a hint that its service knows better; its own stays where there is none.
    func hinting(_ hint: String?) -> MetricFailure {
        MetricFailure(code, message, hint: hint ?? self.hint, isConnected: isConnected)
    }
}
