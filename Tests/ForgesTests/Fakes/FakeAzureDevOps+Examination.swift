import Rollouts
import Support

extension FakeAzureDevOps {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        if request.path == "/acme/_apis/connectionData" {
            return FakeRoute(.identity) { _ in
                answer([
                    "authenticatedUser": [
                        "id": "id-of-headgate-bot", "providerDisplayName": "The agent",
                        "properties": ["Account": ["$type": "System.String", "$value": .string(World.agent)]],
                    ]
                ])
            }
        }
        guard request.query["api-version"] != nil else { return nil }
        switch (request.method, request.path) {
        // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/repositories/get-repository
        case ("GET", "/acme/shop/_apis/git/repositories/config"):
            return FakeRoute(.other) { _ in
                answer(["id": "repository-id", "name": "config", "isDisabled": false, "project": ["id": "project-id"]])
            }
        // https://learn.microsoft.com/en-us/rest/api/azure/devops/security/permissions/has-permissions-batch
        case ("POST", "/acme/_apis/security/permissionevaluationbatch"):
            return FakeRoute(.rights) { permissions(request.json, $0) }
        // https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/configurations/get
        case ("GET", "/acme/shop/_apis/git/policy/configurations"):
            return FakeRoute(.rules) { world in
                let branch = String((request.query["refName"] ?? "").dropFirst("refs/heads/".count))
                return answer(["value": .array(request.query["repositoryId"] == nil ? [] : policies(branch, world))])
            }
        default: return nil
        }
    }

    private func permissions(_ json: JSON, _ world: World) -> FakeServer.Answer {
        let evaluations = (json["evaluations"]?.array ?? []).map { evaluation -> JSON in
            let bits = evaluation["permissions"]?.int ?? 0
            let token = evaluation["token"]?.string ?? ""
            // `main`, in UTF-16 with the little end first.
            let isOfMain = token == "repoV2/project-id/repository-id/refs/heads/6d00610069006e00/"
            let isGranted =
                switch bits {
                case 4: world.rules.agentMayWrite && isOfMain
                case 128: world.rules.agentMayPush && isOfMain
                default: world.rules.agentMayWrite && token == "repoV2/project-id/repository-id/"
                }
            return [
                "securityNamespaceId": evaluation["securityNamespaceId"] ?? .null, "token": .string(token),
                "permissions": .number(bits), "value": .bool(isGranted),
            ]
        }
        return answer(["evaluations": .array(evaluations)])
    }

    private func policies(_ branch: String, _ world: World) -> [JSON] {
        func policy(_ id: String, _ name: String, isBlocking: Bool = true, _ settings: JSON) -> JSON {
            [
                "isEnabled": true, "isBlocking": .bool(isBlocking), "settings": settings,
                "type": ["id": .string(id), "displayName": .string(name)],
            ]
        }
        let optional = policy(
            "40e92b44-2fe1-4dd6-b3d8-74a9c21d0c6e", "Work item linking", isBlocking: false, [:])
        guard world.hasRules(branch) else { return [optional] }
        var all = [optional]
        if world.approvalsRequired > 0 {
            all.append(
                policy(
                    "fa4e907d-c16b-4a4c-9dfa-4906e5d171dd", "Minimum number of reviewers",
                    ["minimumApproverCount": .number(world.approvalsRequired)]))
        }
        if world.rules.owners { all.append(policy("fd2167ab-b0be-447a-8ec8-39368250530e", "Required reviewers", [:])) }
        for status in world.rules.statuses {
            let parts = status.split(separator: "/").map(String.init)
            all.append(
                policy(
                    "cbdc66da-9728-4af8-aada-9a5a32e4a226", "Status",
                    ["statusGenre": .text(parts.first), "statusName": .text(parts.last)]))
        }
        return all
    }
}
