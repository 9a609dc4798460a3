import Analysis
import Report
@testable import Rollouts
import Testing

/// Rollouts of a shop in every standing, at one fixed time.
enum Shop {
    static let now = time("12:06:14")

    static func time(_ clock: String, _ date: String = "2026-11-21") -> Timestamp {
        Timestamp(rfc3339: "\(date)T\(clock)Z") ?? Timestamp(milliseconds: 0)
    }

    static func release(_ version: String, of app: String = "checkout") -> Release {
        Release(values: ["image.app": "ghcr.io/acme/\(app):\(version)"])
    }

    static let commit = CommitID(hex: "abc123def4567890abc123def4567890abc123de")

    static let plan = StagePlan(steps: [
        .setWeight(Weight(clamping: 5)), .pause(Span(.seconds(600))), .setWeight(Weight(clamping: 25)),
        .pause(Span(.seconds(600))), .pause(nil), .setWeight(Weight(clamping: 50)), .pause(Span(.seconds(600))),
    ])

    /// The state at a stage of the plan.
    static func state(
        _ key: String, of app: String = "checkout", phase: RolloutState.Phase = .progressing,
        action: RolloutState.Action = .advance, serial: Int = 4, attempt: Int = 1
    ) -> RolloutState {
        let index = plan.stages.firstIndex { $0.key.text == key } ?? plan.lastIndex
        let stage = plan.stages[index]
        return RolloutState(
            at: .init(serial: serial, action: action, stage: stage.key), phase: phase,
            release: .init(release("v2.4.1", of: app), attempt: attempt), previous: .init(release("v2.4.0", of: app)),
            stage: .init(
                index: index, count: plan.lastIndex, key: stage.key, kind: stage.kind, weight: stage.weight,
                max: stage.weight, capacity: 5),
            plan: plan.digest.description, bindings: nil, base: .init(replicas: 10, from: .manifest), restore: [],
            failure: nil, rejected: [])
    }

    static func specification(of app: String, release: String = "v2.4.1") -> Specification {
        Specification(
            id: id(app), release: Self.release(release, of: app), plan: plan, background: .builtIn,
            bindings: Digest(of: "bindings"))
    }

    static func id(_ app: String) -> RolloutID { RolloutID(environment: "production", namespace: "shop", name: app) }

    static func manifests(of app: String, stable: String = "v2.4.0", weight: Int = 25, pods: Int = 5) -> ManifestReading
    {
        ManifestReading(values: [
            .release(.stable, "image.app"): "ghcr.io/acme/\(app):\(stable)", .weight: "\(weight)",
            .stableReplicas: "10", .canaryReplicas: "\(pods)",
        ])
    }

    /// A rollout at a stage, as Git and the cluster have it.
    static func moving(
        _ app: String, at key: String = "weight-25", _ standing: Standing, live: LiveState = .notRead,
        liveAt: Timestamp? = time("12:00:14")
    ) -> RolloutStatus {
        var status = RolloutStatus(id: id(app), file: ".headgate/rollouts/production/\(app).yaml")
        let state = state(key, of: app)
        status.state = state
        status.specification = specification(of: app)
        status.observation = Observation(
            history: .happened, state: state, stageCommit: .init(id: commit, arrived: time("12:00:02")),
            manifests: manifests(of: app, weight: state.stage.weight.percent), live: live,
            note: StageNote(liveAt: liveAt))
        status.standing = standing
        return status
    }

    static func live(pending: [String] = [], available: Int = 5) -> LiveState {
        .read(
            LiveReading(
                time: now, weight: Weight(clamping: 25),
                stable: SideReading(desired: 10, total: 10, updated: 10, available: 10),
                canary: SideReading(desired: 5, total: 5, updated: 5, available: available, pending: pending)))
    }

    // MARK: Rollouts

    /// The stage that is due, in a pull request.
    static var proposed: RolloutStatus {
        var status = due
        guard let transition = status.transition else { return status }
        status.transition = nil
        status.specification?.delivery.stages = [StageKey("weight-50"), .promote]
        status.question = ProposalQuestion(
            key: ProposalKey(release: "7c2d9f40-1", stage: StageKey("weight-50")), transition: transition)
        status.standing = .progressing(.review(.init(url: "https://forge/12")))
        status.remedy = "review and merge https://forge/12"
        return status
    }

