import Analysis
import Foundation
import HTTP
import Rollouts
import Support
import Synchronization

@testable import Forges

/// One fake forge that runs, its world, and our client of it.
final class ForgeFixture: Sendable {
    /// What goes wrong with the next requests.
    struct Fault: Sendable {
        enum Effect: Sendable {
            /// Nothing is done.
            case instead(FakeServer.Answer)
            /// It is done, and the answer comes too late.
            case lost
            /// Nothing is done, and no answer comes in time.
            case silent
        }

        /// Nil for any.
        let operation: FakeOperation?
        let effect: Effect
        var times: Int
    }

    static let kinds = ForgeKind.allCases

    static func fake(_ kind: ForgeKind) -> any FakeForge {
        switch kind {
        case .gitHub: FakeGitHub()
        case .gitLab: FakeGitLab()
        case .gitea: FakeGitea()
        case .bitbucketCloud: FakeBitbucketCloud()
        case .bitbucketDataCenter: FakeBitbucketDataCenter()
        case .azureDevOps: FakeAzureDevOps()
        }
    }

    let kind: ForgeKind
    let fake: any FakeForge
    let clock = ManualClock()
    private let world: Mutex<World>
    private let faults = Mutex<[Fault]>([])
    private let log = Mutex<[FakeOperation]>([])
    private let address = Mutex("")

    private init(_ kind: ForgeKind) throws {
        self.kind = kind
        fake = Self.fake(kind)
        world = Mutex(try World())
    }

    /// Runs a forge of this kind; `change` turns what the deployment says about it.
    static func run(
        _ kind: ForgeKind, change: (inout ForgeAccess) -> Void = { _ in },
        _ body: @Sendable (ForgeFixture, any Forge) async throws -> Void
    ) async throws {
        try await connected(kind, change: change) { try await body($0, $1.forge) }
    }

    /// The same, with all that a program has of the forge.
    static func connected(
        _ kind: ForgeKind, change: (inout ForgeAccess) -> Void = { _ in },
        _ body: @Sendable (ForgeFixture, ForgeSession) async throws -> Void
    ) async throws {
        let fixture = try ForgeFixture(kind)
        var access = fixture.access
        change(&access)
        let stated = access
        try await FakeServer.run(answering: { fixture.answer($0) }) { server in
            fixture.address.withLock { $0 = server.url }
            var access = stated
            access.url = access.url ?? server.url + fixture.fake.root
            try await body(fixture, try access.session(clock: fixture.clock.clock))
        }
    }

    /// As a deployment would state it, without the address.
    var access: ForgeAccess {
        let token = Secret(state.token)
        var access = ForgeAccess(kind, repository: fake.repository, identity: .token(token))
        access.isLocal = true
        access.deadline = .seconds(5)
        return access
    }

    /// Another client of the same forge.
    func forge(_ change: (inout ForgeAccess) -> Void = { _ in }) throws -> any Forge {
        var access = access
        access.url = address.withLock { $0 } + fake.root
        change(&access)
        return try access.forge(clock: clock.clock)
    }

    // MARK: The world

    var state: World { world.withLock { $0 } }

    @discardableResult
    func change<Result: Sendable>(_ body: @Sendable (inout World) throws -> Result) rethrows -> Result {
        try world.withLock { try body(&$0) }
    }

    func fail(_ operation: FakeOperation? = nil, times: Int = 1, _ effect: Fault.Effect) {
        faults.withLock { $0.append(Fault(operation: operation, effect: effect, times: times)) }
    }

    /// How often the forge has done something of this kind, or was asked to.
    func count(_ operations: FakeOperation...) -> Int {
        log.withLock { $0.filter { operations.contains($0) }.count }
    }

    var requests: Int { log.withLock { $0.count } }

    // MARK: Answers

    private func answer(_ request: FakeServer.Request) -> FakeServer.Answer {
        let route = fake.route(request)
        log.withLock { $0.append(route?.operation ?? .other) }
        let fault = take(route?.operation)
        switch fault {
        case .instead(let answer): return answer
        case .silent: return FakeServer.Answer("", after: .seconds(30))
        case .lost, nil: break
        }
        let answer = performed(request, route)
        guard case .lost = fault else { return answer }
        return FakeServer.Answer(
            bytes: answer.body, status: answer.status, headers: answer.headers, after: .seconds(30))
    }

    private func performed(_ request: FakeServer.Request, _ route: FakeRoute?) -> FakeServer.Answer {
        guard fake.isKnown(request, token: state.token) else { return fake.error(401, "Bad credentials") }
        guard let route else { return fake.error(404, "Not Found") }
        guard !state.denied.contains(route.operation) else { return fake.error(403, "Not permitted") }
        do {
            return try world.withLock { try route.answer(&$0) }
        } catch {
            return FakeServer.Answer("<html>\(error)</html>", status: 500)
        }
    }

    private func take(_ operation: FakeOperation?) -> Fault.Effect? {
        faults.withLock { faults in
            guard let index = faults.firstIndex(where: { $0.operation == nil || $0.operation == operation }) else {
                return nil
            }
            faults[index].times -= 1
            let effect = faults[index].effect
            if faults[index].times == 0 { faults.remove(at: index) }
            return effect
        }
    }
}

/// A clock that moves when somebody waits for it.
final class ManualClock: Sendable {
    private let state = Mutex((now: Timestamp(milliseconds: 1_800_000_000_000), pauses: [Duration]()))

    var clock: ForgeClock {
        ForgeClock(now: { self.now }, sleep: { self.advance(by: $0) })
    }

    var now: Timestamp { state.withLock { $0.now } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func advance(by span: Duration) {
        state.withLock { state in
            state.now = state.now + span
            state.pauses.append(span)
        }
    }
}

/// What a call failed with; nil where it did not.
func failure<Result>(_ body: () async throws -> Result) async -> ForgeFailure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ForgeFailure
    }
}
