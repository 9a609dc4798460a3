import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("fails with a clear message")
    struct Failures {
        private func list(_ forge: any Forge) async -> ForgeFailure? {
            await failure { try await forge.pullRequests(from: branch, to: "main", in: .open) }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A wrong token is a mistake, and is not shown`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.identity = $0.identity.replacing(with: "the-wrong-token-1234")
            } _: { fixture, forge in
                let refused = try #require(await list(forge))
                #expect(refused.code == .configuration)
                #expect(refused.hint != nil)
                #expect(!"\(refused)\(refused.hint ?? "")".contains("the-wrong-token-1234"))
                #expect(fixture.requests == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A server that repeats the token does not get it into a message`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let token = fixture.state.token
                fixture.fail(.list, .instead(fixture.fake.error(400, "no such token: \(token)")))
                let refused = try #require(await list(forge))
                #expect(refused.message.contains("no such token"))
                #expect(!refused.message.contains(token))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A missing right is a mistake with a hint`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                _ = try stage(fixture)
                fixture.change { $0.denied = [.create] }
                let refused = try #require(await failure { try await forge.open(proposal) })
                #expect(refused.code == .configuration)
                #expect(refused.hint?.contains("right") == true)
                #expect(refused.message.contains("403"))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A repository that is not there is not found`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.repository = String($0.repository.dropLast()) + "x"
            } _: { _, forge in
                #expect(await list(forge)?.code == .notFound)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `An address of no repository is refused before anything is asked`(kind: ForgeKind) throws {
            var access = ForgeAccess(kind, repository: "config", identity: .token(Secret("x")))
            #expect(throws: ForgeFailure.self) { try access.forge() }
            access.repository = "acme//config"
            #expect(throws: ForgeFailure.self) { try access.forge() }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A forge that is down is unavailable`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.url = "http://127.0.0.1:1"
            } _: { _, forge in
                let refused = try #require(await list(forge))
                #expect(refused.code == .unavailable)
                #expect(refused.message.contains("127.0.0.1:1"))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A forge that is slow is unavailable`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.deadline = .milliseconds(200)
            } _: { fixture, forge in
                fixture.fail(.list, .silent)
                #expect(await list(forge)?.code == .unavailable)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A busy forge is asked again, but nothing is opened twice`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                _ = try stage(fixture)
                let busy = FakeServer.Answer("<html>502</html>", status: 502)
                fixture.fail(.list, times: 2, .instead(busy))
                #expect(await list(forge) == nil)
                #expect(fixture.count(.list) == 3)
                #expect(fixture.clock.pauses == [.milliseconds(500), .seconds(1)])
                let stated = FakeServer.Answer("busy", status: 503, headers: ["Retry-After": "4"])
                fixture.fail(.list, .instead(stated))
                #expect(await list(forge) == nil)
                #expect(fixture.clock.pauses.last == .seconds(4))
                fixture.fail(.create, .instead(busy))
                #expect(await failure { try await forge.open(proposal) }?.code == .unavailable)
                #expect(fixture.count(.create) == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A login page is no answer`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                fixture.fail(.list, .instead(FakeServer.Answer("<html><form>Sign in</form></html>")))
                let refused = try #require(await list(forge))
                #expect(refused.code == .garbage)
                #expect(refused.hint?.contains("login page") == true)
                fixture.fail(
                    .list, .instead(FakeServer.Answer("", status: 302, headers: ["Location": "/users/sign_in"])))
                #expect(await list(forge)?.code == .garbage)
                fixture.fail(.list, .instead(FakeServer.Answer(#"{"unexpected":true}"#)))
                #expect(await list(forge)?.code == .garbage)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A short limit is waited for, a long one ends the run's questions`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let limited = { (seconds: String) in
                    FakeServer.Answer(#"{"message":"slow down"}"#, status: 429, headers: ["Retry-After": seconds])
                }
                fixture.fail(.list, .instead(limited("2")))
                #expect(await list(forge) == nil)
                #expect(fixture.clock.pauses == [.seconds(2)])

                fixture.fail(.list, .instead(limited("600")))
                #expect(await list(forge)?.code == .rateLimited(wait: .seconds(600)))
                let asked = fixture.requests
                #expect(await list(forge)?.code == .rateLimited(wait: .seconds(600)))
                #expect(await list(forge.forRollbacks)?.code == .rateLimited(wait: .seconds(600)))
                #expect(fixture.requests == asked)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The last requests of a run are for rollbacks`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.requests = 5
                $0.reserve = 2
            } _: { fixture, forge in
                for _ in 0..<3 { #expect(await list(forge) == nil) }
                let refused = try #require(await list(forge))
                #expect(refused.code == .budget)
                #expect(refused.message.contains("2 more are kept for rollbacks"))
                for _ in 0..<2 { #expect(await list(forge.forRollbacks) == nil) }
                #expect(await list(forge.forRollbacks)?.code == .budget)
                #expect(fixture.requests == 5)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `What the forge says it has left is kept for rollbacks too`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let reset = "\(fixture.clock.now.milliseconds / 1000 + 900)"
                let headers = ["X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "40", "X-RateLimit-Reset": reset]
                fixture.fail(.list, .instead(FakeServer.Answer("nothing", status: 404, headers: headers)))
                #expect(await list(forge)?.code == .notFound)
                #expect(await list(forge)?.code == .rateLimited(wait: .seconds(900)))
                #expect(await list(forge.forRollbacks) == nil)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The time of a run is bounded`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.runDeadline = .seconds(60)
            } _: { fixture, forge in
                #expect(await list(forge) == nil)
                fixture.clock.advance(by: .seconds(61))
                #expect(await list(forge)?.code == .budget)
            }
        }
    }
}

extension ForgeAccess.Identity {
    fileprivate func replacing(with secret: String) -> Self {
        switch self {
        case .token: .token(Secret(secret))
        case .basic(let user, _): .basic(user: user, password: Secret(secret))
        case .app: self
        }
    }
}
