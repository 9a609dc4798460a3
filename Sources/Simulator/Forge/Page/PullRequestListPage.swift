/// The list of pull requests, and below it what has come to the main branch.
struct PullRequestListPage {
    let frame: PageFrame
    let pullRequests: [PullRequest]
    let labels: [ForgeLabel]
    let statuses: [String: [ReportedStatus]]
    let commits: [BareRepository.Entry]
    let now: Moment

    var markup: Markup {
        let open = pullRequests.filter { $0.state == .open }.reversed().map(item)
        let over = pullRequests.filter { $0.state != .open }.reversed().map(item)
        let past: Markup = over.isEmpty ? "" : "<h2 class=\"part\">Merged and closed</h2>\n\(list(over, else: ""))"
        return frame.around(
            """
            <h1>Pull requests</h1>
            \(list(open, else: "None is open. This page looks again by itself."))
            \(past)
            <h2 class="part">Newest commits on <code>main</code></h2>
            <ol class="log">
            \(commits.map(line))</ol>
            """)
    }

    private func list(_ items: [Markup], else words: Markup) -> Markup {
        items.isEmpty ? "<p class=\"quiet\">\(words)</p>" : "<ul class=\"list\">\n\(items)</ul>"
    }

    private func item(_ pullRequest: PullRequest) -> Markup {
        let newest = (statuses[pullRequest.head] ?? []).newest
        let check: Markup =
            newest.combined.map { "<span class=\"check \(.text($0.rawValue))\">Check \($0.word)</span>" } ?? ""
        let shown = labels.filter { pullRequest.labels.contains($0.id) }.map(\.pill)
        return """
            <li><a class="title" href="/\(frame.repository)/pulls/\(pullRequest.number)">\(pullRequest.title)</a>
            <div class="meta">\(pullRequest.state.pill)<span>#\(pullRequest.number) by \(pullRequest.author), \
            \(pullRequest.created.markup(today: now))</span>\(check)\(shown)</div></li>

            """
    }

    private func line(_ commit: BareRepository.Entry) -> Markup {
        """
        <li>\(commit.time.markup(today: now))<span><a href="/\(frame.repository)/commit/\(commit.id)">\(commit.subject)</a> \
        <span class="quiet">\(commit.author)</span></span></li>

        """
    }
}
