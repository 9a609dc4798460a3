import Rollouts
import Support
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("bears what people do in the meantime")
    struct MidRun {
        @Test(arguments: ForgeFixture.kinds)
        func `A pull request that is deleted in the middle of a run is not found, and the next one is a new one`(
            kind: ForgeKind
        ) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0[made.number.value].state = .deleted }
                var change = PullRequestChange()
                change.title = "another"
                let updated = await failure { try await forge.update(made.number, change) }
                #expect(updated?.code == .notFound)
                let comment = await failure { try await forge.comment(on: made.number, "one", marker: "<!-- x -->") }
                #expect(comment?.code == .notFound)
                let read = await failure { try await forge.readiness(of: made.number) }
                #expect(read?.code == .notFound)
                let merged = await failure { try await forge.merge(try merge(made)) }
                #expect(merged?.code == .notFound)
                // The next run proposes anew, and once.
                let next = try await forge.open(proposal)
                #expect(next.number != made.number)
                #expect(try await forge.open(proposal).number == next.number)
                #expect(fixture.state.proposals.filter { $0.state == .open }.count == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One that is deleted while it is merged is not merged`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let tip = fixture.state.tip("main")
                fixture.change { $0.beforeMerge = { $0[made.number.value].state = .deleted } }
                await expectNoMerge(made, forge)
                #expect(fixture.state.tip("main") == tip)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A branch that vanishes while it is merged is not merged`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let tip = fixture.state.tip("main")
                fixture.change { $0.beforeMerge = { try $0.deleteBranch(branch) } }
                await expectNoMerge(made, forge)
                #expect(fixture.state.tip("main") == tip)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A branch that vanishes and comes back has one open pull request`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                try fixture.change { try $0.deleteBranch(branch) }
                let readiness = try await forge.readiness(of: made.number)
                #expect(readiness.condition != .mergeable)
                _ = try stage(fixture, "replicas: 4\n")
                let next = try await forge.open(proposal)
                #expect(next.head == CommitID(hex: try #require(fixture.state.tip(branch))))
                #expect(fixture.state.proposals.filter { $0.state == .open }.map(\.number) == [next.number.value])
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A token that is taken back in the middle of a run is a mistake, and nothing is repeated`(kind: ForgeKind)
            async throws
        {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0.token = "another-one" }
                let asked = fixture.requests
                #expect(await failure { try await forge.merge(try merge(made)) }?.code == .configuration)
                #expect(fixture.requests == asked + 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Another run has a budget of its own, and keeps to what the forge has asked for`(kind: ForgeKind)
            async throws
        {
            try await ForgeFixture.connected(kind, change: { ($0.requests, $0.reserve) = (3, 1) }) { fixture, session in
                func list() async -> ForgeFailure? {
                    await failure { try await session.forge.pullRequests(from: branch, to: "main", in: .open) }
                }
                for _ in 0..<2 { #expect(await list() == nil) }
                #expect(await list()?.code == .budget)
                session.beginRun()
                #expect(await list() == nil)
                fixture.clock.advance(by: .seconds(301))
                #expect(await list()?.code == .budget)
                session.beginRun()
                let limited = FakeServer.Answer(#"{"message":"slow"}"#, status: 429, headers: ["Retry-After": "600"])
                fixture.fail(.list, .instead(limited))
                #expect(await list()?.code == .rateLimited(wait: .seconds(600)))
                session.beginRun()
                #expect(await list()?.code == .rateLimited(wait: .seconds(600)))
            }
        }

        private func expectNoMerge(_ made: PullRequest, _ forge: any Forge) async {
            do {
                let outcome = try await forge.merge(try merge(made))
                switch outcome {
                case .merged, .accepted: Issue.record("\(outcome)")
                case .notReady, .refused, .headMoved, .baseModified: break
                }
            } catch {
                // Not found is as good an answer; a crash of ours is none.
                #expect(error is ForgeFailure)
            }
        }
    }
}
