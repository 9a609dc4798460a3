import Rollouts
import Support

extension FakeGitLab {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        guard request.method == "GET" else { return nil }
        // https://docs.gitlab.com/api/users/#get-the-current-user
        if request.path == "/api/v4/user" {
            return FakeRoute(.identity) { _ in answer(["id": 12, "username": .string(World.agent)]) }
        }
        // https://docs.gitlab.com/api/personal_access_tokens/#self-inform
        if request.path == "/api/v4/personal_access_tokens/self" {
            return FakeRoute(.identity) { world in
                let scopes = world.rules.scopes ?? ["api"]
                return world.rules.hidesScopes
                    ? error(403, "Forbidden") : answer(["scopes": .array(scopes.map { .string($0) }), "active": true])
            }
        }
        guard let parts = parts(of: request, below: "/api/v4/projects/\(repository)") else { return nil }
        switch (parts.first, parts.count) {
        // https://docs.gitlab.com/api/projects/#get-a-single-project
        case (nil, 0):
            return FakeRoute(.other) { world in
                answer([
                    "id": 77, "archived": false, "merge_requests_access_level": "enabled",
                    "only_allow_merge_if_pipeline_succeeds": .bool(!world.rules.statuses.isEmpty),
                    "only_allow_merge_if_all_discussions_are_resolved": false,
                    "permissions": [
                        "project_access": ["access_level": world.rules.agentMayWrite ? 30 : 20], "group_access": nil,
                    ],
                ])
            }
        // https://docs.gitlab.com/api/branches/#get-single-repository-branch
        case ("repository", 3) where parts[1] == "branches":
            return FakeRoute(.other) { world in
                guard world.tip(parts[2]) != nil else { return error(404, "Branch Not Found") }
                return answer([
                    "name": .string(parts[2]), "protected": .bool(world.hasRules(parts[2])),
                    "developers_can_merge": .bool(world.rules.allowsAutoMerge),
                    "can_push": .bool(world.takesPush(to: parts[2])),
                ])
            }
        // https://docs.gitlab.com/api/protected_branches/#get-a-single-protected-branch-or-wildcard-protected-branch
        case ("protected_branches", 2):
            return FakeRoute(.rules) { world in
                guard world.hasRules(parts[1]) else { return error(404, "Not found") }
                let least = world.rules.allowsAutoMerge ? 30 : 40
                return answer([
                    "name": .string(parts[1]), "code_owner_approval_required": .bool(world.rules.owners),
                    "merge_access_levels": [["access_level": .number(least), "user_id": nil, "group_id": nil]],
                ])
            }
        // https://docs.gitlab.com/api/merge_request_approvals/#list-all-approval-rules-for-a-project
        case ("approval_rules", 1):
            return FakeRoute(.rules) { world in
                let other: JSON = [
                    "id": 2, "name": "docs", "approvals_required": 5, "applies_to_all_protected_branches": false,
                    "protected_branches": [["name": "docs-*"]],
                ]
                let rule: JSON = [
                    "id": 1, "name": "All", "approvals_required": .number(world.approvalsRequired),
                    "applies_to_all_protected_branches": true, "protected_branches": [],
                ]
                return answer([other, rule], headers: ["X-Next-Page": ""])
            }
        default: return nil
        }
    }
}
