import Analysis
import Crypto
import CryptoExtras
import Foundation
import HTTP
import Rollouts
import Support
import Synchronization
import Testing

@testable import Forges

/// What only GitHub has.
@Suite("GitHub")
struct GitHubTests {
    private func refusal(_ status: Int, _ words: String) async throws -> MergeOutcome {
        let outcome = Mutex<MergeOutcome?>(nil)
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.fail(.merge, .instead(fixture.fake.error(status, words)))
            let answer = try await forge.merge(try ForgeContract.merge(made))
            outcome.withLock { $0 = answer }
        }
        return try #require(outcome.withLock { $0 })
    }

    // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
    @Test func `Refusals of one status are told apart by their words`() async throws {
        let base = "Base branch was modified. Review and try the merge again."
        #expect(try await refusal(405, base) == .baseModified)
        #expect(try await refusal(409, base) == .baseModified)
        let method = "Squash merges are not allowed on this repository."
        #expect(try await refusal(405, method) == .refused(method))
        #expect(try await refusal(405, "Pull Request is not mergeable") == .notReady("Pull Request is not mergeable"))
        let required = #"Required status check "ci" is expected."#
        #expect(try await refusal(405, required) == .notReady(required))
        #expect(try await refusal(405, "Something new") == .notReady("Something new"))
        #expect(try await refusal(422, "Validation Failed") == .refused("Validation Failed"))
        // The head that is there is the one that was judged: something else has moved.
        #expect(try await refusal(409, "Head branch was modified.") == .baseModified)
    }

    @Test func `A method that the repository does not allow is refused`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            fixture.change { $0.allowedMethods = [.squash] }
            let made = try await ForgeContract.opened(fixture, forge)
            #expect(
                try await forge.merge(try ForgeContract.merge(made))
                    == .refused("Merge merges are not allowed on this repository."))
        }
    }

    @Test func `Auto-merge is asked for the head that was judged`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            fixture.change { $0.approvalsRequired = 1 }
            let made = try await ForgeContract.opened(fixture, forge)
            var request = try ForgeContract.merge(made)
            request.time = .whenReady
            // In the very moment in which it is asked for.
            fixture.change { world in
                world.beforeMerge = { world in
                    _ = try world.push(["replicas.yaml": "replicas: 7\n"], "more", to: ForgeContract.branch)
                }
            }
            let outcome = try await forge.merge(request)
            guard case .headMoved = outcome else {
                Issue.record("\(outcome)")
                return
            }
            fixture.change { $0.review(made.number.value, .approved, by: "bob") }
            #expect(try await forge.readiness(of: made.number).condition == .mergeable, "nothing waits to be merged")
        }
    }

    @Test func `A next page at another host is not asked for`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            try await FakeServer.run(answering: { _ in FakeServer.Answer("[]") }) { other in
                let link = ["Link": "<\(other.url)/repos/acme/config/pulls?page=2>; rel=\"next\""]
                fixture.fail(.list, .instead(FakeServer.Answer("[]", headers: link)))
                let refused = await failure {
                    try await forge.pullRequests(from: ForgeContract.branch, to: "main", in: .open)
                }
                #expect(refused?.code == .garbage)
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test func `Auto-merge of what is ready is an ordinary merge`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            var request = try ForgeContract.merge(made)
            request.time = .whenReady
            #expect(
                try await forge.merge(request) == .merged(CommitID(hex: try #require(fixture.state.tip("main")))))
        }
    }

    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
    @Test func `Both rate limits are known, whichever status they come with`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            func list() async -> ForgeFailure? {
                await failure {
                    try await forge.pullRequests(from: ForgeContract.branch, to: "main", in: .open)
                }
            }
            let secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            fixture.fail(.list, .instead(FakeServer.Answer(#"{"message":"\#(secondary)"}"#, status: 403)))
            let first = try #require(await list())
            #expect(first.code == .rateLimited(wait: .seconds(60)))
            #expect(first.message.contains("secondary rate limit"))

            fixture.clock.advance(by: .seconds(60))
            let reset = fixture.clock.now + .seconds(1200)
            let headers = [
                "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "\(reset.milliseconds / 1000)", "x-ratelimit-resource": "core",
            ]
            let body = #"{"message":"API rate limit exceeded for installation ID 7."}"#
            fixture.fail(.list, .instead(FakeServer.Answer(body, status: 403, headers: headers)))
            #expect(await list()?.code == .rateLimited(wait: .seconds(1200)))
            // An ordinary refusal is none.
            let other = try fixture.forge()
            fixture.fail(.list, .instead(FakeServer.Answer(#"{"message":"Resource not accessible"}"#, status: 403)))
            let refused = await failure {
                try await other.pullRequests(from: ForgeContract.branch, to: "main", in: .open)
            }
            #expect(refused?.code == .configuration)
        }
    }

    @Test func `A repository that has moved is said to have moved`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            let moved = FakeServer.Answer(
                #"{"message":"Moved Permanently"}"#, status: 301, headers: ["Location": "/repositories/1/pulls"])
            fixture.fail(.list, .instead(moved))
            let refused = try #require(
                await failure { try await forge.pullRequests(from: "x", to: "main", in: .open) })
            #expect(refused.code == .configuration)
            #expect(refused.hint?.contains("moved") == true)
        }
    }

    // https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql
    @Test func `Enterprise Server has its other API beside the first`() async throws {
        let pull = #"""
            {"number":1,"node_id":"PR_1","state":"open","title":"t","mergeable":true,"mergeable_state":"blocked",
            "head":{"ref":"b","sha":"","repo":{"full_name":"acme/config"}},
            "base":{"ref":"main","repo":{"full_name":"acme/config"}}}
            """#
        try await FakeServer.run { request in
            switch request.path {
            case "/api/v3/repos/acme/config/pulls/1": FakeServer.Answer(pull)
            case "/api/graphql":
                FakeServer.Answer(#"{"data":{"node":{"reviewDecision":"CHANGES_REQUESTED"}}}"#)
            default: FakeServer.Answer(#"{"message":"Not Found"}"#, status: 404)
            }
        } _: { server in
            var access = ForgeAccess(.gitHub, repository: "acme/config", identity: .token(Secret("a-token")))
            access.url = "\(server.url)/api/v3/"
            access.isLocal = true
            let readiness = try await access.forge().readiness(of: .init(1))
            #expect(readiness.condition == .blocked(["a reviewer has requested changes"]))
        }
    }

    @Test func `The next page of another host is not asked for`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            let headers = ["Link": #"<https://evil.example.com/steal>; rel="next""#]
            fixture.fail(.list, .instead(FakeServer.Answer("[]", headers: headers)))
            let refused = await failure { try await forge.pullRequests(from: "x", to: "main", in: .open) }
            #expect(refused?.code == .garbage)
            #expect(fixture.requests == 1)
        }
    }
}

/// An App's way to its tokens, by
/// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
/// and https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app.
@Suite("A GitHub App")
struct GitHubAppTests {
    /// GitHub's side of an App.
    private final class Service: Sendable {
        struct State {
            var minted = 0
            var asked: [JSON] = []
            var claims: [JSON] = []
            /// How often a token is not known yet, and with which status that is said.
            var refusals: [Int] = []
            var lists = 0
            /// GitHub's clock, in seconds since 1970.
            var now: Int
            /// What everything but minting is answered with.
            var instead: FakeServer.Answer?
        }

        let key: _RSA.Signing.PrivateKey
        let state: Mutex<State>
        let date: String

        init(now: Int = 1_800_000_000, date: String = "Fri, 15 Jan 2027 08:00:00 GMT") throws {
            key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            state = Mutex(State(now: now))
            self.date = date
        }

        func answer(_ request: FakeServer.Request) -> FakeServer.Answer {
            let isMinting = request.path == "/app/installations/7/access_tokens" && request.method == "POST"
            if isMinting || request.path == "/repos/acme/config/installation" {
                guard let claims = claims(of: request) else {
                    let body = #"{"message":"'Issued at' claim ('iat') must be in the past"}"#
                    return FakeServer.Answer(body, status: 401, headers: ["Date": date])
                }
                return state.withLock { state in
                    state.claims.append(claims)
                    guard isMinting else { return FakeServer.Answer(#"{"id":7}"#) }
                    state.minted += 1
                    state.asked.append(request.json)
                    let end = Timestamp(seconds: Double(state.now + 3600)).rfc3339
                    let body = #"""
                        {"token":"ghs_\#(state.minted)","expires_at":"\#(end)",
                        "permissions":{"contents":"write","pull_requests":"write","metadata":"read"}}
                        """#
                    return FakeServer.Answer(body, status: 201)
                }
            }
            return state.withLock { state in
                guard request.headers["authorization"] == "Bearer ghs_\(state.minted)" else {
                    return FakeServer.Answer(#"{"message":"Bad credentials"}"#, status: 401)
                }
                state.lists += 1
                if let instead = state.instead { return instead }
                if !state.refusals.isEmpty {
                    return FakeServer.Answer(#"{"message":"Not Found"}"#, status: state.refusals.removeFirst())
                }
                return FakeServer.Answer("[]")
            }
        }

        /// Of a token whose signature is right and whose time is now.
        private func claims(of request: FakeServer.Request) -> JSON? {
            let parts = (request.headers["authorization"] ?? "").dropFirst("Bearer ".count).split(separator: ".")
            let now = state.withLock { $0.now }
            guard parts.count == 3, let signature = Self.decoded(parts[2]), let text = Self.decoded(parts[1]),
                let head = Self.decoded(parts[0]), (try? JSON(parsing: Array(head)))?["alg"] == "RS256",
                key.publicKey.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: signature),
                    for: SHA256.hash(data: Array("\(parts[0]).\(parts[1])".utf8)), padding: .insecurePKCS1v1_5),
                let claims = try? JSON(parsing: Array(text)), let issued = claims["iat"]?.int,
                let end = claims["exp"]?.int, issued <= now, end > now, end <= now + 600
            else { return nil }
            return claims
        }

        private static func decoded(_ part: Substring) -> Data? {
            let text = part.replacing("-", with: "+").replacing("_", with: "/")
            return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4))
        }
    }

    private func access(_ service: Service, _ url: String) -> ForgeAccess {
        let key = GitHubAppKey(issuer: "Iv23li", privateKey: Secret(service.key.pkcs8PEMRepresentation))
        var access = ForgeAccess(.gitHub, repository: "acme/config", identity: .app(key))
        access.url = url
        access.isLocal = true
        return access
    }

    private func list(_ forge: any Forge) async -> ForgeFailure? {
        await failure { try await forge.pullRequests(from: "x", to: "main", in: .open) }
    }

    @Test func `A signed token buys one of the installation with the fewest rights, once`() async throws {
        let service = try Service()
        let clock = ManualClock()
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let forge = try access(service, server.url).forge(clock: clock.clock)
            #expect(await list(forge) == nil)
            #expect(await list(forge) == nil)
            let state = service.state.withLock { $0 }
            #expect(state.minted == 1)
            #expect(state.claims.first?["iss"]?.string == "Iv23li")
            #expect(state.claims.first?["iat"]?.int == 1_799_999_940)
            #expect(state.claims.first?["exp"]?.int == 1_800_000_480)
            #expect(
                state.asked == [
                    [
                        "repositories": ["config"],
                        "permissions": [
                            "contents": "write", "pull_requests": "write", "statuses": "write", "metadata": "read",
                        ],
                    ]
                ])
            #expect(state.lists == 2)
        }
    }

    @Test func `A token is renewed before its end`() async throws {
        let service = try Service()
        let clock = ManualClock()
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            var access = access(service, server.url)
            access.runDeadline = .seconds(7200)
            let forge = try access.forge(clock: clock.clock)
            #expect(await list(forge) == nil)
            clock.advance(by: .seconds(3545))
            // The signature is an hour off GitHub's clock here, which is how the second minting shows.
            #expect(await list(forge)?.message.contains("3545 s ahead of GitHub's") == true)
        }
    }

    // https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
    @Test func `Git shows the same token, which is minted once and known everywhere before`() async throws {
        let service = try Service()
        let clock = ManualClock()
        service.state.withLock { $0.refusals = [404, 401] }
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            var access = access(service, server.url)
            // All but spent: without a token there is no rollback either.
            (access.requests, access.reserve) = (10, 10)
            let session = try access.session(clock: clock.clock)
            let first = try #require(try await session.gitCredential())
            #expect(first.user == "x-access-token")
            #expect(first.token.revealed == "ghs_1")
            #expect(clock.pauses == [.seconds(1), .seconds(3)])
            let asked = service.state.withLock { $0.lists }
            #expect(try await session.gitCredential()?.token == first.token)
            let state = service.state.withLock { $0 }
            #expect(state.minted == 1)
            #expect(state.lists == asked)
            #expect("\(first)".contains("ghs_") == false)
        }
    }

    @Test func `What the API asks to wait for keeps Git waiting for no token`() async throws {
        let service = try Service()
        let clock = ManualClock()
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let session = try access(service, server.url).session(clock: clock.clock)
            _ = try await session.gitCredential()
            let limit = #"{"message":"You have exceeded a secondary rate limit"}"#
            service.state.withLock {
                $0.instead = FakeServer.Answer(limit, status: 403, headers: ["Retry-After": "7200"])
            }
            #expect(await list(session.forge)?.code == .rateLimited(wait: .seconds(7200)))
            // The token is at its end, and so is the time of the run.
            clock.advance(by: .seconds(3550))
            service.state.withLock { $0.now += 3550 }
            #expect(try await session.gitCredential()?.token.revealed == "ghs_2")
            #expect(await list(session.forge)?.message.contains("the time of this run for the forge is over") == true)
        }
    }

    @Test func `What an App was granted is what it may do`() async throws {
        let service = try Service()
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let session = try access(service, server.url).session(clock: ManualClock().clock)
            _ = try await session.gitCredential()
            let found = try await session.examiner.examine("main")
            #expect(found.rights[.push] == .yes && found.rights[.pullRequests] == .yes)
            #expect(found.rights[.statuses] == .no("the App has no right to write statuses"))
        }
    }

    @Test func `Another credential than an App's is none of Git's`() async throws {
        let access = ForgeAccess(.gitHub, repository: "acme/config", identity: .token(Secret("a-token")))
        #expect(try await access.session().gitCredential() == nil)
    }

    @Test(arguments: [[401], [404, 404], [401, 403, 404]])
    func `A new token that is not known everywhere yet is shown again`(refusals: [Int]) async throws {
        let service = try Service()
        let clock = ManualClock()
        service.state.withLock { $0.refusals = refusals }
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let forge = try access(service, server.url).forge(clock: clock.clock)
            #expect(await list(forge) == nil)
            #expect(clock.pauses == [Duration.seconds(1), .seconds(3), .seconds(10)].prefix(refusals.count).map { $0 })
            #expect(service.state.withLock { $0.minted } == 1)
            // Once it was taken, a refusal is one.
            service.state.withLock { $0.refusals = [404] }
            #expect(await list(forge)?.code == .notFound)
        }
    }

    @Test(arguments: [(600, "600 s behind"), (-900, "900 s ahead of")])
    func `A wrong clock is found by what GitHub says the time is`(skew: Int, words: String) async throws {
        let date = skew > 0 ? "Fri, 15 Jan 2027 08:10:00 GMT" : "Fri, 15 Jan 2027 07:45:00 GMT"
        let service = try Service(now: 1_800_000_000 + skew, date: date)
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let forge = try access(service, server.url).forge(clock: ManualClock().clock)
            let refused = try #require(await list(forge))
            #expect(refused.code == .configuration)
            #expect(refused.message.contains("the clock here is \(words) GitHub's, \(date)"))
            #expect(refused.hint == "set the clock")
        }
    }

    @Test func `Another key, and an App that is not installed, are mistakes`() async throws {
        let service = try Service()
        let other = try Service()
        try await FakeServer.run(answering: { service.answer($0) }) { server in
            let forge = try access(other, server.url).forge(clock: ManualClock().clock)
            let refused = try #require(await list(forge))
            #expect(refused.code == .configuration)
            #expect(refused.hint?.contains("private key") == true)
        }
        try await FakeServer.run(answering: { _ in FakeServer.Answer(#"{"message":"Not Found"}"#, status: 404) }) {
            server in
            let forge = try access(service, server.url).forge(clock: ManualClock().clock)
            let refused = try #require(await list(forge))
            #expect(refused.message.contains("is not installed"))
        }
        let key = GitHubAppKey(issuer: "Iv23li", privateKey: Secret("-----BEGIN"), installation: 7)
        let forge = try ForgeAccess(.gitHub, repository: "acme/config", identity: .app(key)).forge()
        #expect(await list(forge)?.message.contains("cannot be read") == true)
    }
}
