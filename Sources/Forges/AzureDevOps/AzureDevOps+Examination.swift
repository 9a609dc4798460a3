internal import HTTP
internal import Rollouts

extension AzureDevOps {
    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/repositories/get-repository
        let found = try await connection.ask(request(.get, "", accepting: [404]))
        let data = try await connection.look(ForgeRequest(.get, "\(organization)/_apis/connectionData")).json
        let user = data?["authenticatedUser"]
        let account = ForgeExamination.Shown(
            ForgeUser(user?["properties"]?["Account"]?["$value"]) ?? ForgeUser(user?["providerDisplayName"]),
            orHidden: "the token may not read whose it is")
        guard found.isGood else {
            return .missing(ForgeFailure(found, asking: "GET \(repository)", forge: "Azure DevOps"), account: account)
        }
        guard let id = found.json["id"]?.string, let place = found.json["project"]?["id"]?.string else {
            throw .lacking("repository", in: "Azure DevOps")
        }
        let disabled = ForgeExamination.Answer.when(
            found.json["isDisabled"]?.bool != true, otherwise: "the repository is disabled")
        let may = try await permissions("repoV2/\(place)/\(id)/", Self.branchToken(base))
        // https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/configurations/get
        let query = [("repositoryId", id), ("refName", "refs/heads/\(base)"), ("api-version", "7.1")]
        let asking = ForgeRequest(.get, "\(project)/_apis/git/policy/configurations", query: query)
        let policies = try await connection.look(asking).json?["value"]?.array
        let unseen = "the policies of the branch are not shown to this token"
        let binding = policies?.filter { $0["isEnabled"]?.bool != false && $0["isBlocking"]?.bool == true }
        let requests = may[.pullRequestContribute] ?? .yes
        return ForgeExamination(
            account: account,
            rights: [
                .push: .all([disabled, may[.contribute] ?? .yes, may[.createBranch] ?? .yes]),
                .pullRequests: .all([disabled, requests]), .statuses: .all([disabled, may[.contribute] ?? .yes]),
                .labels: .all([disabled, requests]),
            ],
            isProtected: .init(binding.map { !$0.isEmpty }, orHidden: unseen),
            push: .all([disabled, may[.contribute] ?? .yes, push(binding, may[.policyExempt] ?? .yes, unseen)]),
            requirements: .init(binding.map(Self.requirements), orHidden: unseen),
            autoMerge: .all([disabled, requests]))
    }

    private func push(
        _ policies: [JSON]?, _ exempt: ForgeExamination.Answer, _ unseen: String
    ) -> ForgeExamination.Answer {
        if case .yes = exempt { return .yes }
        guard let policies else { return .hidden(unseen) }
        guard !policies.isEmpty else { return .yes }
        if case .no = exempt { return .no("policies of the branch require a pull request") }
        return exempt
    }

    // MARK: Permissions

    /// Bits of the namespace of Git repositories, by
    /// https://learn.microsoft.com/en-us/azure/devops/organizations/security/namespace-reference.
    private enum Permission: Int, CaseIterable {
        case contribute = 4
        case createBranch = 16
        case policyExempt = 128
        case pullRequestContribute = 16384

        var title: String {
            switch self {
            case .contribute: "Contribute"
            case .createBranch: "Create branch"
            case .policyExempt: "Bypass policies when pushing"
            case .pullRequestContribute: "Contribute to pull requests"
            }
        }
    }

    /// By https://learn.microsoft.com/en-us/rest/api/azure/devops/security/permissions/has-permissions-batch.
    private func permissions(
        _ place: String, _ branch: String
    ) async throws(ForgeFailure) -> [Permission: ForgeExamination.Answer] {
        let evaluations = Permission.allCases.map { permission -> JSON in
            let isOfBranch = permission == .contribute || permission == .policyExempt
            return [
                "securityNamespaceId": "2e9eb7ed-3c0a-47d4-87c1-0ffdf275fd87",
                "token": .string(isOfBranch ? place + branch : place),
                "permissions": .number("\(permission.rawValue)"),
            ]
        }
        let body: JSON = ["alwaysAllowAdministrators": false, "evaluations": .array(evaluations)]
        let asking = ForgeRequest(
            .post, "\(organization)/_apis/security/permissionevaluationbatch", query: [("api-version", "7.1")],
            body: body)
        let answers = try await connection.look(asking.repeatable).json?["evaluations"]?.array ?? []
        var known: [Permission: ForgeExamination.Answer] = [:]
        for permission in Permission.allCases {
            let answer = answers.first { $0["permissions"]?.int == permission.rawValue }?["value"]?.bool
            known[permission] =
                answer.map { .when($0, otherwise: "the account has not the permission \(permission.title)") }
                ?? .hidden("this token is not told whether the account has the permission \(permission.title)")
        }
        return known
    }

    /// Each part of a branch's name in UTF-16, little end first, in hexadecimal digits: Azure DevOps names branches so
    /// where their capitals matter and its own do not.
    static func branchToken(_ branch: String) -> String {
        let parts = branch.split(separator: "/").map { part in
            part.utf16.map { unit in
                [unit & 0xFF, unit >> 8].map { byte in
                    let digits = String(byte, radix: 16)
                    return digits.count == 1 ? "0\(digits)" : digits
                }.joined()
            }.joined()
        }
        return "refs/heads/\(parts.joined(separator: "/"))/"
    }

    // MARK: Requirements

    /// By the ids of types of policies, since their names are translated:
    /// https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/types/list.
    private static func requirements(_ policies: [JSON]) -> Set<ForgeExamination.Requirement> {
        var needed: Set<ForgeExamination.Requirement> = []
        for policy in policies {
            let settings = policy["settings"]
            switch policy["type"]?["id"]?.string?.lowercased() {
            case "fa4e907d-c16b-4a4c-9dfa-4906e5d171dd":
                needed.need(approvals: settings?["minimumApproverCount"]?.int ?? 1)
            case "fd2167ab-b0be-447a-8ec8-39368250530e": needed.insert(.owners)
            case "cbdc66da-9728-4af8-aada-9a5a32e4a226":
                let name = [settings?["statusGenre"]?.string, settings?["statusName"]?.string].compactMap { $0 }
                needed.need(statuses: [name.joined(separator: "/")])
            case "0609b952-1397-4640-95ec-e00a01b2c241":
                let name = settings?["displayName"]?.string.map { " \(ForeignText.line($0))" } ?? ""
                needed.insert(.other("the build\(name) passes"))
            case "c6a1889d-b943-4856-b76f-9e46bb6b0df2": needed.insert(.other("comments are resolved"))
            case "40e92b44-2fe1-4dd6-b3d8-74a9c21d0c6e": needed.insert(.other("a work item is linked"))
            // How it is merged binds nobody to anything more.
            case "fa4e907d-c16b-4a4c-9dfa-4916e5d171ab": break
            default:
                let name = policy["type"]?["displayName"]?.string ?? "a policy"
                needed.insert(.other(ForeignText.line("\(name) is met")))
            }
        }
        return needed
    }
}
