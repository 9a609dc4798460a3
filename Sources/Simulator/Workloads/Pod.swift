/// One pod's life: what a scheduler and a kubelet would do to it, as a function of its image's behaviour and the time.
struct Pod: Sendable {
    enum State: Equatable, Sendable {
        case unscheduled
        case unschedulable
        case waiting(reason: String, message: String?)
        case running
        case ready
    }

    let key: ObjectKey
    let owner: ObjectKey
    let image: String
    let containers: [(name: String, image: String)]
    let created: Moment
    /// Spreads the starts of pods that were created together; at most a fifth of the starting time.
    let jitter: Double
    let address: String
    let node: String

    private(set) var state = State.unscheduled
    private(set) var restarts = 0
    private(set) var readyChanged: Moment
    private(set) var started: Moment?
    private var crashed: Moment?
    var terminating: Moment?

    init(
        key: ObjectKey, owner: ObjectKey, containers: [(name: String, image: String)], created: Moment, jitter: Double,
        address: String, node: String
    ) {
        self.key = key
        self.owner = owner
        self.containers = containers
        image = containers.first?.image ?? ""
        self.created = created
        self.jitter = jitter
        self.address = address
        self.node = node
        readyChanged = created
    }

    var isReady: Bool { state == .ready && terminating == nil }
    var isScheduled: Bool { state != .unscheduled && state != .unschedulable }

    func isAvailable(at now: Moment, minimum: Duration) -> Bool { isReady && now - readyChanged >= minimum }

    /// Moves the pod to its state at a time.
    ///
    /// True when the state has changed.
    mutating func advance(to now: Moment, behaviour: Behaviour) -> Bool {
        let (before, restartsBefore) = (state, restarts)
        let wasReady = state == .ready
        state = nextState(at: now, behaviour)
        if wasReady != (state == .ready) { readyChanged = now }
        return before != state || restartsBefore != restarts
    }

    /// Ends the container at once; it starts anew with fresh counters.
    mutating func restart(at now: Moment) {
        restarts += 1
        started = now
        readyChanged = now
        state = .running
    }

    private mutating func nextState(at now: Moment, _ behaviour: Behaviour) -> State {
        let age = now - created
        guard age >= .milliseconds(200) else { return .unscheduled }
        if behaviour.failure == .pending, started == nil { return .unschedulable }
        guard age >= .milliseconds(500) else { return .waiting(reason: "ContainerCreating", message: nil) }
        if behaviour.failure == .imagePull, started == nil { return pulling(age) }
        if started == nil { started = now }
        if behaviour.failure == .crashLoop { return crashLooping(at: now, behaviour) }
        crashed = nil
        if behaviour.failure == .neverReady { return .running }
        return hasStarted(at: now, behaviour) ? .ready : .running
    }

    private func hasStarted(at now: Moment, _ behaviour: Behaviour) -> Bool {
        guard let started else { return false }
        return (now - started).inSeconds >= behaviour.start.inSeconds * (1 + jitter / 5)
    }

    private func pulling(_ age: Duration) -> State {
        guard age >= .seconds(3) else {
            let message =
                "failed to pull and unpack image \"\(image)\": failed to resolve reference: \(image): not found"
            return .waiting(reason: "ErrImagePull", message: message)
        }
        return .waiting(reason: "ImagePullBackOff", message: "Back-off pulling image \"\(image)\"")
    }

    /// The kubelet's back-off: ten seconds, doubled at each restart, at most five minutes.
    private var backOff: Duration { .seconds(min(300, 10 << min(restarts, 5))) }

    private mutating func crashLooping(at now: Moment, _ behaviour: Behaviour) -> State {
        if let crashed {
            guard now - crashed >= backOff else {
                let message =
                    "back-off \(backOff.inMilliseconds / 1000)s restarting failed container=\(containers.first?.name ?? "") "
                    + "pod=\(key.name)"
                return .waiting(reason: "CrashLoopBackOff", message: message)
            }
            self.crashed = nil
            restarts += 1
            started = now
        }
        guard let started else { return .running }
        let life = behaviour.start + behaviour.crashAfter
        if now - started >= max(life, .seconds(1)) {
            crashed = now
            return crashLooping(at: now, behaviour)
        }
        return behaviour.crashAfter > .zero && hasStarted(at: now, behaviour) ? .ready : .running
    }
}
