/// The forge's things as Gitea's API writes them (https://docs.gitea.com/api/, "Models").
extension Forge {
    /// Where the repository stands in the API.
    var root: String { "\(address)/api/v1/repos/\(name)" }
    /// Where the repository stands in the pages.
    var home: String { "\(address)/\(name)" }

    func json(_ account: ForgeAccount) -> Value {
        [
            "id": .integer(account.id), "login": .string(account.name), "username": .string(account.name),
            "full_name": .string(account.name), "email": .string(account.email),
            "html_url": .string("\(address)/\(account.name)"), "is_admin": false,
        ]
    }

    func repositoryJSON(for account: ForgeAccount? = nil) -> Value {
        let parts = name.split(separator: "/").map(String.init)
        var repository: Value = [
            "id": 1, "name": .string(parts.last ?? name), "full_name": .string(name),
            "owner": ["login": .string(parts.first ?? ""), "username": .string(parts.first ?? "")],
            "html_url": .string(home), "default_branch": "main", "private": true, "archived": false, "empty": false,
            "has_pull_requests": true, "has_issues": true, "allow_merge_commits": true, "allow_rebase": true,
            "allow_rebase_explicit": true, "allow_squash_merge": true, "allow_fast_forward_only_merge": true,
            "default_merge_style": "merge", "default_delete_branch_after_merge": false,
        ]
        if let account {
            repository["permissions"] = [
                "admin": .bool(account.rights == .admin), "push": .bool(account.mayWrite), "pull": true,
            ]
        }
        return repository
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetBranch
    func branchJSON(_ branch: String, for account: ForgeAccount) throws -> Value {
        guard let commit = branches[branch] else { throw ForgeRefusal(404, "branch does not exist [name: \(branch)]") }
        let protection = protection(of: branch)
        return [
            "name": .string(branch), "commit": ["id": .string(commit)], "protected": .bool(protection != nil),
            "required_approvals": .integer(protection?.requiredApprovals ?? 0),
            "enable_status_check": .bool(protection?.needsStatuses ?? false),
            "status_check_contexts": .array((protection?.contexts ?? []).map(Value.string)),
            // Whoever may write may push here: the demo's agent commits most stages itself.
            "user_can_push": .bool(account.mayWrite), "user_can_merge": .bool(account.mayWrite),
            "effective_branch_protection_name": .string(protection?.branch ?? ""),
        ]
    }

    func json(_ protection: BranchProtection) -> Value {
        [
            "rule_name": .string(protection.branch), "branch_name": .string(protection.branch), "enable_push": true,
            "enable_push_whitelist": false, "enable_merge_whitelist": false,
            "required_approvals": .integer(protection.requiredApprovals),
            "enable_status_check": .bool(protection.needsStatuses),
            "status_check_contexts": .array(protection.contexts.map(Value.string)),
            "block_on_rejected_reviews": .bool(protection.blocksOnRejection),
            "block_on_outdated_branch": .bool(protection.blocksOnOutdated),
            "dismiss_stale_approvals": .bool(protection.dismissesStale),
        ]
    }

    func json(_ label: ForgeLabel) -> Value {
        [
            "id": .integer(label.id), "name": .string(label.name), "color": .string(label.color),
            "description": .string(label.description), "exclusive": false, "is_archived": false,
        ]
    }

    func labelsJSON(of pullRequest: PullRequest) -> Value {
        .array(labels.filter { pullRequest.labels.contains($0.id) }.map(json))
    }

    func json(_ pullRequest: PullRequest) async throws -> Value {
        let page = "\(home)/pulls/\(pullRequest.number)"
        let isOpen = pullRequest.state == .open
        let isMergeable = isOpen && !pullRequest.isDraft ? try await fits(pullRequest) : false
        let isMerged = pullRequest.state == .merged
        var value: Value = [
            "id": .integer(1000 + pullRequest.number), "number": .integer(pullRequest.number),
            "url": .string(page), "html_url": .string(page), "diff_url": .string("\(page).diff"),
            "user": json(account(pullRequest.author)), "title": .string(pullRequest.title),
            "body": .string(pullRequest.body), "labels": labelsJSON(of: pullRequest),
            "state": isOpen ? "open" : "closed", "draft": .bool(pullRequest.isDraft),
            "comments": .integer(pullRequest.comments.count), "mergeable": .bool(isMergeable),
            "merged": .bool(isMerged), "merge_commit_sha": pullRequest.mergeCommit.map(Value.string) ?? .null,
            "merged_by": pullRequest.mergedBy.map { json(account($0)) } ?? .null,
            "merged_at": isMerged ? pullRequest.closed.map { .string("\($0)") } ?? .null : .null,
            "created_at": .string("\(pullRequest.created)"), "updated_at": .string("\(pullRequest.changed)"),
            "closed_at": pullRequest.closed.map { .string("\($0)") } ?? .null,
        ]
        value["head"] = side(pullRequest.branch, pullRequest.head)
        value["base"] = side(pullRequest.base, branches[pullRequest.base] ?? pullRequest.lastBase ?? "")
        return value
    }

    private func side(_ branch: String, _ commit: String) -> Value {
        [
            "label": .string(branch), "ref": .string(branch), "sha": .string(commit), "repo_id": 1,
            "repo": repositoryJSON(),
        ]
    }

    func json(_ review: PullRequest.Review, on pullRequest: PullRequest) -> Value {
        [
            "id": .integer(review.id), "user": json(account(review.author)), "state": .string(review.kind.rawValue),
            "body": .string(review.body), "commit_id": .string(review.commit),
            "stale": .bool(review.commit != pullRequest.head), "official": .bool(review.isOfficial),
            "dismissed": .bool(review.isDismissed), "submitted_at": .string("\(review.time)"),
        ]
    }

    func json(_ comment: PullRequest.Comment, on index: Int) -> Value {
        [
            "id": .integer(comment.id), "user": json(account(comment.author)), "body": .string(comment.text),
            "html_url": .string("\(home)/pulls/\(pullRequests[index].number)#comment-\(comment.id)"),
            "created_at": .string("\(comment.time)"), "updated_at": .string("\(comment.changed)"),
        ]
    }

    func json(_ status: ReportedStatus, on commit: String) -> Value {
        [
            "id": .integer(status.id), "context": .string(status.context), "status": .string(status.state.rawValue),
            "description": .string(status.description), "target_url": .string(status.url),
            "url": .string("\(root)/statuses/\(commit)"), "creator": json(account(status.author)),
            "created_at": .string("\(status.time)"), "updated_at": .string("\(status.time)"),
        ]
    }

    /// Comments and events in the order in which they were made.
    func timeline(of pullRequest: PullRequest) -> [Value] {
        let comments = pullRequest.comments.map { comment in
            (comment.id, entry("comment", comment.id, comment.author, comment.time, comment.text))
        }
        let events = pullRequest.events.compactMap { event -> (Int, Value)? in
            guard let type = event.kind.word else { return nil }
            return (event.id, entry(type, event.id, event.author, event.time, event.detail))
        }
        return (comments + events).sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func entry(_ type: String, _ id: Int, _ author: String, _ time: Moment, _ body: String) -> Value {
        [
            "id": .integer(id), "type": .string(type), "user": json(account(author)), "body": .string(body),
            "created_at": .string("\(time)"), "updated_at": .string("\(time)"),
        ]
    }
}

extension PullRequest.Event.Kind {
    /// The type of Gitea's time line; it has none for the opening.
    fileprivate var word: String? {
        switch self {
        case .opened: nil
        case .pushed: "pull_push"
        case .closed: "close"
        case .reopened: "reopen"
        case .merged: "merge_pull"
        case .labelled, .unlabelled: "label"
        case .approved, .requestedChanges, .commented: "review"
        case .scheduled: "pull_scheduled_merge"
        }
    }
}
