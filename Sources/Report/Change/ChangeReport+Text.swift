internal import Rollouts

extension ChangeReport {
    /// For a person at a terminal.
    package func lines(_ layout: Layout) -> [String] {
        var lines = findings.flatMap { problem in
            let tint: Palette.Tint = problem.severity == "error" ? .bad : .moving
            let place = "\(problem.diagnostic.file):\(problem.diagnostic.line):\(problem.diagnostic.column): "
            return [place + layout.palette.paint("\(problem.severity): ", tint) + problem.diagnostic.message]
                + (problem.diagnostic.hint.map { ["  Hint: \($0)"] } ?? [])
        }
        if !lines.isEmpty { lines.append("") }
        lines.append(hasLessProtection ? layout.palette.paint(opening.text, .bad) : opening.text)
        for rollout in rollouts { lines += [""] + self.lines(of: rollout, layout) }
        for promotion in promotions { lines += [""] + self.lines(of: promotion, layout) }
        let tail = footer.map(\.text)
        lines += tail.isEmpty ? [] : [""] + tail
        return lines.map(\.withoutTrailingSpaces)
    }

    private func lines(of rollout: Rollout, _ layout: Layout) -> [String] {
        var lines = ["\(layout.palette.paint("\(rollout.id)", .strong)): \(rollout.heading.text)"]
        lines.append("  " + layout.palette.paint("\(rollout.file):\(rollout.line)", .faint))
        lines += (rollout.said + rollout.outcome).map { "  " + $0.text }
        if !rollout.commits.isEmpty {
            lines += [""] + table(of: rollout.commits, rollout, layout).map { "    " + $0 }
        }
        if !rollout.next.isEmpty {
            lines += ["", "  \(Rollout.outlook):"] + table(of: rollout.next, rollout, layout).map { "    " + $0 }
        }
        if !rollout.approvals.isEmpty {
            lines += ["", "  Waits for people:"] + rollout.approvals.map { "    \($0.text)" }
        }
        if !rollout.ways.isEmpty {
            lines += ["", "  \(Rollout.waysTitle):"] + rollout.ways.map { "    \($0.text)" }
        }
        if !rollout.gone.isEmpty {
            lines += ["", "  " + layout.palette.paint(Rollout.goneTitle, .bad) + ":"]
            var table = TextTable()
            for (object, place) in rollout.gone { table.add([.init(text: place), .init(text: object)]) }
            lines += table.lines(.init(palette: layout.palette, width: nil)).map { "    " + $0 }
        }
        for (reach, title) in rollout.reaches {
            let places = rollout.places(reach)
            guard !places.isEmpty else { continue }
            let tint: Palette.Tint = reach == .stable || reach == .weight ? .bad : .plain
            lines += ["", "  " + layout.palette.paint(title, tint) + ":"]
            var table = TextTable()
            for place in places {
                table.add([
                    .init(text: "\(place.file):\(place.line)"), .init(text: "\(place.object) \(place.field)"),
                    .init(text: place.difference),
                ])
            }
            lines += table.lines(.init(palette: layout.palette, width: layout.width.map { $0 - 4 })).map { "    " + $0 }
        }
        return lines
    }

    private func lines(of promotion: Promotion, _ layout: Layout) -> [String] {
        let name = layout.palette.paint("promotion/\(promotion.name)", .strong)
        var lines = ["\(name): \(promotion.heading.text)"]
        lines.append("  " + layout.palette.paint("\(promotion.file):\(promotion.line)", .faint))
        lines += promotion.said.map { "  " + $0.text }
        if !promotion.steps.isEmpty {
            lines += ["", "  \(Promotion.stepsTitle):"] + promotion.steps.map { "    \($0.way.text)" }
        }
        return lines
    }

    private func table(of commits: [Commit], _ rollout: Rollout, _ layout: Layout) -> [String] {
        var table = TextTable()
        table.add([
            .init(text: "EARLIEST", tint: .faint, isRight: true), .init(text: "LATEST", tint: .faint, isRight: true),
            .init(text: "COMMIT", tint: .faint), .init(text: ""),
        ])
        for commit in commits {
            table.add([
                .init(text: Commit.text(commit.earliest), isRight: true),
                .init(text: Commit.text(commit.latest), isRight: true),
                .init(text: commit.subject, tint: .strong), .init(text: rollout.condition(commit).text),
            ])
        }
        return table.lines(.init(palette: layout.palette, width: layout.width.map { $0 - 4 }))
    }
}
