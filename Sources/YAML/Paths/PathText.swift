/// The text form of field paths.
///
/// Steps are separated by dots; `\.` is a dot within a key. `[key=value]` selects an item, and neither part needs
/// escapes for dots and slashes; `[a.b/c]` without `=` is a key that has dots, as in kustomize.
enum PathText {
    static func steps(_ text: String) -> [FieldPath.Step]? {
        var steps: [FieldPath.Step] = []
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while true {
            guard let step = rest.first == "[" ? bracketed(&rest) : field(&rest) else { return nil }
            steps.append(step)
            if rest.isEmpty { return steps }
            guard rest.popFirst() == ".", !rest.isEmpty else { return nil }
        }
    }

    /// Takes a selector; brackets within it must be balanced.
    private static func bracketed(_ rest: inout Substring) -> FieldPath.Step? {
        var depth = 0
        for index in rest.indices {
            if rest[index] == "[" { depth += 1 }
            if rest[index] == "]" { depth -= 1 }
            guard depth == 0 else { continue }
            let inner = rest[rest.index(after: rest.startIndex)..<index]
            rest = rest[rest.index(after: index)...]
            if let equals = inner.firstIndex(of: "=") {
                return .match(key: String(inner[..<equals]), value: String(inner[inner.index(after: equals)...]))
            }
            return inner.isEmpty ? nil : .field(String(inner))
        }
        return nil
    }

    private static func field(_ rest: inout Substring) -> FieldPath.Step? {
        var name = ""
        var isEscaped = false
        while let character = rest.first {
            if character == "\\", let next = rest.dropFirst().first, next == "." || next == "\\" || next == "*" {
                name.append(next)
                rest = rest.dropFirst(2)
                isEscaped = true
                continue
            }
            if character == "." { break }
            name.append(character)
            rest = rest.dropFirst()
        }
        if name.isEmpty { return nil }
        return name == "*" && !isEscaped ? .any : .field(name)
    }

    static func text(_ steps: [FieldPath.Step]) -> String {
        steps.map { step in
            switch step {
            case .any: "*"
            case .match(let key, let value): "[\(key)=\(value)]"
            case .field("*"): "\\*"
            case .field(let name): escaped(name)
            }
        }.joined(separator: ".")
    }

    private static func escaped(_ name: String) -> String {
        guard name.contains(where: { $0 == "." || $0 == "\\" }) || name.first == "[" else { return name }
        let canBracket = !name.contains(where: { $0 == "=" || $0 == "[" || $0 == "]" })
        if name.contains("/"), canBracket { return "[\(name)]" }
        return name.reduce(into: "") { text, character in
            if character == "." || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }
}
