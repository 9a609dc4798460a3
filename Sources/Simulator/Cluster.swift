/// The simulated cluster: pure and deterministic.
///
/// Time passes only by ``advance(to:)``, chance comes from the seed.
package struct Cluster: Sendable {
    /// How fast the parts of the cluster are.
    package struct Pace: Sendable {
        /// The grid on which controllers, kubelets and traffic take their turns.
        package var step: Duration = .milliseconds(500)
        /// From a route's change to the gateway serving by it and saying so.
        package var gateway: Duration = .seconds(1)
        /// From a pod's deletion to its disappearance.
        package var termination: Duration = .seconds(1)
        /// Between two looks of the autoscaler.
        package var autoscaler: Duration = .seconds(15)

        package init() {}
    }

    package var pace = Pace()
    package var behaviours = BehaviourTable()
    package var load = Load()
    package internal(set) var store: ObjectStore
    package private(set) var now: Moment
    var pods: [ObjectKey: Pod] = [:]
    var views: [ObjectKey: RouteView] = [:]
    var traffic = Traffic()
    /// Hashes of pod templates by the workload's uid and generation.
    var templateHashes: [String: String] = [:]
    var random: RandomSource
    private let seed: UInt64
    private var stepped: Moment

    package init(seed: UInt64, startingAt now: Moment) {
        self.seed = seed
        self.now = now
        stepped = now
        store = ObjectStore(seed: seed)
        random = RandomSource(seed: seed)
    }

    /// Lets time pass up to a moment, in whole steps; a moment in the past changes nothing.
    package mutating func advance(to moment: Moment) {
        while stepped + pace.step <= moment {
            stepped = stepped + pace.step
            now = stepped
            step()
        }
        now = max(now, moment)
    }

    private mutating func step() {
        collectGarbage(at: now)
        advancePods(to: now)
        scaleByAutoscalers(at: now)
        reconcileDeployments(at: now)
        reconcileStatefulSets(at: now)
        reconcileDaemonSets(at: now)
        reconcileReplicaSets(at: now)
        reconcileJobs(at: now)
        reconcileRoutes(at: now)
        serve(for: pace.step)
    }

    /// Makes the cluster anew: no objects, no pods, no counters; resource versions begin again, as after a rebuild.
    package mutating func rebuild() {
        store = ObjectStore(seed: seed &+ UInt64(truncatingIfNeeded: now.milliseconds))
        pods = [:]
        views = [:]
        templateHashes = [:]
        traffic = Traffic()
    }
}
