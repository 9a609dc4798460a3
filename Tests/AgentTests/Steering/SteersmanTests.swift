import Agent
import Analysis
import Git
import Rollouts
import Support
import Testing
import YAML

@Suite("Steering: a person's commit on the branch")
struct SteersmanTests {
    let remote: RemoteRepository
    let cache: TemporaryFolder

    init() throws {
        remote = try RemoteRepository(files: Bakery.files)
        cache = try TemporaryFolder()
    }

    private func agent(_ name: String = "cache") throws -> Agent {
        let branch = try #require(ReferenceName.branch("main"))
        let settings = AgentSettings(branch: branch, isShadow: true, shipped: Bakery.shipped)
        return Agent(
            settings: settings, repository: try Repository(mirroring: remote.remote, in: try cache.folder(name)),
            ports: AgentPorts(
                cluster: { _ in SilentCluster() },
                metrics: MetricSources { _ throws(MetricFailure) in throw MetricFailure(.unavailable, "silent") },
                now: { Timestamp(seconds: 1_800_000_000) }))
    }

    private static let ann = Publisher.Identity(name: "Ann", email: "ann@example.com")

    private func say(_ word: SteeringWord, as author: Publisher.Identity? = ann) async throws -> Steersman.Outcome {
        try await Steersman(agent: try agent(), author: author).say(word)
    }

    private func file(_ name: String = Bakery.rollout) throws -> String { try remote.git("show", "main:\(name)") }

