internal import Analysis
internal import Manifests
internal import Rollouts

/// The made-up world of a rehearsal: what Git has, a cluster that has followed it, and the time.
struct RehearsalScene {
    private(set) var bound: BoundRollout
    private(set) var tree: Manifests.Tree
    private(set) var state: RolloutState?
    private(set) var clock = Self.start
    var note = StageNote()
    /// What has been parsed of the tree: most files stay what they were from commit to commit.
    var cache = ParseCache()
    private var history: History
    private var taken: RolloutState?
    private var edits: BoundRollout?
    private var arrived = Self.start
    private var changedAt: Timestamp?
    private var steeredAt: Timestamp?
    private var live = LiveState.notRead
    private var analyses: [AnalysisReading] = []
    /// When analyses that are waited for pass.
    private var ends: [Timestamp] = []

    /// Any time will do: only differences are shown.
    private static let start = Timestamp(milliseconds: 4_000_000_000_000)

    /// - Parameter isPast: whether the stage that the state is in has been live for as long as anything may want.
    init(
        _ bound: BoundRollout, in tree: Manifests.Tree, state: RolloutState?, since former: BoundRollout?,
        history: History?, over taken: RolloutState?, isPast: Bool
    ) {
        (self.bound, self.tree, self.state, edits, self.taken) = (bound, tree, state, former, taken)
        self.history = history ?? (state == nil ? .begin : .happened)
        if isPast, state != nil {
            arrived = Self.start - .seconds(100 * 86_400)
            note.liveAt = arrived
        }
    }

    /// Since the merge.
    var elapsed: Duration { clock - Self.start }

    var world: Observation {
        Observation(
            history: history, state: state, taken: taken,
            nextSerial: max(state?.at.serial ?? 0, taken?.at.serial ?? 0) + 1,
            stageCommit: state == nil
                ? nil : .init(id: .init(hex: String(repeating: "0", count: 40)), arrived: arrived),
            manifests: bound.reading(since: state == nil ? nil : edits), live: live, note: note, analyses: analyses,
            steeredAt: steeredAt)
    }

    func stage(of state: RolloutState, in specification: Specification) -> Stage? {
        let plan = state.plan == StagePlan.fastReturnDigest.description ? .fastReturn : specification.plan
        return plan.index(of: state.stage.key).map { plan.stages[$0] }
    }

    // MARK: What is seen

    /// The cluster has exactly what Git says.
    mutating func look() {
        let manifests = bound.reading()
        func side(_ count: Int?) -> SideReading {
            let count = max(0, count ?? 1)
            return SideReading(desired: count, total: count, updated: count, available: count)
        }
        live = .read(
            LiveReading(
                time: clock, changedAt: changedAt, weight: manifests.number(.weight).map(Weight.init(clamping:)),
                stable: side(manifests.number(.stableReplicas) ?? manifests.number(.stableFloor)),
                canary: side(manifests.number(.canaryReplicas) ?? manifests.number(.canaryFloor))))
    }

    /// Analyses pass once their time is over; one without a length never does.
    mutating func judge(_ requests: [(request: AnalysisRequest, length: Duration?)]) {
        ends = []
        analyses = requests.map { request, length in
            guard let length else { return AnalysisReading(id: request.id, verdict: .needsMoreData) }
            let end = request.from + length
            guard clock < end else { return AnalysisReading(id: request.id, verdict: .pass, completedAt: end) }
            ends.append(end)
            return AnalysisReading(id: request.id, verdict: .needsMoreData)
        }
    }

    // MARK: Time

    /// Lets the time come at which something falls due; false where nothing ever does.
    mutating func wait(until due: Timestamp?) -> Bool {
        guard let next = (ends + [due].compactMap(\.self)).filter({ $0 > clock }).min() else { return false }
        clock = next
        forget()
        return true
    }

    /// Somebody has said what was waited for.
    mutating func steered() {
        steeredAt = clock
        forget()
    }

    /// The next commit is on the branch, and the cluster follows it in two steps: it applies the commit, and its pods come.
    mutating func follow(
        _ state: RolloutState, _ bound: BoundRollout, in tree: Manifests.Tree,
        applied: Duration, available: Duration
    ) {
        (self.state, self.bound, self.tree) = (state, bound, tree)
        (history, taken, edits, note) = (.happened, nil, nil, StageNote())
        arrived = clock
        changedAt = applied == .zero ? nil : clock + applied
        clock = clock + applied + available
        forget()
    }

    private mutating func forget() {
        live = .notRead
        analyses = []
        ends = []
    }
}
