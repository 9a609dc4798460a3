internal import Rollouts

// Gitea's API has GitHub's fields where the two have the same things.

extension PullRequest {
    /// Without the commit of its merge, which each forge states in its own way.
    init(likeGitHub json: JSON, isMerged: Bool, in forge: String) throws(ForgeFailure) {
        guard let number = json["number"]?.int, let branch = json["head"]?["ref"]?.string,
            let base = json["base"]?["ref"]?.string, let state = json["state"]?.string
        else { throw .lacking("pull request", in: forge) }
        self.init(
            number: .init(number), url: json["html_url"]?.string ?? "", branch: branch, base: base,
            head: CommitID(json["head"]?["sha"]), title: json["title"]?.string ?? "",
            body: json["body"]?.string ?? "", state: isMerged ? .merged : state == "open" ? .open : .closed,
            author: ForgeUser(json["user"]?["login"]))
        labels = Set((json["labels"]?.array ?? []).compactMap { $0["name"]?.string })
        isDraft = json["draft"]?.bool ?? false
        let repositories = [json["head"], json["base"]].map { $0?["repo"]?["full_name"]?.string?.lowercased() }
        isFromFork = repositories[0] == nil || repositories[0] != repositories[1]
    }
}

extension PullRequestChange {
    /// Everything but labels, which have addresses of their own.
    var membersLikeGitHub: [JSON.Member] {
        var members: [JSON.Member] = []
        if let title { members.append(.init(name: "title", value: .string(title))) }
        if let body { members.append(.init(name: "body", value: .string(body))) }
        if closes { members.append(.init(name: "state", value: "closed")) }
        return members
    }
}
