import HTTP
import Rollouts
import Support
import Synchronization
import Testing

@testable import Forges

extension ForgeContract {
    @Suite("says what the agent may do")
    struct Examinations {
        private func examine(
            _ kind: ForgeKind, _ prepare: @escaping @Sendable (inout World) -> Void = { _ in },
            access change: (inout ForgeAccess) -> Void = { _ in }
        ) async throws -> ForgeExamination {
            let found = Mutex<ForgeExamination?>(nil)
            try await ForgeFixture.connected(kind, change: change) { fixture, session in
                fixture.change { prepare(&$0) }
                let before = try fixture.state.git("for-each-ref")
                let examination = try await session.examiner.examine("main")
                // Nothing there has changed.
                #expect(try fixture.state.git("for-each-ref") == before)
                #expect(fixture.count(.create, .change, .comment, .merge, .status) == 0)
                found.withLock { $0 = examination }
            }
            return try #require(found.withLock { $0 })
        }

        /// The rights that are no, and those that are not shown.
        private func lacking(
            _ examination: ForgeExamination
        ) -> (no: Set<ForgeExamination.Right>, hidden: Set<ForgeExamination.Right>) {
            var result = (no: Set<ForgeExamination.Right>(), hidden: Set<ForgeExamination.Right>())
            for (right, answer) in examination.rights {
                switch answer {
                case .yes: break
                case .no: result.no.insert(right)
                case .hidden: result.hidden.insert(right)
                }
            }
            return result
        }

        private func isNo(_ answer: ForgeExamination.Answer) -> Bool { if case .no = answer { true } else { false } }

        private func isHidden(_ answer: ForgeExamination.Answer) -> Bool {
            if case .hidden = answer { true } else { false }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A branch without rules takes the agent's commits, and a merge waits for nothing`(kind: ForgeKind)
            async throws
        {
            let found = try await examine(kind)
            #expect(found.account == .known(ForgeUser(World.agent)))
            #expect(found.missing == nil)
            #expect(found.isProtected == .known(false))
            #expect(found.push == .yes)
            #expect(found.requirements == .known([]))
            let traits = try ForgeFixture.traits(kind)
            #expect((found.autoMerge == .yes) == traits.hasAutoMerge)
            #expect(lacking(found).no == (traits.hasLabels ? [] : [.labels]))
            // Gitea shows nobody the scopes of a token.
            #expect(lacking(found).hidden == (kind == .gitea ? Set(ForgeExamination.Right.allCases) : []))
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A protected branch refuses a push, and what a merge waits for is named`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { world in
                world.approvalsRequired = 2
                world.rules.owners = true
                world.rules.statuses = ["ci/test"]
            }
            #expect(found.isProtected == .known(true))
            #expect(isNo(found.push), "\(found.push)")
            let needed: Set<ForgeExamination.Requirement>
            switch kind {
            case .gitHub, .gitea, .azureDevOps: needed = [.approvals(2), .owners, .statuses(["ci/test"])]
            case .gitLab: needed = [.approvals(2), .owners, .other("the pipeline passes")]
            case .bitbucketCloud, .bitbucketDataCenter: needed = [.approvals(2), .other("1 build passes")]
            }
            #expect(found.requirements == .known(needed))
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Whoever is in the list may push, and a merge waits all the same`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { world in
                world.approvalsRequired = 1
                world.rules.agentMayPush = true
            }
            #expect(found.isProtected == .known(true))
            #expect(found.push == .yes)
            #expect(found.requirements == .known([.approvals(1)]))
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Rules that are not shown are never taken for none`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { world in
                world.approvalsRequired = 1
                world.denied = [.rules]
            }
            #expect(found.push != .yes)
            guard kind != .bitbucketDataCenter, kind != .gitea else {
                // The first shows the settings of merges to everybody, the second most of the rule.
                #expect(found.requirements == .known([.approvals(1)]))
                return
            }
            guard case .hidden = found.requirements else {
                Issue.record("\(found.requirements)")
                return
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `Who the agent is may be hidden, and the rest is said`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { $0.denied = [.identity] }
            #expect(found.isProtected == .known(false))
            // What it may do is asked as the account at these two.
            if kind != .bitbucketDataCenter, kind != .gitLab { #expect(found.push == .yes) }
            // Bitbucket Data Center says it in a header of each answer.
            if kind != .bitbucketDataCenter, case .known(let user) = found.account { Issue.record("\(user)") }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A credential that may only read is found out`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { $0.rules.agentMayWrite = false }
            #expect(isNo(found.push))
            #expect(lacking(found).no.isSuperset(of: [.push, .pullRequests]))
        }

        @Test(arguments: [
            (ForgeKind.gitHub, ["public_repo"], "scope repo"), (.gitLab, ["read_api"], "scope api"),
            (.bitbucketCloud, ["repository"], "repository:write"),
        ])
        func `A token that lacks a scope is found out`(kind: ForgeKind, scopes: [String], words: String) async throws {
            let found = try await examine(kind) { $0.rules.scopes = scopes }
            guard case .no(let reason)? = found.rights[.push] else {
                Issue.record("\(found.rights)")
                return
            }
            #expect(reason.contains(words))
            #expect(isNo(found.push))
        }

        @Test(arguments: [ForgeKind.gitHub, .gitLab, .bitbucketCloud])
        func `Scopes that are not shown are not taken for granted`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { $0.rules.hidesScopes = true }
            #expect(lacking(found).hidden.isSuperset(of: [.push, .pullRequests, .statuses]))
            #expect(isHidden(found.push))
        }

