import Agent
import Git
import Rollouts
import Support
import Testing

/// What a job on the branch finds in commits that carry the agent's name, and in those that do not.
@Suite("Audits of commits")
struct AuditTests {
    private static let canary = World.manifest("deployment-canary")
    private static let route = World.manifest("httproute")

    // MARK: What the agent makes

    @Test func `nothing is found in releases that went well, came back, were reverted, merged and removed`()
        async throws
    {
        let world = try await World.midway("finish finish")
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "rollback rest")
        world.metrics.setErrors(0, of: "checkout-canary")
        try world.state("ghcr.io/acme/checkout:v2.6.0", over: World.v3)
        try await world.run(until: "advance weight-50")
        try world.revert(["main"])
        _ = try await world.settle()
        try world.revert(["main"])
        try await world.run(until: "finish finish")
        try world.repository.work { git in
            try git("checkout", "--quiet", "-b", "side", "HEAD~2")
            try git("commit", "--quiet", "--allow-empty", "--message", "Side")
            try git("checkout", "--quiet", "--detach", "origin/main")
            try git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
        }
        try world.put([World.rollout(): nil], "Retire")
        _ = try await world.settle()
        try world.repository.pull()
        #expect(try world.repository.file(World.state()) == nil)
        #expect(try await world.audit() == [])
        let report = try await RangeAudit(
            in: try Repository(reading: world.repository.folder["person"]), shipped: Bakery.shipped
        ).report(on: "HEAD~3..HEAD")
        #expect(report.agents >= 1)
        #expect(report.findings.isEmpty)
    }

    @Test func `counts of pods, pairs under autoscalers, and a Rollout that is stated anew`() async throws {
        let counts = try ReplicasTests.world { $0[World.rollout()]?.append("  restoreRelease: true\n") }
        try await counts.run(until: "adopt finish")
        try counts.state(World.v2)
        try await counts.run(until: "settle weight-10")
        counts.metrics.setErrors(0.3, of: "checkout-canary", since: counts.now)
        try await counts.run(until: "rollback rest")
        _ = try await counts.settle()
        try counts.repository.pull()
        #expect(try await counts.audit() == [])
        let pairs = try World(["catalog"])
        try await pairs.run(until: "adopt finish", of: "catalog")
        try pairs.edit(World.rollout("catalog"), ["v1.17.2": "v1.18.0"])
        try await pairs.run(until: "finish finish", of: "catalog")
        try pairs.repository.pull()
        #expect(try await pairs.audit() == [])
    }

    // MARK: A stolen key

    struct Forgery: Sendable, CustomTestStringConvertible {
        let name: String
        var at = "advance weight-10"
        let edits: [(file: String, old: String, new: String)]
        /// What is found, each at least in part.
        let findings: [String]
        var testDescription: String { name }
    }

    private static func digest(of image: String) -> String { "\(Release(values: ["image.app": image]).digest)" }

    static let forgeries = [
        Forgery(
            name: "a file that is nobody's", edits: [("README.md", "", "mine")],
            findings: ["it changes README.md, which is no manifest of production/shop/checkout"]),
        Forgery(
            name: "the Rollout", edits: [(World.rollout(), "plan: quick", "analysis: none")],
            findings: ["it changes \(World.rollout()), which is no manifest of production/shop/checkout"]),
        Forgery(
            name: "another image in the canary", edits: [(canary, World.v2, "ghcr.io/evil/checkout:v2.4.1")],
            findings: ["\(canary):28 spec.template.spec.containers.[name=app].image is ghcr.io/evil/checkout:v2.4.1"]),
        Forgery(
            name: "a container beside the release", at: "start start",
            edits: [
                (canary, "      containers:\n", "      containers:\n      - {name: miner, image: \"evil/miner:v1\"}\n")
            ],
            findings: ["spec.template.spec.containers.[name=miner] is"]),
        Forgery(
            name: "more traffic than the state says",
            edits: [(route, "weight: 10\n", "weight: 60\n"), (route, "weight: 90\n", "weight: 40\n")],
            findings: ["weight is 60, the agent writes 10", "weight is 40, the agent writes 90"].reversed()),
        Forgery(
            name: "a weight that is missing", edits: [(route, "      weight: 10\n", "")],
            findings: ["weight is gone, the agent writes 10"]),
        Forgery(
            name: "more traffic than the plan gives",
            edits: [
                (route, "weight: 10\n", "weight: 60\n"), (route, "weight: 90\n", "weight: 40\n"),
                (World.state(), "weight: 10, max: 10", "weight: 60, max: 60"),
            ],
            findings: [
                "\(World.state()):18 stage.weight is 60, the agent writes 10", "weight is 40, the agent writes 90",
            ]),
        Forgery(
            name: "a serial that leaves some out", edits: [(World.state(), "serial: 3", "serial: 5")],
            findings: ["its serial is 5, and the branch has had 2"]),
        Forgery(
            name: "a release that nobody states", at: "start start",
            edits: [
                (World.state(), "image.app\": \"\(World.v2)", "image.app\": \"\(World.v3)"),
                (World.state(), digest(of: World.v2), digest(of: World.v3)), (canary, World.v2, World.v3),
            ],
            findings: [
                "release.values.image\\.app is \(World.v3), the agent writes \(World.v2)",
                "image is \(World.v3), the agent writes \(World.v2)",
            ]),
        Forgery(
            name: "values without their digest", at: "start start",
            edits: [(World.state(), "image.app\": \"\(World.v2)", "image.app\": \"\(World.v3)")],
            findings: ["its state cannot be read: \(World.state()): the digest of release is not that of its values"]),
        Forgery(
            name: "another release to go back to", at: "start start",
            edits: [
                (World.state(), "image.app\": \"\(World.v1)", "image.app\": \"ghcr.io/evil/checkout:v2.4.0"),
                (World.state(), digest(of: World.v1), digest(of: "ghcr.io/evil/checkout:v2.4.0")),
            ], findings: ["previous.values.image\\.app is ghcr.io/evil/checkout:v2.4.0, the agent writes \(World.v1)"]),
        Forgery(
            name: "another way back", edits: [(World.state(), "value: \"100\"", "value: \"0\"")],
            findings: ["restore.3.value is 0, the agent writes 100"]),
        Forgery(
            name: "a stage that is left out",
            edits: [
                (World.state(), "weight-10", "weight-50"),
                (World.state(), "weight: 10, max: 10", "weight: 50, max: 50"),
            ],
            findings: [
                "Headgate-Stage", "the agent does not commit advance weight-50 here: it commits advance weight-10",
            ]),
        Forgery(
            name: "stable's new release under a weight's name",
            edits: [
                (World.state(), "action: advance", "action: promote"),
                (World.manifest("deployment"), World.v1, World.v2),
            ], findings: ["the agent does not commit promote weight-10 here"]),
        Forgery(
            name: "all of the traffic under the name of stable's release", at: "advance weight-50",
            edits: [
                (World.state(), "stage: weight-50}", "stage: promote}"),
                (World.state(), "key: weight-50", "key: promote"),
                (World.state(), "kind: weight", "kind: promote"),
                (World.state(), "weight: 50, max: 50", "weight: 100, max: 100"),
                (route, "weight: 50\n", "weight: 100\n"),
            ], findings: ["the agent does not commit advance promote here"]),
        Forgery(
            name: "a resume that goes on",
            edits: [
                (World.state(), "action: advance, stage: weight-10", "action: resume, stage: promote"),
                (World.state(), "key: weight-10, kind: weight", "key: promote, kind: promote"),
            ], findings: ["the agent does not commit resume promote here"]),
        Forgery(
            name: "more pods than the release needs", at: "start start",
            edits: [
                (World.state(), "capacity: 1", "capacity: 500"), (World.state(), "replicas: 4", "replicas: 1000"),
                (canary, "replicas: 1", "replicas: 500"),
            ], findings: ["base.replicas is 1000, the agent writes", "spec.replicas is 500, the agent writes 1"]),
        Forgery(
            name: "a time that is not over", at: "advance weight-50",
            edits: [(World.state(), "served: \"20", "served: \"21")],
            findings: ["release.served is later than the commit"]),
    ]

    @Test("each thing that the agent would not have done is found, with its place", arguments: forgeries)
    func forged(_ forgery: Forgery) async throws {
        let world = try await World.midway(forgery.at)
        try world.repository.pull()
        for edit in forgery.edits {
            guard !edit.old.isEmpty else {
                try world.repository.folder.write("person/" + edit.file, edit.new)
                continue
            }
            try World.replace(edit.old, with: edit.new, in: edit.file, world.repository.folder)
        }
        let git = world.repository.person.by("Headgate")
        try git("add", "--all")
        try git("commit", "--quiet", "--amend", "--no-edit")
        let found = try await world.audit("HEAD~1..HEAD")
        for finding in forgery.findings { #expect(found.contains { $0.contains(finding) }, "\(found)") }
        // The same by somebody of another name is looked at for its state alone.
        try world.repository.person("commit", "--quiet", "--amend", "--no-edit", "--reset-author")
        #expect(
            try await world.audit("HEAD~1..HEAD") == ["\(World.state()) is written by somebody else than the agent"])
        #expect(
            try await world.audit("HEAD~1..HEAD", bot: BotIdentity("ALICE@example.com")).contains {
                $0.contains(forgery.findings[0])
            })
    }

    @Test func `the message has to say what the state says`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.repository.pull()
        let git = world.repository.person.by("Headgate")
        let message = try git("log", "-1", "--format=%B")
        for (old, new, finding) in [
            (
                "Headgate-Action: advance", "Headgate-Action: drain",
                "its message says Headgate-Action: drain, and its state says advance"
            ),
            (
                "Headgate-Rollout: production/shop/checkout\n", "",
                "its message has no Headgate-Rollout, and its state says production/shop/checkout"
            ),
        ] {
            try git(
                "commit", "--quiet", "--amend", "--reset-author", "--message", message.replacing(old, with: new))
            #expect(try await world.audit("HEAD~1..HEAD") == [finding])
        }
    }

    @Test func `a stage that waits for a person is not left without a word, nor is one that is held`() async throws {
        let world = try await World.midway("adopt finish") { files in
            files[World.rollout()]?.replace(
                "plan: quick", with: "steps: [{setWeight: 10}, {pause: {}}, {setWeight: 50}]\n  analysis: none")
        }
        try await world.run(until: "advance weight-10")
        let waiting = try world.repository.tip()
        let key = try world.releaseKey()
        try world.steer("approve: \(key)/weight-10")
        try await world.run(until: "advance weight-50")
        let next = try world.repository.tip()
        try world.repository.pull()
        #expect(try await world.audit() == [])
        let person = world.repository.person
        try person("checkout", "--quiet", "-B", "forged", waiting)
        try person("cherry-pick", next)
        #expect(
            try await world.audit("HEAD~1..HEAD", bot: BotIdentity())
                == [
                    "the agent does not commit advance weight-50 here: Waiting: for approve: \(key)/weight-10"
                ])
        try person("checkout", "--quiet", "-B", "held", next + "~1")
        try World.replace("steer: {", with: "steer: {hold: wait, ", in: World.rollout(), world.repository.folder)
        try person("commit", "--quiet", "--all", "--message", "Hold")
        try person("cherry-pick", next)
        #expect(
            try await world.audit("HEAD~1..HEAD") == ["the agent does not commit advance weight-50 here: Held: wait"])
    }

    @Test func `stages that follow one another faster than their pauses, and in a shadow, are not the agent's`()
        async throws
    {
        let world = try await World.midway("advance weight-50")
        try world.repository.pull()
        let person = world.repository.person
        let stage = try person("rev-parse", "HEAD")
        #expect(try await world.audit("HEAD~1..HEAD") == [])
        let early = try person("log", "-1", "--format=%at", "HEAD~1")
        let git = person.by("Headgate", at: try #require(Int64(early)) + 3)
        try git("commit", "--quiet", "--amend", "--no-edit", "--reset-author")
        let found = try await world.audit("HEAD~1..HEAD")
        #expect(found.contains { $0.hasPrefix("the agent does not commit advance weight-50 here: Waiting: until ") })
        try person("checkout", "--quiet", "-B", "shadow", "\(stage)~1")
        try World.replace(
            "plan: quick", with: "plan: quick\n  mode: shadow", in: World.rollout(), world.repository.folder)
        try person("commit", "--quiet", "--all", "--message", "Look only")
        try person("cherry-pick", stage)
        #expect(
            try await world.audit("HEAD~1..HEAD")
                == ["it is made where the agent only reports what it would do (mode: shadow)"])
    }

    @Test func `a merge that takes a side which nobody has changed is found`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.repository.pull()
        let git = world.repository.person.by("Headgate")
        let old = try git("rev-parse", "HEAD~1")
        try git("checkout", "--quiet", "-B", "merge", "HEAD")
        try git("checkout", "--quiet", old, "--", World.manifest("httproute"))
        let tree = try git("write-tree")
        let merge = try git("commit-tree", tree, "-p", "HEAD", "-p", old, "-m", "Merge")
        try git("reset", "--quiet", "--hard", merge)
        #expect(
            try await world.audit("HEAD^1..HEAD")
                == ["the merge writes \(World.manifest("httproute")) otherwise than its parents"])
    }

    @Test func `a release that a label takes back is the agent's way`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50", "pullRequest: [weight-50]") { files in
            files[World.rollout()]?.append("  onFailure: hold\n")
        }
        forge.label(request.number, "headgate/rollback")
        try await world.run(until: "rollback rest")
        try world.repository.pull()
        #expect(try await world.audit() == [])
    }

    @Test func `commits without a state, merges with more in them, and a beginning are not the agent's`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.repository.pull()
        let git = world.repository.person.by("Headgate")
        try git("commit", "--quiet", "--allow-empty", "--message", "Nothing")
        #expect(try await world.audit("HEAD~1..HEAD") == ["it changes nothing, and the agent never commits nothing"])
        try git("reset", "--quiet", "--hard", "HEAD~1")
        try world.repository.folder.write("person/README.md", "mine\n")
        try git("add", "--all")
        try git("commit", "--quiet", "--message", "Tidy up")
        #expect(
            try await world.audit("HEAD~1..HEAD")
                == ["it changes no state, and the agent never commits anything without: README.md"])
        try git("checkout", "--quiet", "-b", "side", "HEAD~1")
        try git("commit", "--quiet", "--allow-empty", "--message", "Side")
        try git("merge", "--quiet", "--no-commit", "--no-ff", "origin/main~1")
        try git("checkout", "--quiet", "-B", "evil", "origin/main")
        try git.by("Alice")("commit", "--quiet", "--allow-empty", "--message", "Other")
        try git("merge", "--quiet", "--no-ff", "--no-commit", "side")
        try world.repository.folder.write("person/more.yaml", "a: 1\n")
        try git("add", "--all")
        try git("commit", "--quiet", "--message", "Merge")
        #expect(
            try await world.audit("HEAD^1..HEAD").contains("the merge writes more.yaml otherwise than its parents"))
        try git("checkout", "--quiet", "--orphan", "new")
        try git("commit", "--quiet", "--message", "New")
        let zeros = String(repeating: "0", count: 40)
        #expect(try await world.audit("\(zeros)..HEAD") == ["it begins the history, which the agent never does"])
    }

    @Test func `a branch that was rewritten is found, and what is no range is refused`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.repository.pull()
        let tip = try world.repository.tip()
        try world.repository.person("reset", "--quiet", "--hard", "HEAD~1")
        #expect(
            try await world.audit("\(tip)..HEAD")
                == ["the branch was rewritten: \(tip.prefix(9)) is not in its history any more"])
        for range in ["main", "HEAD...HEAD~1", "nowhere..HEAD", "-x..HEAD", "..HEAD"] {
            await #expect(throws: RevisionRefusal.self, "\(range)") { _ = try await world.audit(range) }
        }
    }
}
