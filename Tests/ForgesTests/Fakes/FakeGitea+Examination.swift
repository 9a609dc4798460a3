import Rollouts
import Support

extension FakeGitea {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        guard request.method == "GET" else { return nil }
        // https://docs.gitea.com/api/#tag/user/operation/userGetCurrent
        if request.path == "/api/v1/user" {
            return FakeRoute(.identity) { _ in answer(["id": 3, "login": .string(World.agent)]) }
        }
        guard let parts = parts(of: request, below: "/api/v1/repos/\(repository)") else { return nil }
        switch (parts.first, parts.count) {
        // https://docs.gitea.com/api/#tag/repository/operation/repoGet
        case (nil, 0):
            return FakeRoute(.other) { world in
                answer([
                    "full_name": .string(repository), "archived": false, "has_pull_requests": true,
                    "permissions": ["admin": false, "push": .bool(world.rules.agentMayWrite), "pull": true],
                ])
            }
        // https://docs.gitea.com/api/#tag/repository/operation/repoGetBranchProtection
        case ("branch_protections", 2):
            return FakeRoute(.rules) { world in
                guard world.hasRules(parts[1]) else { return error(404, "The target couldn't be found.") }
                return answer([
                    "rule_name": .string(parts[1]), "block_on_official_review_requests": .bool(world.rules.owners),
                    "require_signed_commits": false, "block_on_outdated_branch": .bool(world.rules.blocksOutdated),
                ])
            }
        default: return nil
        }
    }

    /// By https://docs.gitea.com/api/#tag/repository/operation/repoGetBranch.
    func branch(_ name: String, _ world: World) -> FakeServer.Answer {
        guard world.tip(name) != nil else { return error(404, "branch does not exist") }
        let statuses = world.hasRules(name) ? world.rules.statuses : []
        return answer([
            "name": .string(name), "commit": ["id": .text(world.tip(name))], "protected": .bool(world.hasRules(name)),
            "required_approvals": .number(world.approvalsRequired), "enable_status_check": .bool(!statuses.isEmpty),
            "status_check_contexts": .array(statuses.map { .string($0) }),
            "user_can_push": .bool(world.takesPush(to: name)), "user_can_merge": .bool(world.rules.allowsAutoMerge),
            "effective_branch_protection_name": .string(world.hasRules(name) ? name : ""),
        ])
    }
}
