import Agent
import Foundation
import Git
import Manifests
import Rollouts
import Support
import Testing

/// What a proposed change is told beside the commits that follow it.
@Suite("Changes that people propose")
struct ChangeTests {
    private static let deployment = World.manifest("deployment")
    private static let state = World.state()

    // MARK: Past the release

    @Test func `an edit of stable's pods reaches everybody at merge, with its place and both values`() async throws {
        let world = try await World.adopted()
        let review = try await world.review(editing: [(Self.deployment, World.v1, World.v3)])
        let change = try #require(review.rollout())
        #expect(change.parts == [.manifests])
        #expect(
            change.places == [
                "stable \(Self.deployment):28 spec.template.spec.containers.[name=app].image \(World.v1) → \(World.v3)"
            ])
        // The Rollout still states the other one.
        guard case .held(.notAsStated)? = change.quickest?.end else { throw Program.Failure(description: "\(change)") }
        // Only the agent writes it, so the change fails.
        #expect(
            review.lines == [
                "\(Self.deployment):28:1: error: only the agent writes spec.template.spec.containers.[name=app].image"
                    + " of Deployment/checkout: an edit by hand holds production/shop/checkout"
            ])
        #expect(review.findings.first?.diagnostic.hint?.contains("a release is stated in the Rollout") == true)
    }

    @Test func `a field of the pod template, a Service, a weight, a count and the canary are told apart`() async throws
    {
        let world = try await World.adopted()
        let review = try await world.review(editing: [
            (Self.deployment, "replicas: 4", "replicas: 6"),
            (Self.deployment, "        image:", "        workingDir: /srv\n        image:"),
            (World.manifest("services"), "port: 80", "port: 81"),
            (World.manifest("httproute"), "weight: 0", "weight: 7"),
            (World.manifest("httproute"), "weight: 100", "weight: 93"),
            (World.manifest("deployment-canary"), World.v1, World.v2),
        ])
        let places = try #require(review.rollout()).places.map { $0.split(separator: " ") }
        #expect(
            places.map { "\($0[0]) \($0[2])" } == [
                "canary spec.template.spec.containers.[name=app].image", "count spec.replicas",
                "weight spec.rules.0.backendRefs.[name=checkout].weight",
                "weight spec.rules.0.backendRefs.[name=checkout-canary].weight",
                "stable spec.template.spec.containers.[name=app].workingDir",
                "other spec.ports.[name=http].port", "other spec.ports.[name=http].port",
            ] || Set(places.map { String($0[0]) }) == ["canary", "count", "weight", "stable", "other"], "\(places)")
        // A canary that has traffic although nothing is delivered.
        #expect(review.lines.contains { $0.contains("the canary has 7 of 100 of the traffic") })
    }

    @Test func `a pair's ConfigMap is told, and what a Secret holds is not`() async throws {
        let world = try World(["catalog"]) { files in
            files["environments/production/catalog/config.yaml"]?.append(
                """
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: catalog-key, namespace: shop}
                stringData: {key: hush-one}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: catalog-canary-key, namespace: shop}
                stringData: {key: hush-one}

                """)
            files[World.rollout("catalog")]?.replace(
                "pairs: [", with: "pairs: [{kind: Secret, stable: catalog-key, canary: catalog-canary-key}, ")
        }
        try await world.run(until: "adopt finish", of: "catalog")
        let file = World.manifest("config", of: "catalog")
        let review = try await world.review { _, folder in
            let text = try #require(try world.repository.file(file))
            let first = try #require(text.firstRange(of: "hush-one"))
            try folder.write("person/" + file, text.replacingCharacters(in: first, with: "hush-two"))
        }
        let change = try #require(review.rollout("catalog"))
        #expect(change.manifests.map(\.isHidden) == [true])
        #expect(!"\(review)".contains("hush"))
    }

    @Test func `a file that no rollout is bound to, and a comment, are nothing to speak of`() async throws {
        let world = try await World.adopted()
        let review = try await world.review { _, folder in
            try World.replace("\nspec:", with: "\n# How it is run.\nspec:", in: Self.deployment, folder)
            try folder.write(
                "person/environments/production/note.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note}\n")
            try folder.write("person/README.md", "hello\n")
        }
        #expect(review.rollouts.isEmpty)
        #expect(review.findings.isEmpty)
    }

    @Test func `an edit by hand in the middle of a release is said to hold it`() async throws {
        let world = try await World.midway("advance weight-10")
        let review = try await world.review(editing: [(Self.deployment, "replicas: 4", "replicas: 6")])
        guard case .held(.edited(let fields, _))? = review.rollout()?.quickest?.end else {
            throw Program.Failure(description: "\(review)")
        }
        #expect(fields.map(\.found) == ["6"])
        #expect(review.errors == 1)
        #expect(review.findings.first?.diagnostic.hint?.contains("steer: {resume: edited-") == true)
    }

    @Test func `an edit by hand that the change accepts is none to hold a rollout`() async throws {
        let world = try await World.midway("advance weight-10")
        let edit = (Self.deployment, "replicas: 4", "replicas: 6")
        let review = try await world.review(editing: [edit])
        guard case .held(.edited(_, let key))? = review.rollout()?.quickest?.end else {
            throw Program.Failure(description: "\(review)")
        }
        try world.repository.person("reset", "--quiet", "--hard", "origin/main")
        let accepted = try await world.review(editing: [
            edit, (World.rollout(), "plan: quick", "plan: quick\n  steer: {resume: \(key)}"),
        ])
        #expect(accepted.errors == 0, "\(accepted.lines)")
    }

    @Test func `an edited weight is an error at both its places, and one sentence`() async throws {
        let world = try await World.midway("advance weight-50")
        let route = World.manifest("httproute")
        let review = try await world.review(editing: [(route, "weight: 50", "weight: 40")])
        #expect(review.errors == 2, "\(review.lines)")
        guard case .held(let hold)? = review.rollout()?.quickest?.end else {
            throw Program.Failure(description: "\(review)")
        }
        #expect(StandingText.line(hold) == "edited by hand: route.weight is 40, expected 50")
    }

    @Test func `a release that comes with its manifests goes past its stages, which is a warning`() async throws {
        let world = try await World.adopted()
        let review = try await world.review(editing: [
            (Self.deployment, World.v1, World.v2), (World.rollout(), World.v1, World.v2),
        ])
        #expect(review.rollout()?.actions == ["adopt finish"])
        #expect(
            review.lines == [
                "\(Self.deployment):28:1: warning: production/shop/checkout has less protection: v2.4.1 reaches all of"
                    + " the traffic as it is merged, past its stages"
            ])
    }

    // MARK: The agent's state

    @Test(
        "a hand edit of the state is an error at its line",
        arguments: [
            ("serial: 3", "serial: 4", 4), ("phase: Progressing", "phase: Stable", 5),
            ("weight: 10,", "weight: 60,", 0), ("kind: RolloutState", "kind: Rollout", 0),
        ])
    func stateEdit(old: String, new: String, line: Int) async throws {
        let world = try await World.midway("advance weight-10")
        let review = try await world.review(editing: [(Self.state, old, new)])
        let finding = try #require(review.findings.first { $0.diagnostic.file == Self.state })
        #expect(finding.severity == .error)
        #expect(finding.diagnostic.message == "a state is never edited by hand")
        #expect(line == 0 || finding.diagnostic.line == line)
        #expect(finding.diagnostic.hint?.contains("git revert") == true)
    }

    @Test func `a state that is removed or made up is an error too`() async throws {
        let world = try await World.midway("advance weight-10")
        let removed = try await world.review { git, _ in try git("rm", "--quiet", Self.state) }
        #expect(removed.lines.contains { $0.contains("only the agent removes a state") }, "\(removed.lines)")
        let made = try await world.review { git, folder in
            try git("mv", Self.state, World.state("basket"))
            try git("checkout", "--quiet", "HEAD", "--", Self.state)
            _ = folder
        }
        #expect(made.lines.map { $0.contains("only the agent writes a state") } == [true])
    }

    @Test func `a revert of a stage is no hand edit, and the stage before it is where it stays`() async throws {
        let world = try await World.midway("advance weight-50")
        let review = try await world.review { git, _ in try git("revert", "--no-edit", "HEAD") }
        #expect(review.findings.isEmpty, "\(review.lines)")
        let change = try #require(review.rollout())
        #expect(change.takesBack?.at.stage.text == "weight-50")
        guard case .held(.reverted(let what, _, _))? = change.quickest?.end else {
            throw Program.Failure(description: "\(change)")
        }
        #expect(what == "stage 2 (weight-50)")
        // The same with more in it is an edit.
        let more = try await world.review { git, folder in
            try git("revert", "--no-edit", "HEAD")
            try World.replace("capacity: 2", with: "capacity: 3", in: Self.state, folder)
        }
        #expect(more.errors == 1)
    }

    @Test func `the agent's own commit on a branch is the agent's`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.repository.pull()
        let review = try await world.review(of: "HEAD", against: "HEAD~1")
        #expect(review.findings.isEmpty, "\(review.lines)")
        let change = try #require(review.rollout())
        // It reaches the traffic at merge as anybody's does.
        #expect(change.isAgents)
        #expect(change.manifests.map(\.reach) == [.weight, .weight])
        #expect(change.actions == ["promote promote", "drain drain", "finish finish"])
        // The same state by anybody else is not.
        try world.repository.person("commit", "--quiet", "--amend", "--no-edit", "--reset-author")
        #expect(try await world.review(of: "HEAD", against: "HEAD~1").errors == 1)
        // A name is anybody's to write: it is the agent's only with its address.
        var mallory = world.repository.person.by("Headgate")
        mallory.address = "mallory@example.com"
        try mallory("commit", "--quiet", "--amend", "--no-edit", "--reset-author")
        #expect(try await world.review(of: "HEAD", against: "HEAD~1").errors == 1)
        let named = ChangeCheck(
            in: try Repository(reading: world.repository.folder["person"]), shipped: Bakery.shipped,
            bot: BotIdentity("Headgate"))
        #expect(try await named.review(at: "HEAD", against: "HEAD~1").errors == 0)
    }

    // MARK: Rollouts that come and go

    @Test func `a Rollout that goes in the middle of a release is an error, and at rest is none`() async throws {
        let world = try World(["checkout", "payments"])
        try await world.run(until: "adopt finish")
        let file = World.rollout()
        let resting = try await world.review { git, _ in try git("rm", "--quiet", file) }
        #expect(resting.rollout()?.kind == .removed)
        // What it had between a release and the traffic is gone with it, and its workloads are not.
        #expect(
            resting.lines == [
                "\(file):3:1: warning: production/shop/checkout has less protection: its releases reach all of the"
                    + " traffic as they are merged, since no Rollout has stages for them"
            ])
        let image = try await world.review { git, folder in
            try git("rm", "--quiet", file)
            try World.replace(World.v1, with: World.v2, in: Self.deployment, folder)
        }
        #expect(image.rollout()?.manifests.map(\.reach) == [.stable])
        #expect(resting.rollout()?.gone == [])
        let whole = try await world.review { git, _ in
            try git("rm", "--quiet", "-r", file, "environments/production/checkout")
        }
        #expect(
            whole.rollout()?.gone.map(\.object) == [
                "Deployment/checkout", "Deployment/checkout-canary", "HTTPRoute/checkout", "Service/checkout",
                "Service/checkout-canary",
            ])
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        let review = try await world.review { git, _ in try git("rm", "--quiet", file) }
        #expect(review.errors == 1)
        #expect(
            review.lines.contains { $0.hasPrefix("\(file):3:") && $0.contains("keeps its traffic") }, "\(review.lines)")
    }

    @Test func `a Rollout that cannot be read any more is told, and is no deletion`() async throws {
        let world = try await World.adopted()
        for broken in ["plan: [quick", "plan: {steps: quick}", "metadata: {name: other}"] {
            let review = try await world.review(editing: [(World.rollout(), "plan: quick", broken)])
            #expect(review.errors > 0)
            #expect(review.rollouts.map(\.kind) == [.unreadable], "\(broken)")
            #expect(review.rollout()?.quickest == nil)
            try world.repository.person("reset", "--quiet", "--hard", "origin/main")
        }
        let config = try await world.review(editing: [(".headgate/config.yaml", "environments:", "enviroments:")])
        #expect(config.rollouts.map(\.kind) == [.unreadable])
    }

    @Test func `the place is the line that the change is about, in whatever file it stands`() async throws {
        let world = try await World.adopted()
        let file = World.rollout()
        let text = try #require(try world.repository.file(file)).split(
            separator: "\n", omittingEmptySubsequences: false)
        let release = try #require(text.firstIndex { $0.contains("release:") }) + 1
        let released = try await world.review(editing: [(file, World.v1, World.v2)])
        #expect(released.rollout().map { [$0.file, "\($0.line)"] } == [file, "\(release)"])
        try world.repository.person("reset", "--quiet", "--hard", "origin/main")
        let held = try await world.review { _, folder in
            try World.replace("environments:", with: "hold: freeze\nenvironments:", in: ".headgate/config.yaml", folder)
        }
        let change = try #require(held.rollout())
        #expect(change.parts == [.hold])
        #expect(change.hold == "freeze")
        #expect(change.file == ".headgate/config.yaml")
        #expect(change.line > 1)
    }

    @Test func `the former release, stated in the middle of the next, takes that one back`() async throws {
        let world = try await World.midway("advance weight-10")
        let change = try #require(try await world.review(editing: [(World.rollout(), World.v2, World.v1)]).rollout())
        #expect(change.former?.title == "v2.4.1")
        #expect(change.stated?.title == "v2.4.0")
        #expect(change.ending?.title == "v2.4.1")
    }

    @Test func `a Rollout of another name over the same workloads is a new name`() async throws {
        let world = try await World.adopted()
        let review = try await world.review(editing: [
            (
                World.rollout(), "metadata: {name: checkout, namespace: shop}\nspec:",
                "metadata: {name: basket, namespace: shop}\nspec:\n  workload: {stable: checkout, canary: checkout-canary}"
            ),
            (
                World.rollout(), "{route: HTTPRoute/checkout}",
                "{route: HTTPRoute/checkout, services: {stable: checkout, canary: checkout-canary}}"
            ),
        ])
        #expect(review.errors == 0, "\(review.lines)")
        #expect(review.rollouts.map(\.id.name) == ["basket"])
        #expect(
            review.rollouts.first?.kind
                == .renamed(from: RolloutID(environment: "production", namespace: "shop", name: "checkout")))
        #expect(review.rollouts.first?.actions == ["adopt finish"])
        // A file may be called whatever people like.
        let moved = try await world.review { git, _ in
            try git("mv", World.rollout(), World.rollout("till"))
            try git("mv", Self.deployment, World.manifest("stable"))
            try World.replace(
                "deployment.yaml", with: "stable.yaml", in: World.manifest("kustomization"), world.repository.folder)
        }
        #expect(moved.rollouts.isEmpty, "\(moved.rollouts)")
        #expect(moved.findings.isEmpty)
    }

    @Test func `a spec that cannot work is an error, and one that was wrong before is not this change's`() async throws
    {
        let world = try World(["checkout", "payments"]) { files in
            files[World.rollout("payments")]?.replace("plan: quick", with: "plan: quik")
        }
        try await world.run(until: "adopt finish")
        let review = try await world.review(editing: [(World.rollout(), "plan: quick", "plan: quick\n  steps: []")])
        #expect(review.lines.map { $0.hasPrefix("\(World.rollout()):") } == [true], "\(review.lines)")
        #expect(review.known == 1)
        #expect(review.rollouts.map(\.id.name) == ["checkout"])
        #expect(review.rollout()?.quickest == nil)
        let mended = try await world.review(editing: [(World.rollout("payments"), "plan: quik", "plan: quick")])
        #expect(mended.errors + mended.known == 0)
        #expect(mended.rollout("payments")?.actions == ["adopt finish"])
    }

    @Test func `two rollouts of one change are told apart`() async throws {
        let world = try World(["checkout", "payments"])
        for _ in 0..<3 { try await world.step() }
        let review = try await world.review(editing: [
            (World.rollout(), World.v1, World.v2), (World.rollout("payments"), "v5.0.3", "v5.1.0"),
        ])
        #expect(
            review.rollouts.map { "\($0.id.name) \($0.stated?.title ?? "")" } == ["checkout v2.4.1", "payments v5.1.0"])
        #expect(review.rollouts.map(\.actions.count) == [6, 6])
    }

    // MARK: Revisions

    @Test func `a change that is older than the branch is told of the branch as it is then`() async throws {
        let world = try World(["checkout", "payments"])
        for _ in 0..<3 { try await world.step() }
        _ = try await world.review(editing: [(World.rollout("payments"), "v5.0.3", "v5.1.0")])
        let old = try world.repository.person("rev-parse", "HEAD")
        // Meanwhile a release of the other one goes on, and so do lines of the same file.
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        try world.edit(World.rollout("payments"), ["plan: quick": "plan: quick\n  fastReturn: 0"])
        try world.repository.pull()
        let review = try await world.review(of: old, against: "origin/main")
        #expect(review.rollouts.map(\.id.name) == ["payments"])
        #expect(review.conflicts == [])
        #expect(review.rollout("payments")?.parts == [.release])
        try world.edit(World.rollout("payments"), ["v5.0.3": "v5.0.9"])
        try world.repository.pull()
        let contested = try await world.review(of: old, against: "origin/main")
        #expect(contested.conflicts == [World.rollout("payments")])
    }

    @Test func `a shallow clone is refused with what to do, and so is a revision that is not there`() async throws {
        let world = try await World.midway("advance weight-10")
        let clone = try TemporaryFolder()
        try GitCommand(in: clone.path)("clone", "--quiet", "--depth", "1", "file://" + world.repository.path, "here")
        let check = ChangeCheck(in: try Repository(reading: clone["here"]), shipped: Bakery.shipped)
        for base in ["origin/main~1", try world.repository.git("rev-parse", "main~2")] {
            let refusal = try await #require(throws: RevisionRefusal.self) { _ = try await check.review(against: base) }
            #expect(refusal.message.hasSuffix("and this clone is shallow"))
            #expect(refusal.hint?.contains("fetch-depth: 0") == true)
        }
        let audit = RangeAudit(in: try Repository(reading: clone["here"]), shipped: Bakery.shipped)
        await #expect(throws: RevisionRefusal.self) { _ = try await audit.report(on: "HEAD~2..HEAD") }
        let refusal = try await #require(throws: RevisionRefusal.self) {
            _ = try await world.review(of: "HEAD", against: "origin/nowhere")
        }
        #expect(refusal.message == "there is no revision origin/nowhere here")
        try world.repository.person("checkout", "--quiet", "--orphan", "alone")
        try world.repository.person("commit", "--quiet", "--message", "Alone")
        let alone = try await #require(throws: RevisionRefusal.self) {
            _ = try await world.review(of: "HEAD", against: "origin/main")
        }
        #expect(alone.message == "HEAD and origin/main have no commit in common")
    }

    @Test func `the comment is the one under the marker`() async throws {
        let forge = RecordingForge()
        try await ChangeComment("<!-- m -->\nwords", marker: "<!-- m -->").post(to: .init(7), on: forge)
        #expect(forge.comments == ["7 <!-- m --> <!-- m -->\nwords"])
    }
}
