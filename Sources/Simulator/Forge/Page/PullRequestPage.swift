/// The page of one pull request: what it says on the left, what can be done about it on the right, the change below.
struct PullRequestPage {
    let frame: PageFrame
    let pullRequest: PullRequest
    /// All labels of the repository.
    let labels: [ForgeLabel]
    /// The newest reports on the head.
    let statuses: [ReportedStatus]
    let obstacles: [MergeObstacle]
    let requiredApprovals: Int
    let files: [FileDiff]
    let now: Moment
    /// What proves that a form comes from this page.
    let seal: String
    /// Why the last form was not followed.
    var notice: String?

    var markup: Markup {
        let diff = DiffView(files: files)
        let warning: Markup = notice.map { "<p class=\"notice\" role=\"alert\">\($0)</p>\n" } ?? ""
        return frame.around(
            """
            \(warning)\(head)
            <div class="columns">
            <article class="body">
            \(text)</article>
            \(decide)
            </div>
            <h2 class="part">Changes <span class="quiet">\(diff.summary)</span></h2>
            \(diff.markup)
            <h2 class="part">What happened</h2>
            \(events)
            """)
    }

    // MARK: What it says

    private var head: Markup {
        let words: Markup =
            switch pullRequest.state {
            case .open: "proposes to merge"
            case .merged: "had merged by \(pullRequest.mergedBy ?? "somebody")"
            case .closed: "proposed to merge"
            }
        return """
            <h1>\(pullRequest.title) <span class="number">#\(pullRequest.number)</span></h1>
            <p class="meta">\(pullRequest.state.pill)<span>\(pullRequest.author) \(words) <code>\(Markup.breakable(pullRequest.branch))</code> \
            into <code>\(pullRequest.base)</code></span>\(labelled.map(\.pill))</p>
            """
    }

    private var labelled: [ForgeLabel] { labels.filter { pullRequest.labels.contains($0.id) } }

    private var text: Markup {
        pullRequest.body.trimmed.isEmpty
            ? "<p class=\"quiet\">Its author wrote nothing about it.</p>\n" : MarkdownPage.markup(pullRequest.body)
    }

    // MARK: What can be done

    private var decide: Markup {
        let parts: [Markup] =
            switch pullRequest.state {
            case .open: [checks, review, merge, close, steering]
            case .closed: [checks, reopen, steering]
            case .merged: [merged, checks, steering]
            }
        return "<aside class=\"decide\" aria-label=\"Decide\">\n\(parts)</aside>"
    }

    private var checks: Markup {
        let items = statuses.map { status -> Markup in
            let context = Markup.breakable(status.context)
            let isLink = ["http://", "https://"].contains { status.url.hasPrefix($0) }
            let name: Markup = isLink ? "<a href=\"\(status.url)\">\(context)</a>" : context
            return """
                <li class="check \(.text(status.state.rawValue))">\(name) \(status.state.word)\
                <small>\(status.description)</small></li>

                """
        }
        let list: Markup = items.isEmpty ? "<p class=\"quiet\">None was reported.</p>" : "<ul>\n\(items)</ul>"
        return "<section><h2>Checks</h2>\n\(list)</section>\n"
    }

    private var review: Markup {
        let opinions = pullRequest.opinions.map { opinion -> Markup in
            let old: Markup = opinion.commit == pullRequest.head ? "" : " an earlier version"
            return opinion.kind == .approved
                ? "<p>\(opinion.author) approved\(old).</p>\n" : "<p>\(opinion.author) asks for changes.</p>\n"
        }
        let count: Markup =
            requiredApprovals == 0
            ? "<p class=\"quiet\">No approval is required.</p>\n"
            : "<p>\(min(pullRequest.approvals, requiredApprovals)) of \(requiredApprovals) required approvals</p>\n"
        let isOwn = pullRequest.author == frame.person
        let hasApproved = pullRequest.opinions.contains {
            $0.author == frame.person && $0.kind == .approved && $0.commit == pullRequest.head
        }
        let button: Markup =
            isOwn
            ? "<p class=\"quiet\">Somebody else has to approve what you propose.</p>"
            : hasApproved ? "" : form("approve", "<button class=\"main\">Approve</button>")
        return "<section><h2>Review</h2>\n\(count)\(opinions)\(button)</section>\n"
    }

    private var merge: Markup {
        let sentence: Markup
        if let first = obstacles.first {
            let rest = obstacles.dropFirst().map(\.sentence)
            sentence = "It cannot be merged yet: \(([first.sentence] + rest).joined(separator: ", ")).\(waiting)"
        } else {
            sentence = "It can be merged now."
        }
        let options = MergeMethod.allCases.map { method -> Markup in
            "<option value=\"\(method.rawValue)\">\(method.title)</option>\n"
        }
        let button: Markup =
            obstacles.isEmpty ? "<button class=\"main\">Merge</button>" : "<button disabled>Merge</button>"
        return """
            <section><h2>Merge</h2>
            <p>\(sentence)</p>
            \(form("merge", """
                <input type="hidden" name="head" value="\(pullRequest.head)">
                <label class="for" for="method">How</label><select id="method" name="method">
                \(options)</select>
                \(button)
                """))</section>

            """
    }

