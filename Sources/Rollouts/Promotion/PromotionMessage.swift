internal import Analysis

/// The message of the commit that states a proven release in the next rollout.
extension CommitMessage {
    package init(of line: PromotionLine, style: Config.CommitConfig = .init()) {
        self.init(
            subject: "\(line.target.name): release \(line.title), promoted from \(line.source)",
            body: Self.body(of: line),
            trailers: [
                Trailer(name: Name.promotion, value: line.promotion),
                Trailer(name: Name.proven, value: "\(line.source) \(line.proven.id.hex)"),
                Trailer(name: Name.rollout, value: "\(line.target)"),
                Trailer(name: Name.release, value: line.stated.digest.hex),
            ])
        if let digest = EvidenceRecord.digest(of: line.evidence) {
            trailers.append(Trailer(name: Name.evidence, value: "\(digest)"))
        }
        apply(style)
    }

    private static func body(of line: PromotionLine) -> [String] {
        var lines: [String] = []
        for (name, value) in Release(values: line.carried).shown {
            let label = lines.isEmpty ? "Release " : "        "
            let former = line.former.values[name].map { ", was \(Self.short($0, name))" } ?? ""
            lines.append(oneLine("\(label)  \(name.hasPrefix("image.") ? "" : "\(name): ")\(value)\(former)"))
        }
        lines.append("Proven    in \(line.source), Stable since \(line.proven.arrived.rfc3339)")
        lines.append("          in \(line.proven.id.hex)")
        if line.soak > .zero { lines.append("Soak      \(Span(line.soak)) without interruption") }
        lines += EvidenceTable.lines(line.evidence)
        return lines + way(of: line)
    }

    /// An image's version says enough beside its successor.
    private static func short(_ value: String, _ name: String) -> String {
        name.hasPrefix("image.") ? ImageReference(value).version : value
    }

    /// The commits of the source's way, and what the last of them was judged by.
    private static func way(of line: PromotionLine) -> [String] {
        guard !line.way.isEmpty else { return [] }
        let judged = line.way.last { !$0.evidence.isEmpty }?.evidence ?? []
        let commits = line.way.map { oneLine("  \($0.id.short)  \($0.subject)") }
        return [""] + (judged.isEmpty ? [] : judged + [""]) + ["Its way through \(line.source):"] + commits
    }
}
