package import Analysis

/// All that is known of one rollout at one tick; every I/O comes before it.
package struct Observation: Equatable, Sendable {
    package var history: History
    /// The state at the branch's tip.
    package var state: RolloutState?
    /// What stood above the tip's state when history says that it was reverted.
    package var taken: RolloutState?
    /// One above everything that the branch has had.
    package var nextSerial: Int
    /// The commit that brought the tip's state, and when it arrived on the branch.
    package var stageCommit: StageCommit?
    package var manifests: ManifestReading
    package var live: LiveState
    package var note: StageNote
    package var analyses: [AnalysisReading]
    /// When the Rollout document last changed; an approval cannot be older.
    package var steeredAt: Timestamp?
    /// The branches that the agent proposes this rollout's stages from.
    package var branches: [ProposalBranch] = []
    /// Nil where nobody has asked.
    package var proposals: ProposalReading?

    package init(
        history: History, state: RolloutState? = nil, taken: RolloutState? = nil, nextSerial: Int = 1,
        stageCommit: StageCommit? = nil, manifests: ManifestReading, live: LiveState = .notRead,
        note: StageNote = StageNote(), analyses: [AnalysisReading] = [], steeredAt: Timestamp? = nil
    ) {
        self.history = history
        self.state = state
        self.taken = taken
        self.nextSerial = nextSerial
        self.stageCommit = stageCommit
        self.manifests = manifests
        self.live = live
        self.note = note
        self.analyses = analyses
        self.steeredAt = steeredAt
    }

    package struct StageCommit: Equatable, Sendable {
        package var id: CommitID
        package var arrived: Timestamp
        /// Whether it was made long before it came to the branch: a proposal that was merged without a commit of its own.
        package var isForwarded = false

        package init(id: CommitID, arrived: Timestamp) {
            self.id = id
            self.arrived = arrived
        }
    }
}

/// What the branch says of the state at its tip, by the serial rule.
package enum History: Equatable, Sendable {
    case begin
    case happened
    case reverted(by: Culprit)
    case rewritten
    case notOurs(by: Culprit)

    /// The commit, and whose it is.
    package struct Culprit: Equatable, Sendable {
        package var commit: CommitID
        package var author: String

        package init(commit: CommitID, author: String) {
            self.commit = commit
            self.author = author
        }
    }
}

/// The bound fields as Git's tip has them.
package struct ManifestReading: Equatable, Sendable {
    package var values: [BindingName: String]
    /// Bound fields that were changed after the commit that brought the state.
    package var edits: [FieldDifference]
    /// What `start` records so that finish or rollback can put it back.
    package var originals: [RolloutState.Restore]
    package var stableAutoscaled: Bool
    package var canaryAutoscaled: Bool
    /// The least floors that the sides' autoscalers can hold.
    package var stableLowest: Int
    package var canaryLowest: Int
    /// Whether the pair are DaemonSets: a pod on every node, or none.
    package var onEveryNode: Bool

    package init(
        values: [BindingName: String], edits: [FieldDifference] = [], originals: [RolloutState.Restore] = [],
        stableAutoscaled: Bool = false, canaryAutoscaled: Bool = false, stableLowest: Int = 1, canaryLowest: Int = 1,
        onEveryNode: Bool = false
    ) {
        self.values = values
        self.edits = edits
        self.originals = originals
        self.stableAutoscaled = stableAutoscaled
        self.canaryAutoscaled = canaryAutoscaled
        self.stableLowest = stableLowest
        self.canaryLowest = canaryLowest
        self.onEveryNode = onEveryNode
    }

    package func number(_ name: BindingName) -> Int? { values[name].flatMap { Int($0) } }

    /// Whether Git gives the canary no share, by its weight or, without a route, by its pods; a text that is no number is
    /// not taken for one.
    package var canaryHasNoTraffic: Bool {
        (values[.weight] ?? values[.canaryReplicas]).map { Int($0) == 0 } ?? true
    }

    /// The values of `release`'s fields on one side; nil where Git has not got all of them.
    package func release(like release: Release, on side: Side) -> Release? {
        var found: [String: String] = [:]
        for name in release.values.keys {
            guard let value = values[.release(side, name)] else { return nil }
            found[name] = value
        }
        return Release(values: found)
    }

    /// What the canary has when nothing is delivered: not every autoscaler can hold 0.
    package var canaryRest: Int { canaryAutoscaled ? canaryLowest : 0 }

    /// Whether stable may have no pods although it has been released before, because nothing asks for it.
    package var stableMayIdle: Bool { stableAutoscaled && stableLowest == 0 }

    /// The binding that carries the canary's pod count.
    package var canaryCapacity: BindingName { canaryAutoscaled ? .canaryFloor : .canaryReplicas }
}

