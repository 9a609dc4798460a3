internal import Analysis
internal import Rollouts

/// What a rollout waits for, in the few words that fit a line of a table.
struct StandingSummary {
    let status: RolloutStatus
    let now: Timestamp

    var text: String {
        if let trouble = status.trouble { return trouble }
        if let problem = status.problems.first {
            return problem.file == status.file ? "line \(problem.line): \(problem.message)" : problem.description
        }
        if let transition = status.transition { return "due: \(Self.subject(transition, status.id))" }
        switch status.standing {
        case .stable: return hold.map { "on hold: \($0)" } ?? ""
        case nil, .retired, .progressing(nil), .rollingBack(nil): return ""
        case .progressing(let wait?), .rollingBack(let wait?): return text(of: wait)
        case .held(let hold): return Self.brief(StandingText.line(hold))
        case .rolledBack(let rejected): return Self.brief(rejected.reason)
        }
    }

    /// Why no release would start, where people have said so.
    private var hold: String? { status.specification.flatMap { $0.globalHold ?? $0.steering.hold } }

    private func text(of wait: Wait) -> String {
        switch wait {
        case .applied(let until, let fields):
            "the cluster to take over \(Self.names(fields)), \(left(until))"
        case .available(let until, let what), .capacity(let until, let what): "\(Self.brief(what)), \(left(until))"
        case .pause(let until): "pause, \(left(until))"
        case .approval: "approval"
        case .analysis(let sentence): sentence.isEmpty ? "more data" : Self.brief(sentence)
        case .metrics(let sentence): "the metrics: \(Self.brief(sentence))"
        case .cluster("not asked"): "not asked"
        case .cluster(let sentence): "the cluster: \(Self.brief(sentence))"
        case .scaleDown(let until): "the last requests of the canary, \(left(until))"
        case .trafficGone: "the canary's live traffic to go"
        case .proposal(let key): "\(proposed(or: key.stage)): a pull request is being opened"
        case .review(let review):
            "\(proposed(or: "a stage")): pull request \(review.url)"
                + (review.missing.isEmpty ? "" : ", missing: \(review.missing.joined(separator: "; "))")
        case .forge(let sentence): "the forge: \(Self.brief(sentence))"
        }
    }

    /// The stage that waits for people, with the release where nothing else of the row says it.
    private func proposed(or stage: String) -> String {
        guard let state = status.question?.transition.state else { return stage }
        let begins = state.release.since == state.at.serial
        return begins ? "\(state.at.stage) of \(state.release.values.title)" : state.at.stage.text
    }

    private func left(_ time: Timestamp) -> String { RelativeTime.left(until: time, from: now) }

    private static func names(_ fields: [FieldDifference]) -> String {
        let names = fields.map(\.binding.text)
        guard names.count > 2 else { return names.joined(separator: " and ") }
        return "\(names[0]) and \(names.count - 1) more"
    }

    /// The subject of the commit without the rollout's name, which stands beside it.
    static func subject(_ transition: Transition, _ id: RolloutID) -> String {
        let subject = CommitMessage(of: transition, by: id).subject
        let name = "\(id.name): "
        return subject.hasPrefix(name) ? String(subject.dropFirst(name.count)) : subject
    }

    /// A sentence without what stands in parentheses, and without what follows a semicolon; the tree has the whole.
    static func brief(_ sentence: String) -> String {
        var text = ""
        var depth = 0
        for character in sentence {
            if character == "(" {
                depth += 1
                while depth == 1, text.last == " " { text.removeLast() }
            }
            if depth == 0 {
                if character == ";" { break }
                text.append(character)
            }
            if character == ")" { depth = max(0, depth - 1) }
        }
        while text.last == " " { text.removeLast() }
        return text.isEmpty ? sentence : text
    }
}
