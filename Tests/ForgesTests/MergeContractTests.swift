import Rollouts
import Support
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("merges what was judged and nothing else")
    struct Merges {
        @Test(arguments: ForgeFixture.kinds)
        func `Every method brings the change to the base`(kind: ForgeKind) async throws {
            for method in PullRequestMerge.Method.allCases {
                try await ForgeFixture.run(kind) { fixture, forge in
                    guard forge.traits.methods.contains(method) else {
                        let made = try await opened(fixture, forge)
                        guard case .refused = try await forge.merge(try merge(made, by: method)) else {
                            Issue.record("\(method) is not refused")
                            return
                        }
                        return
                    }
                    // A project of GitLab has one method, and a forward move needs a base that stands still.
                    if method == .fastForward {
                        fixture.change { $0.allowedMethods = [.fastForward] }
                    } else {
                        try fixture.change { try $0.push(["other.yaml": "a: 1\n"], "another change", to: "main") }
                    }
                    let made = try await opened(fixture, forge)
                    let request = try merge(made, by: method)
                    let outcome = try await settled(try await forge.merge(request), made, forge)
                    let state = fixture.state
                    let tip = CommitID(hex: try #require(state.tip("main")))
                    #expect(outcome == .merged(tip), "\(method)")
                    #expect(try state.git("show", "main:replicas.yaml") == "replicas: 2")
                    let parents = try state.git("show", "-s", "--format=%P", "main").split(separator: " ").count
                    #expect(parents == (method == .merge ? 2 : 1), "\(method)")
                    if method == .merge || method == .squash {
                        let message = try state.git("show", "-s", "--format=%B", "main")
                        #expect(message.hasPrefix(request.subject + "\n"), "\(method)")
                        #expect(message.contains("\nHeadgate-Stage: 2/6 weight-25"), "\(method)")
                    }
                    let merged = try await forge.pullRequests(from: branch, to: "main", in: .merged)
                    #expect(merged.map(\.mergeCommit) == [tip], "\(method)")
                    // Asked once more, it says what has happened.
                    #expect(try await forge.merge(request) == .merged(tip))
                }
            }
        }

        /// What a merge that is made later comes to.
        private func settled(
            _ outcome: MergeOutcome, _ made: PullRequest, _ forge: any Forge
        ) async throws -> MergeOutcome {
            guard outcome == .accepted else { return outcome }
            return try await forge.merge(try merge(made))
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Another head than the judged one is not merged`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let head = try stage(fixture, "replicas: 8\n")
                let base = fixture.state.tip("main")
                #expect(try await forge.merge(try merge(made)) == .headMoved(head))
                #expect(fixture.state.tip("main") == base)
                #expect(fixture.count(.merge) == 0)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A head that moves between reading and merging is not merged where the forge can guard it`(
            kind: ForgeKind
        ) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                guard forge.traits.hasHeadGuard else {
                    #expect(kind == .bitbucketCloud)
                    return
                }
                let made = try await opened(fixture, forge)
                let base = fixture.state.tip("main")
                fixture.change { world in
                    world.beforeMerge = { try $0.push(["replicas.yaml": "replicas: 8\n"], "sneaked in", to: branch) }
                }
                guard case .headMoved = try await forge.merge(try merge(made)) else {
                    Issue.record("the head has moved")
                    return
                }
                #expect(fixture.state.tip("main") == base)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `One that somebody closes in the moment of the merge is not merged`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                let base = fixture.state.tip("main")
                let number = made.number.value
                fixture.change { world in
                    world.beforeMerge = { world in world.close(number, by: "alice") }
                }
                switch try await forge.merge(try merge(made)) {
                case .merged, .accepted: Issue.record("it is said to be merged")
                // Some only see that something has moved, and look again.
                case .baseModified, .headMoved, .notReady, .refused: break
                }
                #expect(fixture.state.tip("main") == base)
                #expect(try await forge.readiness(of: made.number).condition == .closed)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Protection is not bypassed`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                fixture.change { $0.approvalsRequired = 1 }
                let made = try await opened(fixture, forge)
                let base = fixture.state.tip("main")
                guard case .notReady(let reason) = try await forge.merge(try merge(made)) else {
                    Issue.record("it is merged without a review")
                    return
                }
                #expect(!reason.isEmpty)
                #expect(fixture.state.tip("main") == base)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Asked to, the forge merges as soon as its rules are met`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                fixture.change { $0.approvalsRequired = 1 }
                let made = try await opened(fixture, forge)
                var request = try merge(made, by: forge.traits.methods.contains(.squash) ? .squash : .merge)
                request.time = .whenReady
                guard forge.traits.hasAutoMerge else {
                    guard case .refused = try await forge.merge(request) else {
                        Issue.record("it is not refused")
                        return
                    }
                    return
                }
                let base = fixture.state.tip("main")
                #expect(try await forge.merge(request) == .accepted)
                #expect(fixture.state.tip("main") == base)
                fixture.change { $0.review(made.number.value, .approved, by: "bob") }
                #expect(try await forge.readiness(of: made.number).condition == .merged)
                #expect(try fixture.state.git("show", "-s", "--format=%s", "main") == request.subject)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A merge whose answer is lost is looked for and not repeated`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.deadline = .milliseconds(700)
            } _: { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.fail(.merge, .lost)
                let outcome = try await forge.merge(try merge(made))
                #expect(outcome == .merged(CommitID(hex: try #require(fixture.state.tip("main")))))
                #expect(fixture.count(.merge) == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A merge that did not happen is a failure that may pass`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) {
                $0.deadline = .milliseconds(500)
            } _: { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.fail(.merge, .silent)
                #expect(await failure { try await forge.merge(try merge(made)) }?.code == .unavailable)
                guard case .open = try await forge.pullRequests(from: branch, to: "main", in: .open).first?.state else {
                    Issue.record("it is not open")
                    return
                }
            }
        }

        @Test(arguments: [ForgeKind.bitbucketCloud, .azureDevOps])
        func `A merge that the forge makes later is looked for later`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                fixture.change { $0.mergesLater = true }
                let made = try await opened(fixture, forge)
                let request = try merge(made)
                #expect(try await forge.merge(request) == .accepted)
                let outcome = try await forge.merge(request)
                #expect(outcome == .merged(CommitID(hex: try #require(fixture.state.tip("main")))))
                #expect(fixture.count(.merge) == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `What a person has closed is not merged`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                fixture.change { $0.close(made.number.value, by: "alice") }
                #expect(try await forge.merge(try merge(made)) == .refused("it is closed"))
                #expect(fixture.count(.merge) == 0)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `The branch goes with the merge where that is asked for`(kind: ForgeKind) async throws {
            try await ForgeFixture.run(kind) { fixture, forge in
                let made = try await opened(fixture, forge)
                var request = try merge(made)
                request.deletesBranch = true
                _ = try await forge.merge(request)
                _ = try await forge.readiness(of: made.number)
                #expect(fixture.state.tip(branch) == nil)
                #expect(try fixture.state.git("show", "main:replicas.yaml") == "replicas: 2")
            }
        }
    }
}
