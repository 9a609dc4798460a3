import Rollouts
import Support
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("opens, finds and changes pull requests")
    struct PullRequests {
        @Test(arguments: ForgeFixture.kinds)
        func `A pull request shows what was proposed`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let head = try stage(fixture)
                let made = try await forge.open(proposal)
                let found = try await forge.pullRequests(from: branch, to: "main", in: .open)
                #expect(found.map(\.number) == [made.number])
                let shown = try #require(found.first)
                #expect(shown.title == proposal.title)
                #expect(shown.body == proposal.body)
                #expect(shown.branch == branch && shown.base == "main")
                #expect(shown.head == head)
                #expect(shown.state == .open && !shown.isDraft && !shown.isFromFork)
                #expect(shown.author?.name == World.agent)
                #expect(shown.labels == (forge.traits.hasLabels ? proposal.labels : []))
                #expect(shown.mergeCommit == nil)
                #expect(try await forge.pullRequests(from: branch, to: "live", in: .open) == [])
                #expect(try await forge.pullRequests(from: branch, to: "main", in: .closed) == [])
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One that is open is taken as it is, whether seen before or only when it is refused`(
            kind: ForgeKind
        ) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let first = try await opened(fixture, forge)
                #expect(try await forge.open(proposal).number == first.number)
                fixture.change { $0.blindLists = 1 }
                #expect(try await forge.open(proposal).number == first.number)
                #expect(fixture.state.proposals.count == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Two agents that open at once have one pull request`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                _ = try stage(fixture)
                let other = try fixture.forge()
                async let one = forge.open(proposal)
                async let two = other.open(proposal)
                #expect(try await one.number == two.number)
                #expect(fixture.state.proposals.count == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `An opening whose answer is lost is looked for and not repeated`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.deadline = .milliseconds(500)
            } _: { fixture, forge in
                _ = try stage(fixture)
                fixture.fail(.create, .lost)
                #expect(try await forge.open(proposal).number.value == 1)
                #expect(fixture.count(.create) == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The pull request of a fork from a branch of that name is somebody else's`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                _ = try stage(fixture)
                fixture.change { $0.propose(branch, to: "main", "mine", by: "mallory", isFromFork: true) }
                #expect(try await forge.pullRequests(from: branch, to: "main", in: .open) == [])
                #expect(try await forge.open(proposal).number.value == 2)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `What is on a later page is found`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { world in
                    world.pageLimit = 2
                    for number in 0..<7 { world.propose("feature-\(number)", to: "main", "another", by: "alice") }
                }
                #expect(
                    try await forge.pullRequests(from: branch, to: "main", in: .open).map(\.number) == [made.number])
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Only what differs is sent`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let before = fixture.count(.change)
                var change = PullRequestChange(title: proposal.title, body: proposal.body)
                change.addedLabels = proposal.labels
                change.removedLabels = ["headgate/hold"]
                _ = try await forge.update(made.number, change)
                #expect(fixture.count(.change) == before)

                change = PullRequestChange(title: "checkout: rolled back", body: "Failed.\n")
                change.addedLabels = ["headgate/rollback"]
                change.removedLabels = ["headgate/stage"]
                let changed = try await forge.update(made.number, change)
                #expect(changed.title == "checkout: rolled back")
                #expect(PullRequestChange.plain(changed.body) == "Failed.")
                #expect(changed.state == .open)
                if forge.traits.hasLabels { #expect(changed.labels == ["headgate", "headgate/rollback"]) }
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One that a person has closed stays closed, and they are named`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                #expect(try await forge.closer(of: made.number) == nil)
                fixture.change { $0.close(made.number.value, by: "alice") }
                #expect(try await forge.pullRequests(from: branch, to: "main", in: .open) == [])
                #expect(
                    try await forge.pullRequests(from: branch, to: "main", in: .closed).map(\.number) == [made.number])
                #expect(try await forge.closer(of: made.number) == ForgeUser("alice"))
                // What closed means is the caller's to know: asked to open, the forge opens another one.
                #expect(try await forge.open(proposal).number != made.number)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The agent closes its own`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                #expect(try await forge.update(made.number, .closing).state == .closed)
                #expect(try await forge.closer(of: made.number) == made.author)
                let sent = fixture.count(.change)
                #expect(try await forge.update(made.number, .closing).state == .closed)
                #expect(fixture.count(.change) == sent)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A branch that is not there cannot be proposed`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let refused = try #require(await failure { try await forge.open(proposal) })
                #expect([.notFound, .refused].contains(refused.code))
                #expect(fixture.state.proposals.isEmpty)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One comment is written, changed where its text differs, and found behind others`(
            kind: ForgeKind
        ) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let marker = "<!-- headgate: shop/checkout -->"
                fixture.change { world in
                    world.pageLimit = 2
                    for _ in 0..<5 {
                        let comment = World.Comment(id: world.newID(), author: "alice", text: "Looks good")
                        world[made.number.value].comments.append(comment)
                    }
                }
                func ours() -> [String] {
                    fixture.state[made.number.value].comments.filter { $0.author == World.agent }.map(\.text)
                }
                try await forge.comment(on: made.number, "Waiting for approval", marker: marker)
                #expect(ours() == ["\(marker)\nWaiting for approval"])
                let sent = fixture.count(.comment)
                try await forge.comment(on: made.number, "Waiting for approval", marker: marker)
                #expect(fixture.count(.comment) == sent)
                try await forge.comment(on: made.number, "Approved by Bob", marker: marker)
                #expect(ours() == ["\(marker)\nApproved by Bob"])
                #expect(fixture.state[made.number.value].comments.count == 6)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Somebody else's comment with the marker is left alone`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { world in
                    let comment = World.Comment(id: world.newID(), author: "mallory", text: "<!-- x --> mine")
                    world[made.number.value].comments.append(comment)
                }
                for text in ["one", "two"] { try await forge.comment(on: made.number, text, marker: "<!-- x -->") }
                #expect(
                    fixture.state[made.number.value].comments.map(\.text) == ["<!-- x --> mine", "<!-- x -->\ntwo"])
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A comment whose answer is lost is not written twice`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.deadline = .milliseconds(500)
            } _: { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.fail(.comment, .lost)
                try await forge.comment(on: made.number, "Hello", marker: "<!-- x -->")
                #expect(fixture.state[made.number.value].comments.count == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A status is set where it is not shown already`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let head = try stage(fixture)
                func set(_ context: String, _ state: CommitStatus.State, _ text: String) async throws {
                    let url = "https://headgate.example.com/checkout"
                    try await forge.set(
                        CommitStatus(context: context, state: state, description: text, url: url), on: head)
                }
                try await set("headgate/checkout", .pending, "needs 4 more measurements")
                try await set("headgate/checkout", .pending, "needs 4 more measurements")
                #expect(fixture.count(.status) == 1)
                try await set("headgate/other", .success, "passed")
                try await set("headgate/checkout", .failure, String(repeating: "x", count: 200))
                try await set("headgate/checkout", .failure, String(repeating: "x", count: 200))
                #expect(fixture.count(.status) == 3)
                // The same state once more, which some forges refuse, is nothing to stop for.
                try await set("headgate/checkout", .failure, "another reason")
                try await set("headgate/checkout", .error, "misconfigured")
                #expect(try #require(fixture.state.statuses[head.hex]).count >= 4)
            }
        }
    }
}
