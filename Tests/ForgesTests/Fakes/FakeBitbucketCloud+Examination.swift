import Rollouts
import Support

extension FakeBitbucketCloud {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        guard request.method == "GET" else { return nil }
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/#api-user-get
        if request.path == "/2.0/user" {
            return FakeRoute(.identity) { _ in answer(["uuid": "{agent}", "nickname": .string(World.agent)]) }
        }
        guard let parts = parts(of: request, below: "/2.0/repositories/\(repository)") else { return nil }
        switch (parts.first, parts.count) {
        case (nil, 0):
            return FakeRoute(.other) { world in
                let all = world.rules.agentMayWrite ? ["pullrequest:write", "repository:write"] : ["repository"]
                let scopes = (world.rules.scopes ?? all).joined(separator: ", ")
                return answer(
                    ["type": "repository", "full_name": .string(repository)],
                    headers: world.rules.hidesScopes ? [:] : ["X-OAuth-Scopes": scopes])
            }
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/
        case ("branch-restrictions", 1): return FakeRoute(.rules) { answer(["values": .array(restrictions($0))]) }
        default: return nil
        }
    }

    private func restrictions(_ world: World) -> [JSON] {
        func restriction(_ kind: String, _ pattern: String, _ value: Int? = nil, users: [JSON] = []) -> JSON {
            [
                "type": "branchrestriction", "kind": .string(kind), "branch_match_kind": "glob",
                "pattern": .string(pattern), "value": value.map { .number($0) } ?? .null, "users": .array(users),
                "groups": [],
            ]
        }
        let other = restriction("require_approvals_to_merge", "release/*", 5)
        guard world.hasRules(world.rules.branch) else { return [other] }
        let pattern = "\(world.rules.branch.dropLast())*"
        var all = [
            other,
            restriction("push", pattern, users: world.rules.agentMayPush ? [["uuid": "{agent}"]] : [["uuid": "{bob}"]]),
        ]
        if world.approvalsRequired > 0 {
            all.append(restriction("require_approvals_to_merge", pattern, world.approvalsRequired))
        }
        if !world.rules.statuses.isEmpty {
            all.append(restriction("require_passing_builds_to_merge", pattern, world.rules.statuses.count))
        }
        return all
    }
}
