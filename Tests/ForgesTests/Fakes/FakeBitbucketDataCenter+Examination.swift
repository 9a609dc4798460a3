import Rollouts
import Support

extension FakeBitbucketDataCenter {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        guard request.method == "GET" else { return nil }
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-repository/#api-api-latest-repos-get
        if request.path == "/rest/api/latest/repos" {
            return FakeRoute(.identity) { world in
                let isOne = request.query["permission"] == "REPO_WRITE" && world.rules.agentMayWrite
                let repository: JSON = ["slug": "config", "project": ["key": "SHOP"]]
                return answer(["values": isOne ? [repository] : [], "isLastPage": true])
            }
        }
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-repository/#api-branch-permissions-latest-projects-projectkey-repos-repositoryslug-restrictions-get
        if request.path == "/rest/branch-permissions/latest/projects/SHOP/repos/config/restrictions" {
            return FakeRoute(.rules) { answer(["values": .array(restrictions($0)), "isLastPage": true]) }
        }
        guard let parts = parts(of: request, below: "/rest/api/latest/projects/SHOP/repos/config") else { return nil }
        switch parts {
        case []:
            return FakeRoute(.other) { _ in
                // Each answer says who asked.
                answer(["slug": "config", "archived": false], headers: ["X-AUSERNAME": World.agent])
            }
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-settings-pull-requests-get
        case ["settings", "pull-requests"]:
            return FakeRoute(.other) { world in
                answer([
                    "requiredApprovers": [
                        "enable": .bool(world.approvalsRequired > 0), "count": .string("\(world.approvalsRequired)"),
                    ],
                    "requiredSuccessfulBuilds": [
                        "enable": .bool(!world.rules.statuses.isEmpty), "count": .number(world.rules.statuses.count),
                    ],
                    "requiredAllApprovers": false, "requiredAllTasksComplete": false,
                ])
            }
        default: return nil
        }
    }

    private func restrictions(_ world: World) -> [JSON] {
        guard world.hasRules(world.rules.branch) else { return [] }
        let users: [JSON] = world.rules.agentMayPush ? [["name": .string(World.agent)]] : []
        func restriction(_ type: String, _ branch: String) -> JSON {
            [
                "type": .string(type), "users": .array(users), "groups": [], "accessKeys": [],
                "matcher": ["id": .string("refs/heads/\(branch)"), "type": ["id": "BRANCH"]],
            ]
        }
        return [
            restriction("no-deletes", world.rules.branch), restriction("pull-request-only", world.rules.branch),
            restriction("read-only", "other"),
        ]
    }
}
