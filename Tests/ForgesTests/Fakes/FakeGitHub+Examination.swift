import Rollouts
import Support

extension FakeGitHub {
    func examination(_ request: FakeServer.Request) -> FakeRoute? {
        if request.path == "/graphql", request.json["query"]?.string?.contains("refUpdateRule") == true {
            return FakeRoute(.identity) { answer(["data": viewed($0)]) }
        }
        guard request.method == "GET", let parts = parts(of: request, below: "/repos/\(repository)") else { return nil }
        switch (parts.first, parts.count) {
        // https://docs.github.com/en/rest/repos/repos#get-a-repository
        case (nil, 0): return FakeRoute(.other) { found($0) }
        // https://docs.github.com/en/rest/branches/branches#get-a-branch
        case ("branches", 2):
            return FakeRoute(.other) { world in
                guard world.tip(parts[1]) != nil else { return error(404, "Branch not found") }
                return answer(["name": .string(parts[1]), "protected": .bool(world.hasRules(parts[1]))])
            }
        // https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
        case ("rules", 3): return FakeRoute(.rules) { answer(.array(rules(parts[2], $0))) }
        // https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset
        case ("rulesets", 2):
            return FakeRoute(.rules) { world in
                answer([
                    "id": 7, "name": "protect main", "enforcement": "active",
                    "current_user_can_bypass": world.rules.agentMayPush ? "always" : "never",
                ])
            }
        default: return nil
        }
    }

    private func found(_ world: World) -> FakeServer.Answer {
        let repository: JSON = [
            "full_name": .string(self.repository), "private": true, "archived": false,
            "permissions": [
                "admin": false, "maintain": false, "push": .bool(world.rules.agentMayWrite), "triage": true,
                "pull": true,
            ],
        ]
        // Classic tokens alone have it: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps.
        let scopes = (world.rules.scopes ?? ["repo"]).joined(separator: ", ")
        return answer(repository, headers: world.rules.hidesScopes ? [:] : ["X-OAuth-Scopes": scopes])
    }

    // https://docs.github.com/en/rest/repos/rules#about-rulesets
    private func rules(_ branch: String, _ world: World) -> [JSON] {
        guard world.hasRules(branch), !world.rules.isClassic else { return [] }
        func rule(_ type: String, _ parameters: JSON) -> JSON {
            [
                "type": .string(type), "ruleset_source_type": "Repository", "ruleset_source": .string(repository),
                "ruleset_id": 7, "parameters": parameters,
            ]
        }
        let request: JSON = [
            "required_approving_review_count": .number(world.approvalsRequired),
            "require_code_owner_review": .bool(world.rules.owners), "require_last_push_approval": false,
            "required_review_thread_resolution": false, "dismiss_stale_reviews_on_push": true,
        ]
        var rules = [rule("deletion", .null), rule("pull_request", request)]
        if !world.rules.statuses.isEmpty {
            let checks = world.rules.statuses.map { status -> JSON in ["context": .string(status)] }
            rules.append(rule("required_status_checks", ["required_status_checks": .array(checks)]))
        }
        return rules
    }

    // https://docs.github.com/en/graphql/reference/objects#refupdaterule
    private func viewed(_ world: World) -> JSON {
        let rule: JSON = [
            "requiredApprovingReviewCount": .number(world.approvalsRequired),
            "requiresCodeOwnerReviews": .bool(world.rules.owners),
            "requiredStatusCheckContexts": .array(world.rules.statuses.map { .string($0) }),
            "requiresConversationResolution": false, "requiresSignatures": false, "viewerCanPush": true,
        ]
        let isShown = world.rules.isClassic && world.hasRules("main") && !world.rules.agentMayPush
        return [
            "viewer": ["login": .string(World.agent)],
            "repository": [
                "autoMergeAllowed": .bool(world.rules.allowsAutoMerge),
                "ref": ["refUpdateRule": isShown ? rule : .null],
            ],
        ]
    }
}
