import Foundation
import HTTP
import Rollouts
import Support
import Synchronization
import Testing

@testable import Forges

/// What only one forge has, beside GitHub.
@Suite("Peculiarities of forges")
struct ForgePeculiarityTests {
    @Test func `GitLab: an approval without a time is dated by its note`() async throws {
        try await ForgeFixture.run(.gitLab) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            let undated = FakeServer.Answer(#"{"approved_by":[{"user":{"username":"bob"}}]}"#)
            func approvals() async throws -> Set<ForgeUser> {
                // After the reviewers, the second question about reviews.
                fixture.fail(.reviews, .instead(FakeServer.Answer("[]", headers: ["X-Next-Page": ""])))
                fixture.fail(.reviews, .instead(undated))
                return try await forge.readiness(of: made.number).reviews.approvals
            }
            #expect(try await approvals() == [])
            fixture.change { $0.review(made.number.value, .approved, by: "bob") }
            #expect(try await approvals() == [ForgeUser("bob")])
            _ = try ForgeContract.stage(fixture, "replicas: 5\n")
            #expect(try await approvals() == [])
        }
    }

    /// What a merge comes to that the forge refuses.
    private func outcome(_ kind: ForgeKind, _ status: Int, _ words: String) async throws -> MergeOutcome {
        let outcome = Mutex<MergeOutcome?>(nil)
        try await ForgeFixture.run(kind) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.fail(.merge, .instead(fixture.fake.error(status, words)))
            let answer = try await forge.merge(try ForgeContract.merge(made))
            outcome.withLock { $0 = answer }
        }
        return try #require(outcome.withLock { $0 })
    }

    // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
    @Test func `GitLab: refusals of a merge are told apart`() async throws {
        for status in [405, 406, 422] {
            guard case .notReady = try await outcome(.gitLab, status, "Branch cannot be merged") else {
                Issue.record("\(status)")
                continue
            }
        }
        #expect(try await outcome(.gitLab, 409, "SHA does not match") == .baseModified)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoMergePullRequest
    @Test func `Gitea: refusals of a merge are told apart`() async throws {
        #expect(try await outcome(.gitea, 405, "Please try again later") == .notReady("Please try again later"))
        let style = "merge style is not allowed for this repository"
        #expect(try await outcome(.gitea, 405, style) == .refused(style))
        #expect(try await outcome(.gitea, 409, "merge push out of date") == .baseModified)
        #expect(try await outcome(.gitea, 409, "There was a merge conflict") == .notReady("There was a merge conflict"))
    }

    @Test func `Bitbucket Data Center: a comment that another agent has just changed is not written anew`() async throws
    {
        try await ForgeFixture.run(.bitbucketDataCenter) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            try await forge.comment(on: made.number, "one", marker: "<!-- x -->")
            fixture.fail(.comment, .instead(fixture.fake.error(409, "out of date")))
            let refused = await failure { try await forge.comment(on: made.number, "two", marker: "<!-- x -->") }
            #expect(refused?.code == .refused)
            #expect(fixture.state[made.number.value].comments.count == 1)
        }
    }

    @Test func `GitLab: a merge that is not allowed is a matter of rights`() async throws {
        try await ForgeFixture.run(.gitLab) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.fail(.merge, .instead(fixture.fake.error(401, "Unauthorized")))
            guard case .refused(let words) = try await forge.merge(try ForgeContract.merge(made)) else {
                Issue.record("it is not refused")
                return
            }
            #expect(words.contains("may not merge to main"))
        }
    }

    @Test func `Gitea: a rejection that is older than what is looked through is asked for by its branches`()
        async throws
    {
        try await ForgeFixture.run(.gitea) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.change { world in
                world.close(made.number.value, by: "alice")
                for number in 0..<510 {
                    let other = world.propose("feature-\(number)", to: "main", "another", by: "alice")
                    world.close(other, by: "alice")
                }
            }
            let found = try await forge.pullRequests(from: ForgeContract.branch, to: "main", in: .closed)
            #expect(found.map(\.number) == [made.number])
            #expect(fixture.count(.list) <= 12)
        }
    }

    @Test func `Gitea: labels that do not exist are made`() async throws {
        try await ForgeFixture.run(.gitea) { fixture, forge in
            var proposal = ForgeContract.proposal
            proposal.labels = ["headgate"]
            _ = try ForgeContract.stage(fixture)
            let made = try await forge.open(proposal)
            var change = PullRequestChange()
            change.addedLabels = ["headgate/new"]
            #expect(try await forge.update(made.number, change).labels == ["headgate", "headgate/new"])
        }
    }

    @Test func `Azure DevOps: a list shows the beginning of a description, and is not believed`() async throws {
        try await ForgeFixture.run(.azureDevOps) { fixture, forge in
            _ = try ForgeContract.stage(fixture)
            var proposal = ForgeContract.proposal
            proposal.body = String(repeating: "evidence ", count: 1000)
            let made = try await forge.open(proposal)
            let found = try await forge.pullRequests(from: proposal.branch, to: "main", in: .open)
            #expect(found.first?.body.utf16.count ?? 0 > 3900)
            // A body that was cut is not sent anew each time.
            let sent = fixture.count(.change)
            _ = try await forge.update(made.number, PullRequestChange(body: proposal.body))
            #expect(fixture.count(.change) == sent)
        }
    }

    @Test func `GitLab: a status that somebody has set meanwhile is set`() async throws {
        try await ForgeFixture.run(.gitLab) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            let head = try #require(made.head)
            let status = CommitStatus(context: "headgate/shop/checkout", state: .pending, description: "waits")
            try await forge.set(status, on: head)
            let sent = fixture.count(.status)
            // Another agent's is not in the list yet.
            fixture.fail(.statuses, .instead(FakeServer.Answer("[]", headers: ["X-Next-Page": ""])))
            try await forge.set(status, on: head)
            #expect(fixture.count(.status) == sent + 1)
            #expect(fixture.state.statuses[head.hex]?.count == 1)
        }
    }

    @Test func `GitLab: what has to be rebased is behind its base`() async throws {
        try await ForgeFixture.run(.gitLab) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.change { $0.oddity = "need_rebase" }
            #expect(try await forge.readiness(of: made.number).condition == .behind)
        }
    }

    @Test func `GitHub: a branch that rules want up to date is behind its base`() async throws {
        try await ForgeFixture.run(.gitHub) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.change { $0.oddity = "behind" }
            #expect(try await forge.readiness(of: made.number).condition == .behind)
        }
    }

    @Test(arguments: [true, false])
    func `Gitea: a branch is behind its base where a rule wants it up to date`(isRule: Bool) async throws {
        try await ForgeFixture.run(.gitea) { fixture, forge in
            fixture.change { world in
                (world.approvalsRequired, world.rules.blocksOutdated) = (1, isRule)
            }
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.change { $0.review(made.number.value, .approved, by: "bob") }
            #expect(try await forge.readiness(of: made.number).condition == .mergeable)
            try fixture.change { try $0.push(["other.yaml": "a: 1\n"], "elsewhere", to: "main") }
            #expect(try await forge.readiness(of: made.number).condition == (isRule ? .behind : .mergeable))
            // Who may not see the rule does not know.
            fixture.fail(.rules, .instead(FakeServer.Answer(#"{"message":"no"}"#, status: 403)))
            #expect(try await forge.readiness(of: made.number).condition == .mergeable)
        }
    }

    @Test func `Gitea: an approval that was dismissed does not count`() async throws {
        try await ForgeFixture.run(.gitea) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            let head = try #require(made.head)
            func approvals(_ dismissed: Bool) async throws -> Set<ForgeUser> {
                let review: JSON = [
                    "user": ["login": "bob"], "state": "APPROVED", "commit_id": .string(head.hex),
                    "stale": false, "official": true, "dismissed": .bool(dismissed),
                ]
                fixture.fail(.reviews, .instead(FakeServer.Answer(JSON.array([review]).text)))
                return try await forge.readiness(of: made.number).reviews.approvals
            }
            #expect(try await approvals(false) == [ForgeUser("bob")])
            #expect(try await approvals(true) == [])
        }
    }

    @Test func `Bitbucket Data Center: what may not be merged although nothing vetoes it is not ready`() async throws {
        try await ForgeFixture.run(.bitbucketDataCenter) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            let merge: JSON = ["canMerge": false, "conflicted": false, "outcome": "CLEAN", "vetoes": []]
            fixture.fail(.mergeability, .instead(FakeServer.Answer(merge.text)))
            guard case .unknown = try await forge.readiness(of: made.number).condition else {
                Issue.record("it is known")
                return
            }
        }
    }

    @Test func `Azure DevOps: a list goes on behind its first hundred`() async throws {
        try await ForgeFixture.run(.azureDevOps) { fixture, forge in
            fixture.change { world in
                for _ in 0..<205 {
                    let number = world.propose(ForgeContract.branch, to: "main", "an older one")
                    world.close(number, by: "alice")
                }
            }
            let found = try await forge.pullRequests(from: ForgeContract.branch, to: "main", in: .closed)
            #expect(found.map(\.number.value) == Array((1...205).reversed()))
            #expect(fixture.count(.list) == 3)
        }
    }

    @Test func `Azure DevOps: a sign-in page is a wrong token`() async throws {
        try await ForgeFixture.run(.azureDevOps) { fixture, forge in
            fixture.fail(.list, .instead(FakeServer.Answer("<html>Sign in</html>", status: 203)))
            let refused = await failure { try await forge.pullRequests(from: "x", to: "main", in: .open) }
            #expect(refused?.code == .configuration)
        }
    }

    @Test func `Bitbucket: a user's password is hidden however it is written`() async throws {
        let password = #"pass"word\with/all"#
        try await FakeServer.run { request in
            let echo: JSON = ["type": "error", "error": ["message": .string("no \(password) here")]]
            return FakeServer.Answer(echo.text, status: 400)
        } _: { server in
            let identity = ForgeAccess.Identity.basic(user: "bot@example.com", password: Secret(password))
            var access = ForgeAccess(.bitbucketCloud, repository: "acme/config", identity: identity)
            access.url = server.url
            access.isLocal = true
            let forge = try access.forge()
            let refused = try #require(
                await failure { try await forge.pullRequests(from: "x", to: "main", in: .open) })
            #expect(refused.message.contains("no ***** here"))
            // bot@example.com and the password, in base64.
            let sent = try #require(server.requests.first?.headers["authorization"])
            #expect(sent == "Basic \(Data("bot@example.com:\(password)".utf8).base64EncodedString())")
        }
    }

    @Test func `Bitbucket Data Center: reviewers stay when the text changes`() async throws {
        try await ForgeFixture.run(.bitbucketDataCenter) { fixture, forge in
            let made = try await ForgeContract.opened(fixture, forge)
            fixture.change { $0.review(made.number.value, .approved, by: "bob") }
            _ = try await forge.update(made.number, PullRequestChange(title: "another title"))
            #expect(fixture.state.lastReviewers == ["bob"])
        }
    }
}
