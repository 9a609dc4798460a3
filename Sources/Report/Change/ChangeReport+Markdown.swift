internal import Rollouts

/// As one comment of a pull request: Markdown that every forge shows alike.
extension ChangeReport {
    /// What the comment begins with, by which it is found again.
    package static let marker = "<!-- headgate: check -->"

    package var markdown: String {
        var parts = [Self.marker, "### Headgate: " + title]
        if !findings.isEmpty { parts.append(findings.map(item).joined(separator: "\n")) }
        if rollouts.isEmpty, promotions.isEmpty, errors > 0 { parts.append(opening.markdown) }
        parts += rollouts.flatMap(section) + promotions.flatMap(section)
        let tail = footer.map(\.markdown)
        if !tail.isEmpty { parts.append(tail.joined(separator: "\n\n")) }
        parts.append("Said from Git alone, against \(Markdown.code(base)) at \(Markdown.code(tip.short)).")
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var title: String {
        if errors > 0 { return errors == 1 ? "1 error" : "\(errors) errors" }
        let all = rollouts.map(\.id.name) + promotions.map { "promotion/\($0.name)" }
        if all.isEmpty { return "no rollout changes" }
        let names = all.prefix(3).map(Markdown.code).joined(separator: ", ")
        return (hasLessProtection ? "⚠️ less protection, and " : "") + "what follows the merge for " + names
            + (all.count > 3 ? " and \(all.count - 3) more" : "")
    }

    private func item(_ problem: Problem) -> String {
        let place = "\(problem.diagnostic.file):\(problem.diagnostic.line)"
        let hint = problem.diagnostic.hint.map { "<br>\(Markdown.text($0))" } ?? ""
        let sign = problem.severity == "error" ? "❌" : "⚠️"
        return "- \(sign) \(Markdown.code(place)) \(Markdown.text(problem.diagnostic.message))\(hint)"
    }

    private func section(_ rollout: Rollout) -> [String] {
        var parts = ["#### \(Markdown.code("\(rollout.id)")): \(rollout.heading.markdown)"]
        parts += (rollout.said + rollout.outcome).map(\.markdown)
        // What everybody feels at once comes before what takes its time.
        if !rollout.gone.isEmpty {
            let rows = rollout.gone.map { [Markdown.code($0.place), Markdown.code($0.object)] }
            parts.append("⚠️ **\(Rollout.goneTitle)**\n\n" + Self.table(["place", "object"], rows))
        }
        for (reach, title) in rollout.reaches {
            let places = rollout.places(reach)
            guard !places.isEmpty else { continue }
            let loud = reach == .stable || reach == .weight
            let rows = places.map { place in
                [
                    Markdown.code("\(place.file):\(place.line)"), Markdown.code("\(place.object) \(place.field)"),
                    Markdown.code(place.difference),
                ]
            }
            parts.append(
                (loud ? "⚠️ **\(title)**" : title) + "\n\n" + Self.table(["place", "field", "from → to"], rows))
        }
        if !rollout.commits.isEmpty { parts.append(table(of: rollout.commits, rollout)) }
        if !rollout.next.isEmpty { parts.append("\(Rollout.outlook):\n\n" + table(of: rollout.next, rollout)) }
        parts += Self.list("Waits for people", rollout.approvals) + Self.list(Rollout.waysTitle, rollout.ways)
        return parts
    }

    private func section(_ promotion: Promotion) -> [String] {
        ["#### \(Markdown.code("promotion/\(promotion.name)")): \(promotion.heading.markdown)"]
            + promotion.said.map(\.markdown) + Self.list(Promotion.stepsTitle, promotion.steps.map(\.way))
    }

    private func table(of commits: [Commit], _ rollout: Rollout) -> String {
        let rows = commits.map { commit in
            [
                Commit.text(commit.earliest), Commit.text(commit.latest), Markdown.code(commit.subject),
                rollout.condition(commit).markdown,
            ]
        }
        return Self.table(["earliest", "latest", "commit", ""], rows)
    }

    // MARK: Markdown

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        Markdown.table([heads] + rows).joined(separator: "\n")
    }

    private static func list(_ title: String, _ items: [Phrase]) -> [String] {
        items.isEmpty ? [] : ["\(title):\n\n" + items.map { "- \($0.markdown)" }.joined(separator: "\n")]
    }
}