        @Test func `Azure DevOps: permissions that are not shown are not taken for granted`() async throws {
            let found = try await examine(.azureDevOps) { $0.denied = [.rights] }
            #expect(lacking(found).hidden == Set(ForgeExamination.Right.allCases))
            #expect(isHidden(found.push))
        }

        @Test(arguments: [ForgeKind.gitHub, .gitLab, .gitea])
        func `A forge that will not merge for the agent says so`(kind: ForgeKind) async throws {
            let found = try await examine(kind) { world in
                world.approvalsRequired = 1
                world.rules.allowsAutoMerge = false
            }
            #expect(isNo(found.autoMerge), "\(found.autoMerge)")
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A repository that is not found is an answer, with who asked`(kind: ForgeKind) async throws {
            let found = try await examine(kind, access: { $0.repository = String($0.repository.dropLast()) + "x" })
            #expect(found.missing?.code == .notFound)
            #expect(found.missing?.hint != nil)
            if kind != .bitbucketDataCenter { #expect(found.account == .known(ForgeUser(World.agent))) }
            #expect(isHidden(found.push))
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A wrong token is an error and no examination`(kind: ForgeKind) async throws {
            try await ForgeFixture.connected(
                kind, change: { $0.identity = .token(Secret("the-wrong-token-1234")) }
            ) { fixture, session in
                let refused = try #require(await failure { try await session.examiner.examine("main") })
                #expect(refused.code == .configuration)
                #expect(!"\(refused)\(refused.hint ?? "")".contains("the-wrong-token-1234"))
                #expect(fixture.requests == 1)
            }
        }

        @Test(arguments: ForgeFixture.kinds)
        func `A forge that is down while it is examined is unavailable, and no rules are made up`(kind: ForgeKind)
            async throws
        {
            try await ForgeFixture.connected(kind) { fixture, session in
                fixture.fail(.rules, times: 9, .instead(FakeServer.Answer("<html>502</html>", status: 502)))
                fixture.change { $0.approvalsRequired = 1 }
                #expect(await failure { try await session.examiner.examine("main") }?.code == .unavailable)
            }
        }

        // https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
        @Test func `GitHub: classic protection is read as it holds for the agent`() async throws {
            let found = try await examine(.gitHub) { world in
                world.approvalsRequired = 1
                world.rules.isClassic = true
                world.rules.statuses = ["ci/test"]
            }
            #expect(found.isProtected == .known(true))
            #expect(found.push == .no("a pull request is required"))
            #expect(found.requirements == .known([.approvals(1), .statuses(["ci/test"])]))

            // From which it is exempt, and so does not see what others have to keep to.
            let exempt = try await examine(.gitHub) { world in
                world.approvalsRequired = 1
                world.rules.isClassic = true
                world.rules.agentMayPush = true
            }
            #expect(exempt.isProtected == .known(true))
            #expect(isHidden(exempt.push))
        }

        @Test func `Azure DevOps: a branch is named by the letters of its parts`() {
            #expect(AzureDevOps.branchToken("master") == "refs/heads/6d0061007300740065007200/")
            #expect(AzureDevOps.branchToken("a/ü") == "refs/heads/6100/fc00/")
        }

        @Test(arguments: [
            ("main", "main", true), ("main", "mainly", false), ("release/*", "release/1.0", true),
            ("*", "main", true), ("**/live", "shop/live", true), ("m*n", "main", true), ("m*x", "main", false),
            ("a*a", "a", false),
        ])
        func `Patterns of branches hold what they say`(pattern: String, name: String, matches: Bool) {
            #expect(NamePattern(pattern).matches(name) == matches)
        }
    }
}

extension ForgeFixture {
    /// What a forge of this kind can do.
    static func traits(_ kind: ForgeKind) throws -> ForgeTraits {
        let fake = fake(kind)
        var access = ForgeAccess(kind, repository: fake.repository, identity: .token(Secret("a-token")))
        access.url = "https://forge.example.com"
        return try access.forge().traits
    }
}
