import Analysis
import Rollouts
import Testing

@Suite("The planner proposes stages that people merge")
struct PlannerDeliveryTests {
    /// A world at weight-25 whose next stage goes by pull request.
    static func world(_ stages: Set<StageKey> = [StageKey("weight-50")], approvals: Int? = nil) -> PlannerWorld {
        let world = PlannerWorld()
        world.forge = ProposalDesk()
        world.spec.delivery.stages = stages
        world.spec.delivery.approvals = approvals
        world.tick()
        world.spec.release = PlannerWorld.new
        return world
    }

    /// At weight-25, with weight-50 proposed; the key of that.
    static func proposed(approvals: Int? = nil) throws -> (PlannerWorld, ProposalKey) {
        let world = Self.world(approvals: approvals)
        #expect(world.run(to: StageKey("weight-25")))
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        let key = try #require(world.forge?.entries.keys.first)
        return (world, key)
    }

    static func stages(_ world: PlannerWorld) -> [String] { world.agentCommits.compactMap(\.state?.at.stage.text) }

    @Test func `a stage that people merge is committed by nobody else, and the release goes on after it`() throws {
        let (world, key) = try Self.proposed()
        #expect(key.stage == "weight-50")
        for _ in 0..<20 { _ = world.tick() }
        #expect(Self.stages(world).last == "weight-25")
        world.this(merges: try #require(world.forge?.entries[key]?.question))
        #expect(world.run(to: .finish))
        #expect(Self.stages(world).suffix(4) == ["weight-50", "promote", "drain", "finish"])
        #expect(world.forge?.withdrawn == [key])
    }

    @Test func `a rollout that proposes nothing asks no forge`() {
        let world = Self.world([])
        #expect(world.run(to: .finish))
        #expect(world.forge?.asked == 0)
    }

    @Test func `an agent without a forge says so and makes no commit`() {
        let world = Self.world()
        world.forge = nil
        #expect(world.run { decision, _ in decision.standing == .held(.noForge(StageKey("weight-50"))) })
        #expect(Self.stages(world).last == "weight-25")
    }

    @Test func `whoever looks without a forge reads that it was not asked, and on which branch the stage waits`() throws
    {
        let (world, key) = try Self.proposed()
        world.forge = nil
        world.isLooking = true
        guard case .progressing(.forge(let sentence)) = world.tick().standing else {
            Issue.record("\(world.tick())")
            return
        }
        #expect(sentence.hasPrefix("weight-50 goes by pull request"), "\(sentence)")
        #expect(sentence.contains("no forge was asked here"), "\(sentence)")
        #expect(Self.stages(world).last == "weight-25")
        #expect(key.stage == "weight-50")
    }

    @Test func `a forge that does not know the agent holds the stage, since only a person can mend that`() throws {
        let (world, _) = try Self.proposed(approvals: 1)
        world.forge?.isDown = true
        world.forge?.isMistaken = true
        let standing = world.tick().standing
        #expect(standing == .held(.forge("the forge is away")))
        #expect(StandingText.line(standing) == "Held: for the forge: the forge is away")
    }

    @Test func `a forge that is away is waited for`() throws {
        let (world, key) = try Self.proposed(approvals: 1)
        world.forge?.isDown = true
        #expect(world.tick().standing == .progressing(.forge("the forge is away")))
        #expect(world.forge?.entries[key]?.open != nil)
        #expect(Self.stages(world).last == "weight-25")
    }

    @Test func `a closed pull request holds the rollout, and is not opened again`() throws {
        let (world, key) = try Self.proposed()
        world.forge?.close(key, by: "bob")
        let closing = StageProposal.Closing(url: "https://forge/1", by: ForgeUser("bob"), key: key)
        for _ in 0..<5 {
            let decision = world.tick()
            #expect(decision.standing == .held(.closed(closing, begun: true)))
            #expect(decision.effects == [])
        }
        #expect(StandingText.remedy(.closed(closing, begun: true)) == "steer: {abort: \(key.release)}")
    }

    @Test func `a closed start is proposed once more by its retry key, under a key of its own`() throws {
        let world = Self.world([.start])
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        let key = try #require(world.forge?.entries.keys.first)
        world.forge?.close(key, by: "bob")
        #expect(
            world.run { decision, _ in
                if case .held(.closed(_, begun: false)) = decision.standing { true } else { false }
            })
        world.spec.steering.retry = "\(key)"
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        #expect(world.forge?.entries[key.again]?.open != nil)
        world.forge?.close(key.again, by: "bob")
        #expect(
            world.run { decision, _ in
                if case .held(.closed(_, begun: false)) = decision.standing { true } else { false }
            })
    }

    @Test func `a rejected release whose next start was closed is proposed once more, by that start's key alone`()
        throws
    {
        let world = Self.world([.start])
        func isProposed(_ decision: Decision) -> Bool {
            if case .progressing(.review) = decision.standing { true } else { false }
        }
        #expect(world.run { decision, _ in isProposed(decision) })
        world.this(merges: try #require(world.forge?.entries.values.first?.question))
        #expect(world.run(to: StageKey("weight-5")))
        world.spec.steering.abort = world.state?.releaseKey
        #expect(world.run(to: StageKey("rest")))
        guard case .rolledBack(let rejected) = world.tick().standing else { return #expect(Bool(false)) }
        world.spec.steering.retry = rejected.retry
        #expect(world.run { decision, _ in isProposed(decision) })
        let key = try #require(world.forge?.entries.first { $0.value.open != nil }?.key)
        #expect(key.release != rejected.retry)
        world.forge?.close(key, by: "bob")
        guard case .held(.closed(let closing, begun: false)) = world.tick().standing else {
            return #expect(Bool(false))
        }
        #expect(StandingText.remedy(.closed(closing, begun: false)) == "steer: {retry: \(key)}")
        world.spec.steering.retry = "\(key)"
        #expect(world.run { decision, _ in isProposed(decision) })
        #expect(world.forge?.entries[key.again]?.open != nil)
    }

    @Test func `commits of others on the branch are left alone`() throws {
        let (world, key) = try Self.proposed(approvals: 1)
        world.forge?.push(to: key, by: "Eve")
        let decision = world.tick()
        #expect(decision.effects == [])
        guard case .held(.foreignBranch(let foreign)) = decision.standing else {
            Issue.record("\(decision.standing)")
            return
        }
        #expect(foreign.by == "Eve")
    }

    @Test func `a failing analysis takes the release back, and then the pull request goes`() throws {
        let (world, key) = try Self.proposed()
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run(to: StageKey("rest")))
        world.tick()
        #expect(world.forge?.withdrawn.contains(key) == true)
        #expect(world.forge?.entries[key] == nil)
    }

    @Test func `an analysis that is inconclusive leaves it open and says that it is not to be merged`() throws {
        let (world, _) = try Self.proposed(approvals: 1)
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .inconclusive, sentence: "3 of 10") }
        let advice = world.tick().effects.compactMap { effect -> ProposalAdvice? in
            if case .advise(let advice) = effect { advice } else { nil }
        }
        #expect(advice.map(\.warning) == [.init("the analysis is inconclusive", needsSomebody: true)])
        #expect(advice.map(\.question) == [nil])
    }

    @Test func `a label holds the rollout, and its absence lets it go on`() throws {
        let (world, key) = try Self.proposed(approvals: 1)
        world.forge?.label(key, ProposalLabel.hold)
        let held = world.tick()
        #expect(held.standing == .held(.labelled(ProposalLabel.hold, url: "https://forge/1")))
        let open = try #require(world.forge?.entries[key]?.open)
        let warning = ProposalAdvice.Warning("the label headgate/hold is on it", needsSomebody: true)
        let head = try #require(open.head)
        #expect(held.effects == [.advise(ProposalAdvice(pullRequest: open, head: head, warning: warning))])
        world.forge?.unlabel(key)
        world.forge?.entries[key]?.reviews = .init(approvals: [ForgeUser("ann")])
        #expect(world.run(to: StageKey("weight-50")))
    }

    @Test func `a label takes the release back`() throws {
        let (world, key) = try Self.proposed()
        world.forge?.label(key, ProposalLabel.rollback)
        #expect(world.run(to: StageKey("rest")))
        #expect(world.state?.phase == .rolledBack)
    }

    static let conditions: [PullRequestReadiness.Condition] = [
        .blocked(["a review"]), .computing, .draft, .unknown("odd"), .conflict,
    ]

    @Test("nothing but mergeable is merged by the agent", arguments: conditions)
    func notReady(_ condition: PullRequestReadiness.Condition) throws {
        let (world, key) = try Self.proposed()
        world.forge?.entries[key]?.condition = condition
        world.spec.delivery.approvals = 0
        for _ in 0..<5 { _ = world.tick() }
        #expect(Self.stages(world).last == "weight-25")
        world.forge?.entries[key]?.condition = .mergeable
        world.tick()
        #expect(Self.stages(world).last == "weight-50")
    }

    @Test func `approvals are counted, and nobody may ask for changes`() throws {
        let (world, key) = try Self.proposed(approvals: 2)
        world.forge?.entries[key]?.reviews = .init(approvals: [ForgeUser("ann")])
        #expect(
            world.tick().standing
                == .progressing(.review(.init(url: "https://forge/1", missing: ["1 of 2 approvals"]))))
        world.forge?.entries[key]?.reviews = .init(
            approvals: [ForgeUser("ann"), ForgeUser("bob")], changesRequested: [ForgeUser("carl")])
        #expect(
            world.tick().standing
                == .progressing(.review(.init(url: "https://forge/1", missing: ["carl asked for changes"]))))
        world.forge?.entries[key]?.reviews = .init(approvals: [ForgeUser("ann"), ForgeUser("bob")])
        world.tick()
        #expect(Self.stages(world).last == "weight-50")
    }

    @Test func `every stage that advances may go by pull request`() throws {
        let world = Self.world([])
        world.spec.delivery.everyAdvance = true
        var merged: [String] = []
        #expect(
            world.run { _, world in
                for (key, entry) in world.forge?.entries ?? [:] where entry.open != nil {
                    merged.append(key.stage)
                    world.this(merges: entry.question)
                }
                return world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new
            })
        #expect(merged == ["start", "weight-5", "weight-25", "weight-50", "promote"])
        #expect(Self.stages(world) == ["finish"] + merged + ["drain", "finish"])
    }

    @Test func `another release takes the place of one that waits to be started`() throws {
        let world = Self.world([.start])
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        let first = try #require(world.forge?.entries.keys.first)
        world.spec.release = PlannerWorld.newer
        for _ in 0..<3 { _ = world.tick() }
        #expect(world.forge?.withdrawn == [first])
        #expect(world.forge?.entries.count == 1)
    }

    @Test func `a label holds the rollout whatever is stated, until it is taken off`() throws {
        let world = Self.world([.start])
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        let first = try #require(world.forge?.entries.keys.first)
        world.forge?.label(first, ProposalLabel.hold)
        world.spec.release = PlannerWorld.newer
        for _ in 0..<3 {
            #expect(world.tick().standing == .held(.labelled(ProposalLabel.hold, url: "https://forge/1")))
        }
        #expect(world.forge?.withdrawn == [])
        world.forge?.unlabel(first)
        #expect(world.run { decision, _ in if case .progressing(.review) = decision.standing { true } else { false } })
        #expect(world.forge?.withdrawn == [first])
    }

    @Test func `a label on what was merged nevertheless holds nothing`() throws {
        let (world, key) = try Self.proposed()
        world.forge?.label(key, ProposalLabel.hold)
        world.tick()
        world.this(merges: try #require(world.forge?.entries[key]?.question))
        #expect(world.run(to: .finish))
    }

    @Test func `what others left on the branch of a stage that is over asks for nothing`() throws {
        let (world, key) = try Self.proposed()
        let question = try #require(world.forge?.entries[key]?.question)
        world.forge?.push(to: key, by: "Eve")
        world.this(merges: question)
        #expect(world.run(to: .finish))
        let asked = world.forge?.asked
        for _ in 0..<5 { _ = world.tick() }
        #expect(world.forge?.asked == asked)
        #expect(world.forge?.withdrawn == [])
    }
}