    static var stable: RolloutStatus {
        var status = RolloutStatus(id: id("catalog"), file: ".headgate/rollouts/production/catalog.yaml")
        status.state = state("finish", of: "catalog", phase: .stable, action: .finish, serial: 9)
        status.specification = specification(of: "catalog")
        status.standing = .stable
        return status
    }

    static var waiting: RolloutStatus {
        var status = moving("checkout", .progressing(.pause(until: time("12:10:14"))), live: live())
        status.nextCheck = time("12:10:14")
        status.observation?.analyses = [reading(.pass)]
        return status
    }

    static let podReason =
        "checkout-canary-78f8c5d6b9-x2x7p: ContainersNotReady: containers with unready status: [app]"

    static var starting: RolloutStatus {
        let short = "canary: 4 of 5 pods available (\(podReason))"
        return moving(
            "mail", .progressing(.available(until: time("12:15:14"), short)),
            live: live(pending: [podReason], available: 4), liveAt: nil)
    }

    static var approval: RolloutStatus {
        var status = moving("cart", .progressing(.approval(key: "7c2d9f40-4/weight-25")), live: live())
        status.remedy = "headgate approve cart"
        return status
    }

    static var reverted: RolloutStatus {
        let culprit = History.Culprit(commit: commit, author: "Alice")
        var status = moving(
            "payments", at: "weight-5",
            .held(.reverted(what: "stage 2 (weight-25)", by: culprit, key: "reverted-abc123def")))
        status.remedy = "headgate resume payments"
        return status
    }

    static var rolledBack: RolloutStatus {
        var status = moving("search", .rolledBack(.init(reason: reason, retry: "a0fab0b9-7")))
        status.state?.phase = .rolledBack
        status.observation?.manifests = manifests(of: "search", weight: 0, pods: 0)
        status.remedy = "headgate retry search, or state another release in .headgate/rollouts/production/search.yaml"
        return status
    }

    static let reason =
        "canary errors are at least 8.5 times stable's: 21 of 80 requests against 4 of 1,085 over 8 minutes"

    static var broken: RolloutStatus {
        var status = RolloutStatus(
            id: RolloutID(environment: "production", namespace: "", name: "users"),
            file: ".headgate/rollouts/production/users.yaml")
        status.problems = [
            Diagnostic(
                file: status.file, line: 5, column: 3, message: "unknown key \"relase\"", hint: "did you mean release?")
        ]
        status.standing = .held(.configuration(status.problems[0].description))
        status.remedy = "did you mean release?"
        return status
    }

    static var due: RolloutStatus {
        var status = waiting
        status.standing = .progressing(nil)
        status.nextCheck = nil
        var next = state("weight-50", serial: 5)
        next.stage.max = Weight(clamping: 50)
        status.transition = Transition(
            state: next, changes: [.weight(Weight(clamping: 50))], from: Weight(clamping: 25),
            evidence: reading(.pass).evidence)
        return status
    }

    static var all: [RolloutStatus] { [approval, stable, waiting, starting, reverted, rolledBack, broken] }

    // MARK: Analysis

    static func reading(_ verdict: Verdict) -> AnalysisReading {
        let window = Window(start: time("12:00:14"), end: time("12:05:14"))
        let errors = MetricEvidence(
            metric: "errors", verdict: verdict,
            sentence: "canary errors are not above stable's: 3 of 1,204 requests against 11 of 4,820 over 5 minutes",
            value: "0.2492 %", condition: "<= 1 %", baseline: "0.2282 %", counts: .init(good: 5, bad: 0, undecided: 0),
            window: window)
        let latency = MetricEvidence(
            metric: "latency", verdict: .needsMoreData, isDryRun: true, sentence: "", value: "212 ms",
            baseline: "208 ms", counts: .init(good: 3, bad: 1, undecided: 1), window: window)
        return AnalysisReading(
            id: .background, verdict: verdict, sentence: errors.sentence,
            evidence: [Evidence(window: window, verdict: verdict, metrics: [errors, latency])])
    }

    static let questions = [
        Explanation.Question(
            analysis: .background, metric: "errors",
            rule: "errors of the canary not above stable's, judged sequentially",
            queries: [
                .init(name: "bad, canary", text: "sum(rate(http_requests_total{\n  service=\"checkout-canary\"}[1m]))")
            ])
    ]
}

extension RolloutStatus: CustomTestStringConvertible {
    /// What a failing test names.
    public var testDescription: String { "\(name) \(phase)" }
}

extension PlanReport: CustomTestStringConvertible {
    /// What a failing test names.
    public var testDescription: String { status.testDescription }
}
