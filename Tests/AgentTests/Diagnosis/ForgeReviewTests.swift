import Agent
import Git
import Rollouts
import Support
import Testing

@Suite("Doctor: the forge, before the first release")
struct ForgeReviewTests {
    /// A forge that says what a test wants.
    private struct Stated: ForgeExaminer {
        var traits = ForgeTraits(name: "GitHub", place: "github.com/acme/config")
        var examination: Result<ForgeExamination, ForgeFailure>

        init(_ examination: ForgeExamination) { self.examination = .success(examination) }
        init(_ failure: ForgeFailure) { examination = .failure(failure) }

        func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination { try examination.get() }
    }

    private static let healthy = ForgeExamination(
        account: .known(ForgeUser("headgate-bot")),
        rights: Dictionary(uniqueKeysWithValues: ForgeExamination.Right.allCases.map { ($0, .yes) }),
        isProtected: .known(false), push: .yes, requirements: .known([]), autoMerge: .yes)

    private func lines(
        _ standing: ForgeStanding, in files: [String: String] = Bakery.files
    ) async throws -> [Examination] {
        let remote = try RemoteRepository(files: files)
        let cache = try TemporaryFolder()
        let settings = AgentSettings(
            branch: try #require(ReferenceName.branch("main")), isShadow: true, shipped: Bakery.shipped)
        let agent = Agent(
            settings: settings, repository: try Repository(mirroring: remote.remote, in: cache.path),
            ports: AgentPorts(
                cluster: { _ in BakeryCluster() },
                metrics: MetricSources { _ throws(MetricFailure) in CountingSource() }, now: { BakeryCluster.now }))
        let subjects: Set = ["forge", "forge rights", "protection", "way back"]
        return await Doctor(agent: agent, forge: standing).examine().filter { subjects.contains($0.subject) }
    }

    private func lines(
        isGitCredential: Bool = true, _ change: (inout ForgeExamination) -> Void
    ) async throws -> [Examination] {
        var examination = Self.healthy
        change(&examination)
        return try await lines(.known(Stated(examination), isGitCredential: isGitCredential))
    }

    private func line(_ subject: String, _ lines: [Examination]) throws -> Examination {
        try #require(lines.first { $0.subject == subject })
    }

    @Test func `a branch that takes the agent's commits has nothing to mend`() async throws {
        let found = try await lines { _ in }
        #expect(
            found.map(\.text) == [
                "✔ forge         github.com/acme/config, as headgate-bot",
                "✔ forge rights  may write: push, pull requests, commit statuses, labels",
                "✔ protection    main has no rules; a merge waits for nothing",
                "✔ way back      the agent may push to main: rollbacks are commits",
            ])
    }

    @Test func `where a push is refused, what becomes of a rollback is said with both ways out`() async throws {
        let found = try await lines { examination in
            examination.isProtected = .known(true)
            examination.push = .no("a pull request is required")
            examination.requirements = .known([.approvals(2), .owners, .statuses(["ci/test"])])
        }
        let back = try line("way back", found)
        #expect(back.state == .warning)
        #expect(back.message.contains("may not push to main: a pull request is required"))
        #expect(back.message.contains("Rollback, drain and finish will go by pull request with auto-merge"))
        #expect(back.message.contains("when 2 people approve, ci/test is successful, the owners of the files approve"))
        let hint = try #require(back.hint)
        #expect(hint.contains("bypass list") && hint.contains("CODEOWNERS"))
        #expect(hint.contains("check --commit-range") && hint.contains("--branch live"))
        #expect(try line("protection", found).state == .ok)
    }

    @Test func `where nobody merges by themselves either, it has to be mended`() async throws {
        let found = try await lines { examination in
            examination.push = .no("a pull request is required")
            examination.autoMerge = .no("\"Allow auto-merge\" is off in the repository's settings")
        }
        let back = try line("way back", found)
        #expect(back.state == .failed)
        #expect(back.message.contains("waits until a person merges it: \"Allow auto-merge\" is off"))
    }

    @Test func `what is not shown is a warning with the reason, and never taken for fine`() async throws {
        let found = try await lines { examination in
            examination.account = .hidden("the token may not read whose it is")
            examination.rights[.push] = .hidden("the scopes are not shown")
            examination.rights[.labels] = .hidden("the scopes are not shown")
            examination.isProtected = .hidden("the rules are not shown")
            examination.push = .hidden("the rules are not shown")
            examination.requirements = .hidden("the rules are not shown")
            examination.autoMerge = .hidden("not shown")
        }
        #expect(try line("forge", found).message.contains("as whom is not shown"))
        let rights = found.filter { $0.subject == "forge rights" }
        #expect(rights.map(\.state) == [.ok, .warning])
        #expect(rights.last?.message == "not shown: push, labels; the scopes are not shown")
        #expect(try line("protection", found).state == .warning)
        #expect(try line("way back", found).state == .warning)
        #expect(try line("way back", found).hint?.contains("--branch live") == true)
    }

