import Support

/// Writes random YAML files in all styles: comments, blank lines, nesting, scripts, line breaks, anchors, documents.
struct RandomFile {
    private var random: SplitMix64
    private var lines: [String] = []
    private var anchors = 0
    /// The anchors of the document so far that stand for a whole value, and those of mappings.
    private var known: [String] = []
    private var mappings: [String] = []
    /// Whether tags, aliases, merge keys, texts over several lines and stated indentation come in.
    private let isRich: Bool

    private init(seed: UInt64, isRich: Bool) {
        random = SplitMix64(seed: seed)
        self.isRich = isRich
    }

    static func text(seed: UInt64, isRich: Bool = false) -> String {
        var file = RandomFile(seed: seed, isRich: isRich)
        return file.write()
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func pick<T>(_ values: [T], or fallback: T) -> T {
        values.randomElement(using: &random) ?? fallback
    }

    private mutating func write() -> String {
        let newline = chance(25) ? "\r\n" : "\n"
        for index in 0...Int.random(in: 0...2, using: &random) {
            if index > 0 { lines.append(chance(30) ? "--- # next" : "---") }
            (known, mappings) = ([], [])
            if chance(30) { lines.append("# Kopf ü 🚀") }
            if chance(85) { mapping(indent: 0, depth: 0, prefix: nil) } else { sequence(indent: 0, depth: 0) }
            if chance(10) { lines.append("# tail") }
        }
        var text = lines.joined(separator: newline)
        let endsInBlock = lines.last.map { $0.hasPrefix(" ") } ?? false
        if !chance(15) || endsInBlock { text += newline }
        return (chance(10) ? "\u{FEFF}" : "") + text
    }

    private mutating func comment(_ indent: Int) {
        if chance(12) {
            lines.append(String(repeating: " ", count: indent) + "# " + pick(["note", "größer", "説明"], or: ""))
        }
        if chance(6) { lines.append("") }
    }

    private mutating func mapping(indent: Int, depth: Int, prefix: String?) {
        let step = pick([2, 2, 4], or: 2)
        var names = ["name", "spec", "ü", "image", "a.b/c", "漢字", "\"q k\"", "on-x", "weight", "'s'"]
        names.shuffle(using: &random)
        for (index, name) in names.prefix(Int.random(in: 1...4, using: &random)).enumerated() {
            let isFirst = index == 0 && prefix != nil
            if !isFirst { comment(indent) }
            let start = isFirst ? (prefix ?? "") : String(repeating: " ", count: indent)
            value(after: start + name + ":", indent: indent, step: step, depth: depth)
        }
        if isRich, let lent = mappings.last, chance(40) {
            lines.append(String(repeating: " ", count: indent) + "<<: *" + lent)
        }
    }

    private mutating func sequence(indent: Int, depth: Int) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            comment(indent)
            let start = String(repeating: " ", count: indent) + "-"
            if depth < 4, chance(40) {
                mapping(indent: indent + 2, depth: depth + 1, prefix: start + " ")
            } else {
                value(after: start, indent: indent, step: 2, depth: depth + 3)
            }
        }
    }

    private mutating func value(after start: String, indent: Int, step: Int, depth: Int) {
        let tail = chance(20) ? " # " + pick(["c", "très", "→"], or: "c") : ""
        if isRich, chance(30) { return rich(start, tail, indent: indent, step: step, depth: depth) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<22 where depth < 4:
            lines.append(start + tail)
            mapping(indent: indent + step, depth: depth + 1, prefix: nil)
        case 22..<36 where depth < 4:
            lines.append(start + tail)
            sequence(indent: indent + (start.hasSuffix("-") ? step : pick([0, step], or: 0)), depth: depth + 1)
        case 36..<46: lines.append(start + " " + flow(depth) + tail)
        case 46..<52: block(start, "|", indent + step)
        case 52..<56: block(start, ">", indent + step)
        case 56..<59: lines.append(start + tail)
        case 59..<62:
            anchors += 1
            lines.append(start + " &a\(anchors) " + scalar(inFlow: false) + tail)
        default: lines.append(start + " " + scalar(inFlow: false) + tail)
        }
    }

    private mutating func rich(_ start: String, _ tail: String, indent: Int, step: Int, depth: Int) {
        let padding = String(repeating: " ", count: indent + step)
        anchors += 1
        let name = "a\(anchors)"
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            lines.append(start + " " + tagged + tail)
        case 1:
            lines.append(start + " &\(name) " + scalar(inFlow: false) + tail)
            known.append(name)
        case 2 where depth < 4:
            lines.append(start + " &\(name)" + tail)
            mapping(indent: indent + step, depth: depth + 1, prefix: nil)
            known.append(name)
            mappings.append(name)
        case 3:
            lines.append(start + " " + (known.isEmpty ? tagged : "*" + pick(known, or: "")) + tail)
        case 4:
            lines.append(start + " " + pick(["|", ">"], or: "|") + "\(step)" + pick(["", "-", "+"], or: "") + tail)
            lines.append(padding + pick(["", "  "], or: "") + "première ligne")
            lines.append(padding + "# not a comment")
        case 5:
            lines += [start + " \"one \\", padding + "  two", "", padding + "three\"" + tail]
        default:
            lines += [start + " one", padding + "two: three".replacing(": ", with: ":"), padding + "four" + tail]
        }
    }

    private var tagged: String {
        mutating get {
            pick(
                [
                    "!!str 5", "!!int \"7\"", "!!int 0x1F", "!!float 1", "!!bool yes", "!!null ~", "!mine x", "! 5",
                    "!!binary aGk=", "!!str", "!<tag:yaml.org,2002:str> 'x'",
                ], or: "!!str 5")
        }
    }

    private mutating func block(_ start: String, _ indicator: String, _ indent: Int) {
        let chomping = pick(["", "-", "+"], or: "")
        lines.append(start + " " + indicator + chomping)
        let padding = String(repeating: " ", count: indent)
        lines.append(padding + "première ligne")
        if chance(30) { lines.append("") }
        if chance(60) { lines.append(padding + "# not a comment: 2") }
        if chance(30) { lines.append("") }
    }

    private mutating func flow(_ depth: Int) -> String {
        let count = Int.random(in: 0...3, using: &random)
        let names = ["k", "ключ", "\"v\"", "z"]
        let isMapping = chance(50)
        var parts: [String] = []
        for index in 0..<count {
            let part = depth < 6 && chance(20) ? flow(depth + 2) : scalar(inFlow: true)
            parts.append(isMapping ? names[index] + ": " + part : part)
        }
        let space = chance(30) ? " " : ""
        let inner = space + parts.joined(separator: pick([", ", ","], or: ", ")) + space
        return isMapping ? "{" + inner + "}" : "[" + inner + "]"
    }

    private mutating func scalar(inFlow: Bool) -> String {
        pick(
            [
                "5", "0777", "true", "\"on\"", "'it''s'", "\"tab\\t é \\u00e9\"", "v1.2.3", "漢字", "ghcr.io/a/b:v1",
                "1.5",
                "~", "null", "\"\"", "''", "'{{x}}'", "\"🚀 go\"", "a-b_c", "12:30", "2026-01-01", "yes",
                inFlow ? "x" : "two words", inFlow ? "y" : "a, b",
            ], or: "x")
    }
}