/// One value that is not what it should be, and where.
package struct FieldDifference: Hashable, Sendable {
    package var binding: BindingName
    /// A file and line, or an object and field path.
    package var place: String
    package var expected: String?
    package var found: String?
    /// What tells this difference from others where its values are not shown: they may be secret.
    package var hidden: Digest?

    package init(binding: BindingName, place: String, expected: String?, found: String?, hidden: Digest? = nil) {
        self.hidden = hidden
        self.binding = binding
        self.place = place
        self.expected = expected
        self.found = found
    }
}

/// The cluster, as far as it has been asked.
package enum LiveState: Equatable, Sendable {
    case notRead
    case unavailable(String)
    case read(LiveReading)
}

/// The bound fields and the pair as the cluster has them.
package struct LiveReading: Equatable, Sendable {
    /// The API server's time.
    package var time: Timestamp
    /// Bound fields whose live value is not Git's.
    package var differences: [FieldDifference]
    /// The newest change of a bound field's owner, of the route's conditions or of the workloads' conditions.
    package var changedAt: Timestamp?
    /// The share that the live route gives the canary; nil without a live route.
    package var weight: Weight?
    package var stable: SideReading?
    package var canary: SideReading?
    package var route: Acceptance
    /// What the GitOps engine says of the last commit, where it can be read.
    package var engine: String?
    /// The `pod-template-hash` of each side's newest pod.
    package var podHashes: [Side: String] = [:]
    /// The Jobs that analyses start, by name; one that is not there is not among them.
    package var jobs: [String: JobReading] = [:]

    package init(
        time: Timestamp, differences: [FieldDifference] = [], changedAt: Timestamp? = nil, weight: Weight? = nil,
        stable: SideReading? = nil, canary: SideReading? = nil, route: Acceptance = .accepted, engine: String? = nil
    ) {
        self.time = time
        self.differences = differences
        self.changedAt = changedAt
        self.weight = weight
        self.stable = stable
        self.canary = canary
        self.route = route
        self.engine = engine
    }

    /// Whether the gateway has taken the route at its present generation.
    package enum Acceptance: Equatable, Sendable {
        case accepted
        case pending(String)
        case refused(String)
    }
}

/// One workload of the pair.
package struct SideReading: Equatable, Sendable {
    package var desired: Int
    package var total: Int
    package var updated: Int
    package var available: Int
    /// Whether the controller has seen the newest generation.
    package var observed: Bool
    /// Pods that crash or cannot pull, with their reasons.
    package var failing: [String]
    /// Pods that no node takes, with their reasons.
    package var pending: [String]
    /// Available pods that do not run the newest template.
    package var oldAvailable: Int
    /// Since when the workload has been short of pods, where it says so.
    package var shortSince: Timestamp?

    package init(
        desired: Int, total: Int, updated: Int, available: Int, observed: Bool = true, failing: [String] = [],
        pending: [String] = [], oldAvailable: Int = 0, shortSince: Timestamp? = nil
    ) {
        self.desired = desired
        self.total = total
        self.updated = updated
        self.available = available
        self.observed = observed
        self.failing = failing
        self.pending = pending
        self.oldAvailable = oldAvailable
        self.shortSince = shortSince
    }

    /// Every pod runs the newest template, and `count` of them are available.
    package func provides(_ count: Int) -> Bool {
        observed && updated >= min(count, desired) && total == updated && available >= count
    }

    package var reasons: [String] { failing + pending }
}