    @Test func `a missing right is named with what it is for`() async throws {
        let found = try await lines { $0.rights[.statuses] = .no("the token has not the scope repo") }
        let wrong = found.filter { $0.state == .failed }
        #expect(wrong.map(\.message) == ["may not write: commit statuses; the token has not the scope repo"])
        #expect(wrong.first?.hint?.contains("docs/forges") == true)
    }

    @Test func `a forge without labels is not asked for any`() async throws {
        var stated = Stated(Self.healthy)
        stated.traits.hasLabels = false
        stated.examination = stated.examination.map { examination in
            var examination = examination
            examination.rights[.labels] = .no("no labels")
            return examination
        }
        #expect(try await lines(.known(stated, isGitCredential: true)).allSatisfy { $0.state == .ok })
    }

    @Test func `where Git pushes as somebody else, the line says of whom it speaks`() async throws {
        let fine = try await lines(isGitCredential: false) { _ in }
        #expect(try line("way back", fine).message.contains("Git pushes with another credential"))
        let refused = try await lines(isGitCredential: false) { $0.push = .no("a pull request is required") }
        let message = try line("way back", refused).message
        #expect(message.hasPrefix("the account of the forge's token may not push"))
        #expect(message.contains("unless Git's own credential"))
    }

    @Test func `a repository that is not shown is the one thing to mend`() async throws {
        let found = try await lines {
            $0.missing = ForgeFailure(.notFound, "GitHub answered 404", hint: "check repository and rights")
        }
        #expect(
            found.map(\.text) == [
                "✖ forge         github.com/acme/config is not found, as headgate-bot: GitHub answered 404\n"
                    + "  Hint: check repository and rights; and whether --forge-url is the root of the API, such as "
                    + "https://git.example.com/api/v1 of Gitea, /api/v4 of GitLab or /api/v3 of GitHub Enterprise Server"
            ])
    }

    @Test func `a server that does not speak https has a hint of its own`() async throws {
        let failure = ForgeFailure(.unavailable, "Gitea did not answer: OpenSSL SSL_connect: SSL_ERROR_SYSCALL")
        let found = try await lines(.known(Stated(failure), isGitCredential: true))
        #expect(found.first?.hint == "does the server speak https there? Check --forge-url and --forge-ca-file")
    }

    @Test func `a forge that does not answer does not keep the rest from being looked at`() async throws {
        let failure = ForgeFailure(.unavailable, "GitHub did not answer", hint: "try later")
        let found = try await lines(.known(Stated(failure), isGitCredential: true))
        #expect(found.map(\.text) == ["✖ forge         GitHub did not answer\n  Hint: try later"])
    }

    private static let asking = Bakery().changing(
        Bakery.rollout, "  plan: standard\n", to: "  plan: standard\n  delivery: {pullRequest: [start, promote]}\n"
    ).files

    @Test(arguments: [ForgeStanding.unknown, .uncredentialed("GitHub")])
    func `where a Rollout wants pull requests and nobody can be asked for them, it is named`(
        _ standing: ForgeStanding
    ) async throws {
        let found = try await lines(standing, in: Self.asking)
        #expect(found.map(\.state) == [.failed])
        #expect(found.first?.message.contains("start, promote of town/shop/bread") == true, "\(found.map(\.text))")
        #expect(found.first?.hint?.contains("HEADGATE_FORGE_TOKEN") == true)
    }

    @Test func `where a Promotion wants pull requests and there is no forge, it is named`() async throws {
        var files = Bakery.files
        files[".headgate/promotions/bread.yaml"] = """
            apiVersion: headgate.dev/v1alpha1
            kind: Promotion
            metadata: {name: bread}
            spec: {order: [village/shop/bread, town/shop/bread], delivery: pullRequest}

            """
        let found = try await lines(.unknown, in: files)
        #expect(found.first?.state == .failed)
        #expect(found.first?.message.contains("releases of promotion/bread") == true, "\(found.map(\.text))")
    }

    @Test func `a branch on which a merge waits for nothing approves nothing`() async throws {
        let standing = ForgeStanding.known(Stated(Self.healthy), isGitCredential: true)
        let line = try line("protection", try await lines(standing, in: Self.asking))
        #expect(line.state == .warning)
        #expect(line.message.contains("a merge waits for nothing, and by pull request go: start, promote of"))
    }

    @Test func `without a forge, or a credential for it, that is said`() async throws {
        #expect(try await lines(.unknown).map(\.state) == [.ok])
        let found = try await lines(.uncredentialed("GitHub"))
        #expect(found.map(\.state) == [.warning])
        #expect(found.first?.hint?.contains("HEADGATE_FORGE_TOKEN") == true)
    }
}
