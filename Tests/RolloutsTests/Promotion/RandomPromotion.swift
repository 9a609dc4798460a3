import Analysis
import Rollouts
import Support

/// Three rollouts in an order, with people, failures and a promotion between them, as chance has it.
///
/// The rollouts are the simplest that keep the rules: a stated release begins, and comes out well or badly some ticks later.
struct RandomPromotion {
    struct Site {
        var stop: PromotionStop
        /// When the release that it is Stable on became so; nil while it is not.
        var stableSince: Timestamp?
        /// At which event it began the release of its state.
        var began = 0
        var changes: [(event: Int, change: LineReading.Change, isPerson: Bool)] = []
        var everStable: Set<Digest> = []

        init(_ id: RolloutID) {
            stop = PromotionCase.stop(id, on: "v0")
            stop.state?.previous = nil
            everStable = [PromotionCase.release("v0").digest]
        }
    }

    private(set) var sites = [PromotionCase.staging, PromotionCase.production, PromotionCase.island].map(Site.init)
    private(set) var findings: [String] = []
    private(set) var stated = 0
    private(set) var reached: [String: Int] = [:]
    private var random: SplitMix64
    private var now = PromotionCase.now
    private var event = 1
    private var serial = 10
    private var versions = 0
    private var steering = PromotionSteering()
    private var globalHold: String?
    private var brought: [String: Int] = [:]
    private var proposals: [Int: [PromotionProposal]] = [:]
    private var lines: [String: PromotionLine] = [:]
    private let soak: Duration = .seconds(600)
    private let asksForApproval: Bool
    private let delivery: PromotionDelivery
    private var isCalm = false

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        asksForApproval = random.oneIn(3)
        delivery = random.oneIn(2) ? .pullRequest : .commit
    }

    // MARK: Events

    mutating func step() {
        event += 1
        now = now + .seconds(random.pick([1, 60, 300, 700]))
        switch Int.random(in: 0..<14, using: &random) {
        case 0: state(fresh(), at: 0)
        case 1: override()
        case 2: steering.hold = steering.hold == nil ? "wait" : nil
        case 3: globalHold = globalHold == nil && random.oneIn(2) ? "freeze" : nil
        case 4, 5, 6: begin()
        case 7, 8, 9, 10: end()
        case 11: press()
        default: break
        }
        promote()
    }

    /// Nobody interferes any more, and everything comes out well: the newest release has to come to the end.
    mutating func calmDown() {
        isCalm = true
        steering.hold = nil
        globalHold = nil
        for _ in 0..<12 { end(); begin() }
        state(fresh(), at: 0)
        for _ in 0..<60 {
            event += 1
            now = now + .seconds(300)
            begin()
            end()
            promote()
            press()
        }
        let last = "ghcr.io/acme/checkout:v\(versions)"
        for site in sites where site.stop.state?.release.values.values["image.app"] != last {
            note("\(site.stop.id) has \(site.stop.state?.release.values.title ?? "nothing") and not v\(versions)")
        }
    }

    private mutating func fresh() -> Release {
        versions += 1
        return PromotionCase.release("v\(versions)")
    }

    /// A person states a release in the middle of the order: a new one, or one that there was.
    private mutating func override() {
        let release =
            random.oneIn(2) ? fresh() : PromotionCase.release("v\(Int.random(in: 0...versions, using: &random))")
        state(release, at: Int.random(in: 0..<sites.count, using: &random))
    }

    private mutating func state(_ release: Release, at index: Int, by author: String = "Alice", isPerson: Bool = true) {
        guard sites[index].stop.stated != release else { return }
        event += 1
        sites[index].stop.stated = release
        let culprit = History.Culprit(commit: PromotionCase.commit("\(event)"), author: author)
        sites[index].changes.insert((event, .init(by: culprit, release: release), isPerson), at: 0)
        settle(index)
    }

    /// Where a rollout stands by what it states and has.
    private mutating func settle(_ index: Int) {
        guard let state = sites[index].stop.state, let stated = sites[index].stop.stated else { return }
        switch state.phase {
        case .progressing, .rollingBack: sites[index].stop.standing = .progressing(nil)
        case .stable, .rolledBack:
            if state.serving?.digest == stated.digest {
                sites[index].stop.standing = .stable
            } else if let rejection = state.rejection(of: stated.digest) {
                sites[index].stop.standing = .rolledBack(.init(reason: rejection.reason, retry: "k"))
            } else {
                sites[index].stop.standing = .progressing(nil)
            }
        }
    }

    private mutating func begin() {
        for index in sites.indices {
            guard let state = sites[index].stop.state, state.phase == .stable || state.phase == .rolledBack,
                case .progressing = sites[index].stop.standing, let stated = sites[index].stop.stated
            else { continue }
            serial += 1
            event += 1
            var next = PromotionCase.state(stated, since: serial, phase: .progressing)
            next.previous = state.serving
            next.rejected = state.rejected
            sites[index].stop.state = next
            sites[index].stableSince = nil
            sites[index].began = event
            settle(index)
        }
    }

    private mutating func end() {
        for index in sites.indices where sites[index].stop.state?.phase == .progressing {
            guard isCalm || random.oneIn(2), var state = sites[index].stop.state else { continue }
            event += 1
            let commit = Observation.StageCommit(id: PromotionCase.commit("5e\(event)"), arrived: now)
            sites[index].stop.stageCommit = commit
            if !isCalm, random.oneIn(3) {
                state.phase = .rolledBack
                state.reject(state.release, reason: "errors")
                // Sometimes the document gets the serving release back, which is nobody's change.
                if random.oneIn(2), sites[index].stop.stated == state.release.values {
                    sites[index].stop.stated = state.previous?.values
                }
            } else {
                state.phase = .stable
                state.rejected.removeAll { $0.digest == state.release.digest }
                sites[index].stableSince = now
                sites[index].everStable.insert(state.release.digest)
            }
            sites[index].stop.state = state
            settle(index)
        }
    }

    /// Somebody merges or closes a pull request.
    private mutating func press() {
        for (index, open) in proposals {
            for (place, proposal) in open.enumerated() where proposal.pullRequest?.state == .open {
                guard let line = lines[proposal.branch] else { continue }
                guard isCalm ? line.title == "v\(versions)" : random.oneIn(3) else { continue }
                if isCalm || random.oneIn(2) {
                    proposals[index]?[place].pullRequest = nil
                    guard let former = sites[index].stop.stated else { continue }
                    state(former.replacing(line.carried), at: index, by: "Headgate", isPerson: false)
                } else {
                    proposals[index]?[place].pullRequest = Self.pullRequest(proposal.branch, .closed)
                }
            }
        }
    }

    private static func pullRequest(_ branch: String, _ state: PullRequest.State, body: String = "") -> PullRequest {
        PullRequest(
            number: .init(1), url: "u", branch: branch, base: "main", head: nil, title: "", body: body, state: state,
            author: nil)
    }

    // MARK: The promotion

    private mutating func promote() {
        let order = sites.map(\.stop.id)
        let gates: [PromotionGate] = asksForApproval ? [.approval] : []
        let spec = PromotionSpec(order: order, soak: Span(soak), gates: gates, delivery: delivery, steer: steering)
        for (number, step) in PromotionStep.steps(of: "p", in: "p.yaml", spec, globalHold: globalHold).enumerated() {
            let (source, target) = (sites[number], sites[number + 1])
            var world = PromotionObservation(
                source: source.stop, target: target.stop, later: sites.dropFirst(number + 2).map(\.stop))
            world.line = LineReading(changes: target.changes.filter { $0.event > source.began }.map(\.change))
            world.proposals = .read(proposals[number + 1] ?? [])
            let decision = PromotionPlanner.plan(step, world, at: now)
            reached[Self.word(decision.standing), default: 0] += 1
            if case .waiting(.approval(let key)) = decision.standing, isCalm || random.oneIn(2) {
                steering.approve = key
            }
            for effect in decision.effects { carryOut(effect, number) }
        }
    }

    private mutating func carryOut(_ effect: PromotionEffect, _ number: Int) {
        let index = number + 1
        switch effect {
        case .state(let line):
            check(line, number)
            once(line, number)
            state(line.stated, at: index, by: "Headgate", isPerson: false)
        case .propose(let line, let proposal):
            check(line, number)
            lines[proposal.branch] = line
            var proposal = proposal
            if proposal.pullRequest?.state == .open { return }
            if proposal.pullRequest?.state == .closed, proposal.pullRequest?.body.isEmpty == true {
                note("\(proposal.branch) was proposed again after a person had closed it")
            }
            once(line, number)
            proposal.pullRequest = Self.pullRequest(proposal.branch, .open)
            proposals[index, default: []].removeAll { $0.branch == proposal.branch }
            proposals[index, default: []].append(proposal)
            let open = proposals[index, default: []].count { $0.pullRequest?.state == .open }
            if open > 2 { note("\(open) proposals are open for \(line.target)") }
        case .withdraw(let proposal, let reason):
            let place = proposals[index]?.firstIndex { $0.branch == proposal.branch }
            guard let place else { return }
            let body = ProposalBody.withdrawing("x", because: reason)
            proposals[index]?[place].pullRequest = Self.pullRequest(proposal.branch, .closed, body: body)
            brought["\(sites[index].stop.id) \(proposal.branch)"] = nil
        case .advise, .remove: break
        }
    }

    /// What has to hold whenever a line leaves.
    private mutating func check(_ line: PromotionLine, _ number: Int) {
        let (source, target) = (sites[number], sites[number + 1])
        stated += 1
        let name = "\(line.title) to \(line.target)"
        if source.stop.state?.phase != .stable || source.stop.stated != line.release {
            note("\(name): the source is not Stable on it")
        }
        if source.stableSince.map({ now - $0 < soak })
            ?? (source.stop.state?.release.values != PromotionCase.release("v0"))
        {
            note("\(name): it has not soaked")
        }
        if !source.everStable.contains(line.release.digest) { note("\(name): never proven before") }
        switch target.stop.standing {
        case .stable, .rolledBack: break
        default: note("\(name): the target is busy")
        }
        for site in sites.dropFirst(number + 1) where site.stop.state?.rejection(of: line.stated.digest) != nil {
            note("\(name): rejected by \(site.stop.id)")
        }
        if steering.hold != nil || globalHold != nil { note("\(name): held") }
        let overruled = target.changes.first { $0.event > source.began }
        if let overruled, overruled.isPerson, overruled.change.release != source.stop.state?.previous?.values {
            note("\(name): a person had stated \(overruled.change.release?.title ?? "nothing")")
        }
    }

    /// One attempt of the source brings its release to a target once.
    private mutating func once(_ line: PromotionLine, _ number: Int) {
        let key = "\(line.target) \(line.release.digest.short)-\(sites[number].stop.state?.release.since ?? 0)"
        brought[key, default: 0] += 1
        if delivery == .commit, brought[key, default: 0] > 1 {
            note("\(line.title) was stated twice in \(line.target)")
        }
    }

    private mutating func note(_ text: String) { findings.append("event \(event): \(text)") }

    private static func word(_ standing: PromotionStanding) -> String {
        switch standing {
        case .due: "due"
        case .waiting(.soak): "soak"
        case .waiting(.source): "source"
        case .waiting(.target): "target"
        case .waiting(.approval): "approval"
        case .waiting(.review): "review"
        case .waiting: "other"
        case .done: "done"
        case .rejected: "rejected"
        case .overruled: "overruled"
        case .held(.declined): "declined"
        case .held: "held"
        }
    }
}
