/// What a person wants to say in Git.
package enum SteeringWord: Hashable, Sendable {
    /// Without a key the one that applies now is meant.
    case key(SteeringVerb, RolloutReference, String?)
    case hold(RolloutReference, reason: String)
    /// All rollouts of the repository; without a reason the hold ends.
    case holdAll(reason: String?)
    /// Images by container.
    case release(RolloutReference, [String: String])
}
