import Agent
import Analysis
import Rollouts
import Synchronization
import Testing

@Suite("Waiting for a rollout")
struct WaitingTests {
    /// A clock that stands still but for the sleeps that somebody asks for.
    final class StillClock: Clock, Sendable {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private let time = Mutex(Instant(offset: .zero))
        var now: Instant { time.withLock { $0 } }
        var minimumResolution: Duration { .zero }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            time.withLock { $0 = max($0, deadline) }
        }
    }

    static let waiting = Standing.progressing(.pause(until: Timestamp(seconds: 0)))

    /// Waits through these standings, the last of which stays.
    private func wait(
        for goal: WaitGoal, through standings: [Standing?]
    ) async throws -> (outcome: String, seconds: Double, heard: Int) {
        let clock = StillClock()
        var looks = 0
        var heard = 0
        let waiting = Waiting(
            reference: RolloutReference("checkout"), goal: goal, interval: .seconds(10), timeout: .seconds(60))
        let outcome = try await waiting.run(
            on: clock,
            look: {
                defer { looks += 1 }
                guard let standing = standings[min(looks, standings.count - 1)] else { throw Trouble() }
                var tick = TickReport()
                tick.rollouts = [SteeringVerbTests.report(standing)]
                return tick
            }, hear: { _ in heard += 1 })
        let name =
            switch outcome {
            case .reached: "reached"
            case .ended: "ended"
            case .timedOut: "timed out"
            }
        return (name, clock.now.offset.inSeconds, heard)
    }

    struct Trouble: Error {}

    @Test func `it ends where the rollout is stable, and says each standing once`() async throws {
        let result = try await wait(for: .stable, through: [Self.waiting, Self.waiting, .progressing(nil), .stable])
        #expect(result == ("reached", 30, 3))
    }

    @Test func `it ends where a person has to do something`() async throws {
        #expect(try await wait(for: .stable, through: [Self.waiting, .held(.failed("slow"))]).outcome == "ended")
        let rejected = Standing.rolledBack(.init(reason: "slow", retry: "k.2"))
        #expect(try await wait(for: .stable, through: [.rollingBack(nil), rejected]).outcome == "ended")
    }

    @Test func `what the cluster may still mend is waited for`() async throws {
        let drifted = Standing.held(.drifted([]))
        #expect(try await wait(for: .stable, through: [drifted, Self.waiting, .stable]) == ("reached", 20, 3))
        #expect(try await wait(for: .stable, through: [Self.waiting, drifted]) == ("timed out", 60, 2))
    }

    @Test func `it ends when the time is over, and not before`() async throws {
        #expect(try await wait(for: .stable, through: [Self.waiting]) == ("timed out", 60, 1))
    }

    @Test func `a look that fails later is repeated, and the first one is an error`() async throws {
        #expect(try await wait(for: .stable, through: [Self.waiting, nil, .stable]) == ("reached", 20, 2))
        await #expect(throws: Trouble.self) { try await wait(for: .stable, through: [nil, .stable]) }
    }

    @Test func `a rollout that is not there is an error at once`() async throws {
        let waiting = Waiting(
            reference: RolloutReference("chekcout"), goal: .stable, interval: .seconds(1), timeout: .seconds(9))
        await #expect(throws: SteeringRefusal.self) {
            try await waiting.run(on: StillClock(), look: { TickReport() }, hear: { _ in })
        }
    }

    @Test(
        "goals are written in one way",
        arguments: [
            ("stable", WaitGoal.stable), ("started", .started), ("weight=25", .weight(Weight(clamping: 25))),
            ("weight=0", nil), ("weight=101", nil), ("weight=", nil), ("weight", nil), ("Stable", nil), ("", nil),
        ])
    func goals(_ text: String, _ goal: WaitGoal?) {
        #expect(WaitGoal(text) == goal)
    }
}