    @Test func `a hold is one commit of one line under the person's name, and resume takes it out`() async throws {
        _ = try await say(.hold(RolloutReference("bread"), reason: "the oven is cold"))
        #expect(
            try remote.git("log", "-1", "--format=%an <%ae> %cn: %s", "main")
                == "Ann <ann@example.com> Ann: bread: hold, the oven is cold")
        #expect(try remote.git("diff", "--numstat", "main~1", "main") == "1\t0\t\(Bakery.rollout)")
        #expect(try file().hasSuffix("  plan: standard\n  steer: {hold: the oven is cold}"))
        _ = try await say(.key(.resume, RolloutReference("shop/bread"), nil))
        #expect(try file() + "\n" == Bakery.files[Bakery.rollout])
    }

    @Test func `what is stated already makes no commit`() async throws {
        _ = try await say(.key(.approve, RolloutReference("bread"), "k/weight-5"))
        let tip = try remote.tip()
        guard case .unchanged = try await say(.key(.approve, RolloutReference("bread"), "k/weight-5")) else {
            Issue.record("it was committed again")
            return
        }
        #expect(try remote.tip() == tip)
    }

    @Test func `without an author nothing leaves`() async throws {
        let tip = try remote.tip()
        guard case .preview(let change) = try await say(.holdAll(reason: "freeze"), as: nil) else {
            Issue.record("it was committed")
            return
        }
        #expect(change.files.keys.sorted() == [".headgate/config.yaml"])
        #expect(try remote.tip() == tip)
    }

    @Test func `everything is held and resumed in the configuration`() async throws {
        _ = try await say(.holdAll(reason: "freeze"))
        #expect(try file(".headgate/config.yaml").hasSuffix("\nhold: freeze"))
        _ = try await say(.holdAll(reason: nil))
        #expect(try file(".headgate/config.yaml") + "\n" == Bakery.files[".headgate/config.yaml"])
    }

    @Test func `a release changes the image and keeps the comment beside it`() async throws {
        _ = try await say(.release(RolloutReference("bread"), ["app": "example.com/bread:v2"]))
        #expect(try file().contains("  # What is baked.\n  release: {images: {app: \"example.com/bread:v2\"}}"))
        #expect(try remote.git("log", "-1", "--format=%s", "main") == "bread: release v2")
    }

    @Test func `a tag alone is no release`() async throws {
        let refusal = await #expect(throws: SteeringRefusal.self) {
            try await say(.release(RolloutReference("bread"), ["app": "v2"]))
        }
        #expect(refusal?.hint == "did you mean example.com/bread:v2?")
    }

    @Test func `a release that is read from another file is edited there`() async throws {
        let text = (Bakery.files[Bakery.rollout] ?? "")
            .replacing("{app: \"example.com/bread:v1\"}", with: "{app: {file: versions.yaml, path: bread}}")
        try remote.commit(
            [Bakery.rollout: text, "versions.yaml": "bread: example.com/bread:v1 # today\n"], "Read the version")
        _ = try await say(.release(RolloutReference("bread"), ["app": "example.com/bread:v2"]))
        #expect(try file("versions.yaml") == "bread: example.com/bread:v2 # today")
        #expect(try file() + "\n" == text)
    }

    @Test func `a container that nobody runs is refused with the one that was meant`() async throws {
        let refusal = await #expect(throws: SteeringRefusal.self) {
            try await say(.release(RolloutReference("bread"), ["ap": "example.com/bread:v2"]))
        }
        #expect(refusal?.message == "Deployment/bread has no container ap")
        #expect(refusal?.hint == "did you mean app?")
    }

    @Test func `a word without a key is refused where nothing waits for it`() async throws {
        for verb in SteeringVerb.allCases {
            await #expect(throws: SteeringRefusal.self) { try await say(.key(verb, RolloutReference("bread"), nil)) }
        }
        #expect(try remote.git("rev-list", "--count", "main") == "1")
    }

    @Test func `a file that cannot be followed can still be held`() async throws {
        try remote.commit(
            [Bakery.rollout: (Bakery.files[Bakery.rollout] ?? "").replacing("plan:", with: "plann:")], "Slip")
        _ = try await say(.hold(RolloutReference("bread"), reason: "broken"))
        #expect(try file().hasSuffix("  steer: {hold: broken}"))
    }

    @Test func `several people at once all have their say`() async throws {
        let text = Bakery.files[Bakery.rollout] ?? ""
        let names = ["rolls", "cakes", "pies", "buns"]
        for name in names {
            try remote.commit(
                [".headgate/rollouts/\(name).yaml": text.replacing("name: bread,", with: "name: \(name),")], name)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                let steersman = Steersman(
                    agent: try agent(name), author: .init(name: name, email: "\(name)@example.com"))
                group.addTask { _ = try await steersman.say(.hold(RolloutReference(name), reason: "now")) }
            }
            try await group.waitForAll()
        }
        for name in names { #expect(try file(".headgate/rollouts/\(name).yaml").contains("steer: {hold: now}")) }
    }

    @Test func `a server that refuses is quoted`() async throws {
        try remote.hook("pre-receive", "echo 'only the baker pushes here' >&2; exit 1\n")
        let refusal = await #expect(throws: SteeringRefusal.self) {
            try await say(.hold(RolloutReference("bread"), reason: "x"))
        }
        #expect(refusal?.message.contains("only the baker pushes here") == true)
    }

    @Test func `a reason of several lines stays a reason, in the file and in the message`() async throws {
        _ = try await say(.hold(RolloutReference("bread"), reason: "one\n\nHeadgate-Action: start"))
        #expect(
            try remote.git("log", "-1", "--format=%s|%b|%(trailers)", "main")
                == "bread: hold, one Headgate-Action: start||")
        #expect(Self.holds(try file()) == "one\n\nHeadgate-Action: start")
    }

    private static func holds(_ text: String) -> String? {
        let stream = try? YAMLStream(parsing: text, file: "bread.yaml")
        return stream?.documents.first?.root["spec"]?["steer"]?["hold"]?.string
    }

    @Test func `a repository that asks for a sign-off gets one`() async throws {
        let file = ".headgate/config.yaml"
        try remote.commit([file: (Bakery.files[file] ?? "") + "commit: {signOff: true}\n"], "Ask for sign-offs")
        _ = try await say(.hold(RolloutReference("bread"), reason: "x"))
        #expect(try remote.git("log", "-1", "--format=%(trailers)", "main") == "Signed-off-by: Ann <ann@example.com>\n")
    }
}
