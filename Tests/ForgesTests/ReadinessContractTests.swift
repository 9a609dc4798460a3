import Rollouts
import Support
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("says whether a pull request is ready")
    struct Readiness {
        @Test(arguments: ForgeFixture.kinds)
        func `Where nothing stands in the way it is mergeable`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let readiness = try await forge.readiness(of: made.number)
                #expect(readiness.condition == .mergeable)
                #expect(readiness.head == made.head)
                #expect(readiness.reviews == .init())
            }
        }

        @Test(arguments: ForgeFixture.kinds.filter { $0 != .bitbucketCloud })
        func `While the forge finds out, it is asked again`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0.computing = 1 }
                let first = try await forge.readiness(of: made.number).condition
                // Gitea says no more than that it cannot be merged now.
                #expect(first == (kind == .gitea ? .blocked(["it conflicts, or is still checked"]) : .computing))
                #expect(try await forge.readiness(of: made.number).condition == .mergeable)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A conflict is one`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                try fixture.change { try $0.push(["replicas.yaml": "replicas: 9\n"], "by hand", to: "main") }
                let condition = try await forge.readiness(of: made.number).condition
                #expect(condition == (kind == .gitea ? .blocked(["it conflicts, or is still checked"]) : .conflict))
                let outcome = try await forge.merge(try merge(made))
                if case .notReady = outcome {} else { Issue.record("\(outcome)") }
            }
        }

        @Test(arguments: ForgeFixture.kinds.filter { $0 != .bitbucketCloud })
        func `Missing approvals block it`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                fixture.change { $0.approvalsRequired = 1 }
                let made = try await opened(fixture, forge)
                guard case .blocked(let reasons) = try await forge.readiness(of: made.number).condition else {
                    Issue.record("it is not blocked")
                    return
                }
                #expect(!reasons.isEmpty && !reasons.contains(""))
                fixture.change { $0.review(made.number.value, .approved, by: "bob") }
                #expect(try await forge.readiness(of: made.number).condition == .mergeable)
            }
        }

        @Test(arguments: ForgeFixture.kinds.filter { ![.bitbucketCloud, .gitea].contains($0) })
        func `A word that nobody knows is never a reason to go on`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0.oddity = "quantum" }
                guard case .unknown(let words) = try await forge.readiness(of: made.number).condition else {
                    Issue.record("it is known")
                    return
                }
                #expect(words.contains("quantum"))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A draft is one`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0[made.number.value].isDraft = true }
                #expect(try await forge.readiness(of: made.number).condition == .draft)
                #expect(try await forge.merge(try merge(made)) == .notReady("it is a draft"))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Approvals count for the head that they were given to`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let number = made.number.value
                fixture.change { $0.review(number, .approved, by: "bob") }
                #expect(try await forge.readiness(of: made.number).reviews.approvals == [ForgeUser("bob")])

                let head = try stage(fixture, "replicas: 3\n")
                let moved = try await forge.readiness(of: made.number)
                #expect(moved.head == head)
                #expect(moved.reviews.approvals == [])

                fixture.change { $0.review(number, .approved, by: "carol") }
                #expect(try await forge.readiness(of: made.number).reviews.approvals == [ForgeUser("carol")])
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The newest word of a reviewer counts, and none of the author about their own`(
            kind: ForgeKind
        ) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let number = made.number.value
                fixture.change { $0.review(number, .approved, by: World.agent) }
                #expect(try await forge.readiness(of: made.number).reviews == .init())
                fixture.change { world in
                    world.review(number, .approved, by: "bob")
                    world.review(number, .changesRequested, by: "bob")
                    world.review(number, .commented, by: "bob")
                }
                let refused = try await forge.readiness(of: made.number).reviews
                #expect(refused == .init(changesRequested: [ForgeUser("bob")]))
                fixture.change { $0.review(number, .approved, by: "bob") }
                let approved = try await forge.readiness(of: made.number).reviews
                #expect(approved == .init(approvals: [ForgeUser("bob")]))
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Merged and closed are told`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                try fixture.change { try $0.merge(made.number.value, by: .merge, "by a person") }
                #expect(try await forge.readiness(of: made.number).condition == .merged)
                _ = try stage(fixture, "replicas: 4\n")
                let next = try await forge.open(proposal)
                #expect(next.number != made.number)
                fixture.change { $0.close(next.number.value, by: "alice") }
                #expect(try await forge.readiness(of: next.number).condition == .closed)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Without its branch it is nothing to go on with`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                try fixture.change { try $0.deleteBranch(branch) }
                let condition = try? await forge.readiness(of: made.number).condition
                #expect(condition != .mergeable)
                let outcome = try? await forge.merge(try merge(made))
                if case .merged = outcome { Issue.record("merged") }
                #expect(outcome != .accepted)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One that was deleted is not found`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0[made.number.value].state = .deleted }
                #expect(await failure { try await forge.readiness(of: made.number) }?.code == .notFound)
                #expect(await failure { try await forge.update(made.number, .closing) }?.code == .notFound)
            }
        }
    }
}
