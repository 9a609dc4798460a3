import Foundation
import Support
import Synchronization
import Testing

@Suite("The forge is stated by flags and the environment")
struct ForgeFlagTests {
    private let desk: Desk
    private let secret = "very-secret-token-1234"

    init() throws { desk = try Desk.sample() }

    private func run(
        _ words: [String], _ environment: [String: String] = [:], cache: Bool = true
    ) throws -> Program.Outcome {
        var all = GitCommand.hermetic.merging(environment) { _, new in new }
        all["HOME"] = desk.folder.path
        let place = ["--repo", desk.repository.path] + (cache ? ["--cache", desk.folder["cache"]] : [])
        return try Program.run(
            Desk.program("headgate"), words + place, in: desk.folder.path, environment: all)
    }

    @Test("without a forge everything is as before, and a credential alone breaks nothing but says so")
    func none() throws {
        #expect(try run(["status", "--offline"]).status == 0)
        let outcome = try run(["status", "--offline"], ["HEADGATE_FORGE_TOKEN": secret])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("a token of the forge is given, but not which forge it is for"))
        #expect(!outcome.errors.contains(secret))
    }

    @Test(
        "a mistake is said before anything is asked, with a hint",
        arguments: [
            (["--forge", "githb"], "\"githb\" is no forge"),
            (["--forge", "gitea"], "the URL of Gitea is not known"),
            (["--forge", "gitea", "--forge-url", "http://git.example.com/api/v1"], "is not https"),
            (
                ["--forge", "gitlab", "--forge-url", "https://git.example.com/api/v4"],
                "which repository of GitLab it is cannot be told from --repo"
            ),
            (
                [
                    "--forge", "github", "--forge-url", "https://git.example.com/api/v3", "--forge-repository", "a/b",
                    "--forge-app", "Iv23li",
                ], "are both given"
            ),
        ])
    func mistakes(flags: [String], words: String) throws {
        for command in ["status", "run", "doctor"] {
            let outcome = try run([command] + flags, ["HEADGATE_FORGE_TOKEN": secret])
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.errors.contains("Hint: "))
            #expect(!outcome.errors.contains(secret))
        }
    }

    @Test("a token in a file and the other words in the environment are taken, and doctor asks the forge with them")
    func doctor() throws {
        try desk.folder.write("token", "\(secret)\n")
        let words = ["doctor", "--deadline", "2s", "--forge-token-file", desk.folder["token"]]
        let port = try freePort()
        let outcome = try run(
            words,
            [
                "HEADGATE_FORGE": "gitea", "HEADGATE_FORGE_URL": "http://127.0.0.1:\(port)/api/v1",
                "HEADGATE_FORGE_REPOSITORY": "acme/config",
            ])
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("✖ forge         Gitea did not answer"), "\(outcome.output)")
        #expect(!(outcome.output + outcome.errors).contains(secret))
        // The rest is looked at all the same.
        #expect(outcome.output.contains("✔ push"))

        try desk.folder.write("token", "\n")
        let empty = try run(words, ["HEADGATE_FORGE": "gitea"])
        #expect(empty.errors.contains("token is empty"), "\(empty.errors)")
    }

    @Test("doctor says what it finds at the forge, line for line")
    func examined() async throws {
        let answers = [
            "/api/v1/repos/acme/config":
                #"{"archived":false,"has_pull_requests":true,"permissions":{"admin":false,"push":true,"pull":true}}"#,
            "/api/v1/user": #"{"login":"headgate-bot"}"#,
            "/api/v1/repos/acme/config/branches/main":
                #"""
            {"protected":true,"required_approvals":1,"enable_status_check":false,"user_can_push":false,
            "user_can_merge":true,"effective_branch_protection_name":"main"}
            """#,
        ]
        try await FakeServer.run { request in
            guard request.headers["authorization"] == "token \(secret)" else {
                return FakeServer.Answer(#"{"message":"who are you"}"#, status: 401)
            }
            return answers[request.path].map { FakeServer.Answer($0) }
                ?? FakeServer.Answer(#"{"message":"not for you"}"#, status: 403)
        } _: { server in
            let outcome = try await Self.elsewhere {
                try run(
                    [
                        "doctor", "--forge", "gitea", "--forge-url", "\(server.url)/api/v1", "--forge-repository",
                        "acme/config",
                    ], ["HEADGATE_FORGE_TOKEN": secret])
            }
            let lines = outcome.output
            #expect(lines.contains("acme/config, as headgate-bot"), "\(lines)")
            #expect(lines.contains("! forge rights  not shown: push, commit statuses"))
            #expect(lines.contains("✔ protection    main has rules; a merge waits until 1 person approves"))
            #expect(lines.contains("! way back"))
            #expect(lines.contains("Rollback, drain and finish will go by pull request"))
            #expect(lines.contains("--branch live"))
            #expect(!(lines + outcome.errors).contains(secret))
        }
    }

    @Test("check writes what follows into the one comment of a pull request")
    func comment() async throws {
        try GitCommand(in: desk.folder.path)("clone", "--quiet", desk.repository.path, "clone")
        let sent = Mutex<[String]>([])
        try await FakeServer.run { request in
            guard request.headers["authorization"] == "token \(secret)" else {
                return FakeServer.Answer(#"{"message":"who are you"}"#, status: 401)
            }
            guard request.path == "/api/v1/repos/acme/config/issues/7/comments" else {
                return FakeServer.Answer(#"{"message":"not here"}"#, status: 404)
            }
            guard request.method == "POST" else { return FakeServer.Answer("[]") }
            sent.withLock { $0.append(request.body) }
            return FakeServer.Answer(#"{"id":1}"#, status: 201)
        } _: { server in
            func check(_ number: String) async throws -> Program.Outcome {
                try await Self.elsewhere {
                    try run(
                        [
                            "check", desk.folder["clone"], "--changed-from", "main", "--comment", number, "--forge",
                            "gitea", "--forge-url", "\(server.url)/api/v1", "--forge-repository", "acme/config",
                        ], ["HEADGATE_FORGE_TOKEN": secret], cache: false)
                }
            }
            let outcome = try await check("7")
            #expect(outcome.status == 0, "\(outcome.transcript)")
            #expect(sent.withLock { $0.count } == 1)
            #expect(sent.withLock { $0.first?.contains("headgate: check -->") } == true)
            let missing = try await check("8")
            #expect(missing.status == 1 && missing.errors.contains("not here"), "\(missing.transcript)")
        }
    }

    @Test("a GitHub App alone is enough: its token is minted once, and Git fetches and pushes with it over https")
    func app() async throws {
        let key = desk.folder["app.pem"]
        let made = try Program.run("openssl", ["genrsa", "-out", key, "2048"])
        try #require(made.status == 0, "\(made.errors)")
        let password = "correct-horse"
        let minted = Mutex(0)
        try desk.repository.git("config", "http.receivepack", "true")
        try await FakeServer.run { request in
            switch (request.method, request.path) {
            case ("GET", "/api/v3/repos/private/remote/installation"): return FakeServer.Answer(#"{"id":7}"#)
            case ("POST", "/api/v3/app/installations/7/access_tokens"):
                minted.withLock { $0 += 1 }
                let end = "2099-01-01T00:00:00Z"
                return FakeServer.Answer(#"{"token":"\#(password)","expires_at":"\#(end)"}"#, status: 201)
            case ("GET", "/api/v3/repos/private/remote"):
                let isKnown = request.headers["authorization"] == "Bearer \(password)"
                return FakeServer.Answer("{}", status: isKnown ? 200 : 401)
            default: return FakeServer.Answer(#"{"message":"Not Found"}"#, status: 404)
            }
        } _: { fake in
            let server = try await HTTPSGitServer(serving: desk.repository.folder.path, api: fake.url)
            let outcome = try await Self.elsewhere { [desk] in
                try Program.run(
                    Desk.program("headgate"),
                    [
                        "run", "--repo", "\(server.url)/private/remote.git", "--cache", desk.folder["cache-app"],
                        "--ca-file", server.authority.certificate, "--forge", "github", "--forge-app", "Iv23li",
                        "--forge-app-key", key,
                    ], in: desk.folder.path, environment: GitCommand.hermetic.merging(["HOME": desk.folder.path]) { $1 }
                )
            }
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains(password))
            #expect(try desk.repository.git("log", "-1", "--format=%an", "main") == "Headgate")
            #expect(minted.withLock { $0 } == 1)
            // Without it Git has nothing to show.
            let other = try await Self.elsewhere { [desk] in
                try Program.run(
                    Desk.program("headgate"),
                    [
                        "run", "--repo", "\(server.url)/private/remote.git", "--cache", desk.folder["cache-none"],
                        "--ca-file", server.authority.certificate,
                    ], in: desk.folder.path, environment: GitCommand.hermetic.merging(["HOME": desk.folder.path]) { $1 }
                )
            }
            #expect(other.status == 1)
        }
    }

    /// Waits for a program on a thread of its own, so that the server beside it can answer.
    private static func elsewhere<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }
}
