internal import Analysis

/// The message of one commit of the agent: a subject for the reviewer, the evidence, and trailers for machines.
///
/// No decision rests on the trailers, because squash merges lose them.
package struct CommitMessage: Equatable, Sendable {
    package var subject: String
    package var body: [String]
    package var trailers: [Trailer]

    package struct Trailer: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    /// The text as Git stores it, with a line break at its end.
    package var text: String {
        var parts = [subject]
        if !body.isEmpty { parts.append(body.joined(separator: "\n")) }
        parts.append(trailers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// Names of the trailers.
    package enum Name {
        package static let rollout = "Headgate-Rollout"
        package static let release = "Headgate-Release"
        package static let stage = "Headgate-Stage"
        package static let action = "Headgate-Action"
        package static let evidence = "Headgate-Evidence"
        package static let promotion = "Headgate-Promotion"
        package static let proven = "Headgate-Proven"
        package static let delivery = "Headgate-Delivery"
    }
}

extension CommitMessage {
    /// Describes a transition.
    ///
    /// - Parameter reverting: the stage commits that a rollback takes back, newest first.
    package init(
        of transition: Transition, by id: RolloutID, style: Config.CommitConfig = .init(),
        reverting commits: [CommitID] = []
    ) {
        let state = transition.state
        subject = Self.oneLine(Self.subject(of: transition, name: id.name))
        body = Self.body(of: transition)
        if !commits.isEmpty {
            body += [""] + commits.map { "This reverts commit \($0.hex)." }
        }
        trailers = [
            Trailer(name: Name.rollout, value: "\(id)"),
            Trailer(name: Name.release, value: state.release.digest.hex),
            Trailer(name: Name.stage, value: "\(state.stage.index)/\(state.stage.count) \(state.at.stage)"),
            Trailer(name: Name.action, value: state.at.action.rawValue),
        ]
        // The whole of it stands in the note on the stage that was judged.
        if let digest = EvidenceRecord.digest(of: transition.evidence) {
            trailers.append(Trailer(name: Name.evidence, value: "\(digest)"))
        }
        apply(style)
    }

    /// Says that the commit waits for people: its time is not when it comes to the branch.
    package mutating func markAsProposed() {
        trailers.append(Trailer(name: Name.delivery, value: Self.proposed))
    }

    package static let proposed = "pull-request"

    /// Adds the line by which its committer vouches for it (the Developer Certificate of Origin).
    package mutating func signOff(name: String, email: String) {
        trailers.append(Trailer(name: "Signed-off-by", value: Self.oneLine("\(name) <\(email)>")))
    }

    mutating func apply(_ style: Config.CommitConfig) {
        if style.ascii == true {
            subject = Self.ascii(subject)
            body = body.map(Self.ascii)
        }
        if let skip = style.skipCI { subject += " \(Self.oneLine(skip))" }
    }

    private static func subject(of transition: Transition, name: String) -> String {
        let state = transition.state
        let place = "(stage \(state.stage.index) of \(state.stage.count))"
        let title = state.release.values.title
        switch state.at.action {
        case .adopt: return "\(name): adopt \(title), stable everywhere"
        case .start where state.stage.stable != nil: return "\(name): start \(title), not yet run \(place)"
        case .start: return "\(name): start \(title) with \(capacity(state)) of canary \(place)"
        case .advance where transition.from == state.stage.weight:
            return "\(name): canary stays at \(state.stage.weight) with \(capacity(state)) \(place)"
        case .advance: return "\(name): canary \(transition.from) → \(state.stage.weight) \(place)"
        case .grow where state.stage.stable != nil:
            let aim = state.stage.kind == .drain ? Weight.none : state.stage.weight
            return "\(name): \(share(state.stage)) are the canary's, on the way to \(aim) \(place)"
        case .settle:
            return "\(name): canary \(transition.from) → \(state.stage.weight), \(share(state.stage)) \(place)"
        case .resize:
            let base = pods(state.base?.replicas ?? 0)
            return "\(name): resize to \(base) of stable at \(state.stage.weight) \(place)"
        case .grow: return "\(name): canary grows to \(capacity(state)) at \(state.stage.weight) \(place)"
        case .promote: return "\(name): promote \(title) to stable \(place)"
        case .drain: return "\(name): canary \(transition.from) → \(state.stage.weight), all on stable \(place)"
        case .finish: return "\(name): finish \(title), stable everywhere"
        case .resume: return "\(name): resume at \(state.at.stage)"
        case .rollback: return "\(name): roll back \(rollbackSubject(transition))"
        }
    }

    private static func rollbackSubject(_ transition: Transition) -> String {
        let state = transition.state
        switch state.stage.kind {
        case .stable:
            return "\(state.release.values.title): stable to \(state.previous?.values.title ?? "the previous release")"
        case .traffic where state.stage.stable != nil && state.stage.capacity > 0:
            return "\(state.release.values.title): stable grows back, \(share(state.stage)) are still the canary's"
        case .traffic: return "\(state.release.values.title): canary \(transition.from) → 0%"
        default: return "\(state.phase == .rolledBack ? state.release.values.title : "done"): everything as before"
        }
    }

    /// What the counts give the canary, where they are what splits the traffic.
    private static func share(_ stage: RolloutState.StageRecord) -> String {
        "\(stage.capacity) of \(pods((stage.stable ?? 0) + stage.capacity))"
    }

    private static func capacity(_ state: RolloutState) -> String {
        state.base?.from == .nodes ? "a pod on every node" : pods(state.stage.capacity)
    }

    private static func pods(_ count: Int) -> String { count == 1 ? "1 pod" : "\(count) pods" }

    private static func body(of transition: Transition) -> [String] {
        let state = transition.state
        var lines: [String] = []
        if let cause = transition.cause { lines += [oneLine(cause), ""] }
        let was = state.previous.map { ", was \($0.values.title)" } ?? ""
        for (name, value) in state.release.values.shown {
            let label = name.hasPrefix("image.") ? "Release " : "        "
            lines.append("\(label)  \(oneLine(value))\(lines.contains { $0.hasPrefix("Release") } ? "" : was)")
        }
        return lines + EvidenceTable.lines(transition.evidence)
    }

    private static func ascii(_ text: String) -> String {
        text.map { $0 == "→" ? "->" : $0 == "≥" ? ">=" : $0 == "≤" ? "<=" : $0.isASCII ? String($0) : "?" }.joined()
    }

    /// Text from elsewhere must not be able to end a line, or a paragraph, of a message.
    package static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    // Format characters turn the direction of what follows them.
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }
}
