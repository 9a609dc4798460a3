internal import YAML

/// One place that settings come from: the file of numbers, a file of settings, an option of the command line.
struct SettingLayer {
    let file: String
    let node: YAMLNode

    /// The place that `path` leads to, as far as it goes; nil where not even its first step is here.
    func position(of path: some Collection<String>) -> (position: YAMLPosition, depth: Int)? {
        var node = node
        var depth = 0
        for name in path {
            guard let next = node[name] ?? Int(name).flatMap({ node[$0] }) else { break }
            node = next.resolved
            depth += 1
        }
        return depth > 0 ? (node.position, depth) : nil
    }
}

extension YAMLNode {
    /// This mapping with what `upper` says otherwise; what only one of them states is kept with its place.
    func overlaid(with upper: YAMLNode, isJudge: Bool = false) -> YAMLNode {
        let (lower, upper) = (resolved, upper.resolved)
        guard lower.isMapping, upper.isMapping else { return upper }
        let names = Set(upper.entries.compactMap(\.name))
        var entries = lower.entries.filter { entry in
            entry.isMerge || entry.name.map { !names.contains($0) } ?? true
        }
        // Another judge takes the place of the one below; it is not a second one.
        if isJudge, !names.isEmpty { entries.removeAll { JudgeChoice.keys.contains($0.name ?? "") } }
        for entry in upper.entries {
            let below = entry.isMerge ? nil : entry.name.flatMap { lower[$0] }
            entries.append(
                YAMLEntry(
                    key: entry.key,
                    value: below.map { $0.overlaid(with: entry.value, isJudge: !isJudge && entry.name == "judge") }
                        ?? entry.value))
        }
        return YAMLNode(content: .mapping(entries, style: .block), position: lower.position)
    }

    /// A mapping with one entry.
    static func mapping(_ name: String, _ value: YAMLNode, at position: YAMLPosition = .start) -> YAMLNode {
        YAMLNode(
            content: .mapping(
                [YAMLEntry(key: .text(name, at: position), value: value)], style: .block), position: position)
    }

    static func text(_ text: String, at position: YAMLPosition = .start) -> YAMLNode {
        YAMLNode(content: .scalar(text: text, style: .plain), position: position)
    }

    static func nothing(at position: YAMLPosition = .start) -> YAMLNode {
        YAMLNode(content: .mapping([], style: .block), position: position)
    }

    /// The mapping without some of its entries.
    func without(_ names: Set<String>) -> YAMLNode {
        let entries = resolved.entries.filter { $0.name.map { !names.contains($0) } ?? true }
        return YAMLNode(content: .mapping(entries, style: .block), position: resolved.position)
    }
}