/// What has been noted on the commit that brought the stage.
package struct StageNote: Equatable, Sendable {
    /// When the commit was first seen on the branch, where its own time does not tell.
    package var arrivedAt: Timestamp?
    /// When the stage became live; it never moves.
    package var liveAt: Timestamp?
    /// Since when live has differed from Git, while it does.
    package var awayAt: Timestamp?
    /// When the newest segment began: after `liveAt` only where a bound value was away in between.
    package var segmentAt: Timestamp?
    /// Measurements that could not be asked for again.
    package var measurements: [MeasurementKey: ClaimedMeasurement]
    /// The commit after this stage that the server did not take, for those who only look.
    package var refusal: Refusal?

    package struct Refusal: Equatable, Sendable {
        /// Which one, such as `7c2d9f40-14/weight-50 advance`.
        package var commit: String
        /// The server's own, in one line.
        package var words: String

        package init(commit: String, words: String) {
            self.commit = commit
            self.words = words
        }
    }

    package init(
        liveAt: Timestamp? = nil, awayAt: Timestamp? = nil, segmentAt: Timestamp? = nil,
        measurements: [MeasurementKey: ClaimedMeasurement] = [:]
    ) {
        self.measurements = measurements
        self.liveAt = liveAt
        self.awayAt = awayAt
        self.segmentAt = segmentAt
    }
}

/// The verdict on one analysis that was asked for.
package struct AnalysisReading: Equatable, Sendable {
    package var id: AnalysisRequest.ID
    package var verdict: Verdict
    /// One sentence with the numbers.
    package var sentence: String
    package var evidence: [Evidence]
    /// When an inline analysis that passed, or stayed inconclusive, was complete; when one failed.
    package var completedAt: Timestamp?
    /// Whether an inconclusive verdict saw enough data and nothing suspicious.
    package var harmless: Bool

    package init(
        id: AnalysisRequest.ID, verdict: Verdict, sentence: String = "", evidence: [Evidence] = [],
        completedAt: Timestamp? = nil, harmless: Bool = false
    ) {
        self.id = id
        self.verdict = verdict
        self.sentence = sentence
        self.evidence = evidence
        self.completedAt = completedAt
        self.harmless = harmless
    }
}

/// An analysis that the planner needs a verdict on.
package struct AnalysisRequest: Hashable, Sendable {
    package enum ID: Hashable, Sendable {
        case background
        /// The n-th inline analysis of the stage, from 1.
        case inline(Int)
        /// The n-th of a Promotion's gates over the soak of a Stable release, from 1.
        case soak(promotion: String, Int)

        /// Whether it is judged for as long as something lasts, and not until it has measured enough.
        package var isOngoing: Bool {
            switch self {
            case .background, .soak: true
            case .inline: false
            }
        }
    }

    package var id: ID
    /// Nil for the built-in metrics of a plan.
    package var spec: AnalysisSpec?
    /// Pauses and passes count from here.
    package var from: Timestamp
    /// Failures count from here.
    package var failuresFrom: Timestamp
    /// When the canary first had traffic: what is accumulated over the whole rollout counts from here.
    package var servedSince: Timestamp
    /// Until when stable ran the previous release, so that the two could be compared; nil while it still does.
    package var comparedUntil: Timestamp?

    package init(
        id: ID, spec: AnalysisSpec?, from: Timestamp, failuresFrom: Timestamp, servedSince: Timestamp? = nil,
        comparedUntil: Timestamp? = nil
    ) {
        self.id = id
        self.spec = spec
        self.from = from
        self.failuresFrom = failuresFrom
        self.servedSince = servedSince ?? failuresFrom
        self.comparedUntil = comparedUntil
    }
}
