internal import Rollouts

/// As one comment of a pull request: Markdown that every forge shows alike.
extension ChangeReport {
    /// What the comment begins with, by which it is found again.
    package static let marker = "<!-- headgate: check -->"

    package var markdown: String {
        var parts = [Self.marker, "### Headgate: " + title]
        if !findings.isEmpty { parts.append(findings.map(item).joined(separator: "\n")) }
        parts += rollouts.flatMap(section)
        let tail = footer.map(Self.plain)
        if !tail.isEmpty { parts.append(tail.joined(separator: "\n\n")) }
        parts.append("<sub>Said from Git alone, against \(Self.code(base)) at \(Self.code(tip.short)).</sub>")
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var title: String {
        if errors > 0 { return errors == 1 ? "1 error" : "\(errors) errors" }
        if rollouts.isEmpty { return "no rollout changes" }
        let names = rollouts.prefix(3).map { Self.code($0.id.name) }.joined(separator: ", ")
        return "what follows the merge for " + names + (rollouts.count > 3 ? " and \(rollouts.count - 3) more" : "")
    }

    private func item(_ problem: Problem) -> String {
        let place = "\(problem.diagnostic.file):\(problem.diagnostic.line)"
        let hint = problem.diagnostic.hint.map { "<br>\(Self.plain($0))" } ?? ""
        let sign = problem.severity == "error" ? "❌" : "⚠️"
        return "- \(sign) \(Self.code(place)) \(Self.plain(problem.diagnostic.message))\(hint)"
    }

    private func section(_ rollout: Rollout) -> [String] {
        var parts = ["#### \(Self.code("\(rollout.id)")): \(Self.plain(rollout.heading))"]
        parts.append((rollout.said + rollout.outcome).map(Self.plain).joined(separator: "\n\n"))
        // What everybody feels at once comes before what takes its time.
        for (reach, title) in Rollout.reaches {
            let places = rollout.places(reach)
            guard !places.isEmpty else { continue }
            let loud = reach == .stable || reach == .weight
            let rows = places.map { place in
                [
                    Self.code("\(place.file):\(place.line)"), Self.code("\(place.object) \(place.field)"),
                    Self.code(place.difference),
                ]
            }
            parts.append(
                (loud ? "⚠️ **\(title)**" : title) + "\n\n" + Self.table(["place", "field", "from → to"], rows))
        }
        if !rollout.commits.isEmpty { parts.append(table(of: rollout.commits, rollout)) }
        if !rollout.next.isEmpty { parts.append("\(Rollout.outlook):\n\n" + table(of: rollout.next, rollout)) }
        if !rollout.approvals.isEmpty {
            parts.append(
                "Waits for people:\n\n" + rollout.approvals.map { "- \(Self.plain($0))" }.joined(separator: "\n"))
        }
        return parts
    }

    private func table(of commits: [Commit], _ rollout: Rollout) -> String {
        let rows = commits.map { commit in
            [
                Commit.text(commit.earliest), Commit.text(commit.latest), Self.code(commit.subject),
                Self.plain(rollout.condition(commit)),
            ]
        }
        return Self.table(["earliest", "latest", "commit", ""], rows)
    }

    // MARK: Markdown

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        let lines = [heads, heads.map { _ in "---" }] + rows
        return lines.map { "| " + $0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    /// Text that comes from files: nothing of it is a tag, a link or the name of somebody who would be told.
    private static func plain(_ text: String) -> String {
        var shown = ""
        var isCode = false
        for character in CommitMessage.oneLine(text) {
            switch character {
            case "`":
                isCode.toggle()
                shown.append(character)
            case _ where isCode: shown.append(character)
            case "<": shown += "&lt;"
            case ">": shown += "&gt;"
            case "@": shown += "&#64;"
            case "*", "_", "[", "]", "#", "!", "\\", "~": shown += "\\\(character)"
            default: shown.append(character)
            }
        }
        return isCode ? shown.replacing("`", with: "\\`") : shown
    }

    /// A code span whatever the text has in it.
    private static func code(_ text: String) -> String {
        let text = CommitMessage.oneLine(text)
        guard text.contains("`") else { return "`\(text)`" }
        return "`` \(text.replacing("``", with: "` `")) ``"
    }
}