    private var waiting: Markup {
        pullRequest.scheduled.map { " \($0.account.name) asked for it to be merged when it can be." } ?? ""
    }

    private var close: Markup {
        "<section><h2>Close</h2>\n\(form("close", "<button>Close without merging</button>"))</section>\n"
    }

    private var reopen: Markup {
        """
        <section><h2>Closed without merging</h2>
        <p>Nothing of it is on <code>\(pullRequest.base)</code>.</p>
        \(form("reopen", "<button class=\"main\">Reopen</button>"))</section>

        """
    }

    private var merged: Markup {
        let commit = pullRequest.mergeCommit ?? ""
        return """
            <section><h2>Merged</h2>
            <p>\(pullRequest.mergedBy ?? "Somebody") merged it as \
            <a class="mono" href="/\(frame.repository)/commit/\(commit)">\(String(commit.prefix(9)))</a>.</p></section>

            """
    }

    /// The labels by which a person steers the agent, on its own branches and as far as the text names them or they are on:
    /// elsewhere they do nothing.
    private var steering: Markup {
        guard pullRequest.branch.hasPrefix("headgate/") else { return "" }
        let offered = ["headgate/hold", "headgate/rollback"].compactMap { name in labels.first { $0.name == name } }
            .filter { pullRequest.body.contains($0.name) && takes($0.name) || pullRequest.labels.contains($0.id) }
        if offered.isEmpty { return "" }
        let buttons =
            offered
            .map { label -> Markup in
                let isSet = pullRequest.labels.contains(label.id)
                let field: Markup = "<input type=\"hidden\" name=\"name\" value=\"\(label.name)\">"
                let words: Markup = isSet ? "Take off \(label.name)" : "Label \(label.name)"
                return """
                    \(form(isSet ? "unlabel" : "label", "\(field)<button>\(words)</button>"))
                    <p class="quiet">\(label.description).</p>

                    """
            }
        return "<section><h2>Labels</h2>\n\(buttons)</section>\n"
    }

    /// Where a release is only proposed there is nothing to take back.
    private func takes(_ label: String) -> Bool {
        label == "headgate/hold" || !pullRequest.branch.hasPrefix("headgate/promotion/")
    }

    private func form(_ action: String, _ inner: Markup) -> Markup {
        """
        <form method="post" action="/\(frame.repository)/pulls/\(pullRequest.number)/\(action)">\
        <input type="hidden" name="seal" value="\(seal)">\(inner)</form>

        """
    }

    // MARK: What happened

    private var events: Markup {
        let events = pullRequest.events.map { event -> (Int, Markup) in
            (event.id, line(event.time, "\(event.author) \(event.kind.words) \(.text(event.detail))"))
        }
        let comments = pullRequest.comments.map { comment -> (Int, Markup) in
            let said: Markup = "<div class=\"said body\">\(MarkdownPage.markup(comment.text))</div>"
            return (
                comment.id,
                line(comment.time, "<span id=\"comment-\(comment.id)\">\(comment.author) wrote</span>", said)
            )
        }
        return "<ol class=\"log\">\n\((events + comments).sorted { $0.0 < $1.0 }.map(\.1))</ol>"
    }

    private func line(_ time: Moment, _ words: Markup, _ more: Markup = "") -> Markup {
        "<li>\(time.markup(today: now))<span>\(words)</span>\(more)</li>\n"
    }
}

extension PullRequest.State {
    var pill: Markup {
        switch self {
        case .open: "<span class=\"state open\">Open</span>"
        case .merged: "<span class=\"state merged\">Merged</span>"
        case .closed: "<span class=\"state closed\">Closed</span>"
        }
    }
}

extension ForgeLabel {
    var pill: Markup { "<span class=\"label\">\(name)</span>" }
}

extension ReportedStatus.State {
    var word: Markup {
        switch self {
        case .success: "has passed"
        case .pending: "is pending"
        case .warning: "warns"
        case .failure: "has failed"
        case .error: "could not be made"
        }
    }
}

extension MergeMethod {
    fileprivate var title: String {
        switch self {
        case .merge: "Merge commit"
        case .rebase: "Rebase"
        case .rebaseMerge: "Rebase, then merge commit"
        case .squash: "Squash into one commit"
        case .fastForwardOnly: "Fast-forward only"
        }
    }
}

extension PullRequest.Event.Kind {
    fileprivate var words: Markup {
        switch self {
        case .opened: "opened it"
        case .pushed: "pushed"
        case .closed: "closed it without merging"
        case .reopened: "reopened it"
        case .merged: "merged it as"
        case .labelled: "added the label"
        case .unlabelled: "took off the label"
        case .approved: "approved."
        case .requestedChanges: "asked for changes:"
        case .commented: "remarked:"
        case .scheduled: "asked for it to be merged when it can be."
        }
    }
}
