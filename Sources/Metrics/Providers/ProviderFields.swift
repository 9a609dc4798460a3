internal import Analysis

/// Reads the settings of a provider, field by field, and remembers all that is wrong with them.
///
/// A field that nobody asked for is a mistake of its own, see `finish`.
struct ProviderFields {
    private let members: [Value.Member]
    private let path: String
    private var known: Set<String> = []
    private(set) var problems: [TemplateError] = []

    init(_ settings: Value, at path: String) {
        self.path = path
        if case .map(let members) = settings {
            self.members = members
        } else {
            members = []
            if settings != .null { problems.append(TemplateError("is not a mapping", at: path)) }
        }
    }

    mutating func refuse(_ name: String, _ message: String, hint: String? = nil) {
        problems.append(TemplateError(message, at: name.isEmpty ? path : "\(path).\(name)", hint: hint))
    }

    mutating func value(_ name: String) -> Value? {
        known.insert(name)
        guard let value = members.last(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    // MARK: Scalars

    mutating func text(_ name: String) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text)?: return text.isEmpty ? nil : text
        case .int(let number)?: return String(number)
        default:
            refuse(name, "is not a text", hint: "put it in quotes")
            return nil
        }
    }

    mutating func requiredText(_ name: String, hint: String) -> String {
        if let text = text(name) { return text }
        if !problems.contains(where: { $0.path == "\(path).\(name)" }) {
            refuse(name, "\(name) is missing", hint: hint)
        }
        return ""
    }

    /// One of a few words, in any case.
    mutating func word(_ name: String, of words: [String]) -> String? {
        guard let text = text(name) else { return nil }
        if let word = words.first(where: { $0.lowercased() == text.lowercased() }) { return word }
        refuse(name, "\"\(text)\" is not one of \(words.joined(separator: ", "))", hint: "write one of them")
        return nil
    }

    mutating func flag(_ name: String) -> Bool {
        switch value(name) {
        case nil: return false
        case .bool(let flag)?: return flag
        case .string("true")?: return true
        case .string("false")?: return false
        default:
            refuse(name, "is neither true nor false")
            return false
        }
    }

    mutating func whole(_ name: String) -> Int? {
        switch value(name) {
        case nil: return nil
        case .int(let number)?: return number
        case .string(let text)?:
            if let number = Int(text) { return number }
            refuse(name, "\"\(text)\" is not a whole number")
            return nil
        default:
            refuse(name, "is not a whole number")
            return nil
        }
    }

    /// A span such as `5m`; more than zero.
    mutating func span(_ name: String, default usual: Duration) -> Duration {
        guard let text = text(name) else { return usual }
        do throws(TemplateError) {
            let span = try GoDuration(parsing: text).duration
            if span > .zero { return span }
            refuse(name, "\"\(text)\" is not longer than nothing")
        } catch {
            refuse(name, error.message, hint: error.hint)
        }
        return usual
    }

    /// Seconds as a whole number, or a span with its unit.
    mutating func seconds(_ name: String, default usual: Duration) -> Duration {
        if case .int(let number)? = value(name) {
            if number > 0, number <= 3600 { return .seconds(number) }
            refuse(name, "\(number) s is not between one second and an hour", hint: "30 is usual")
            return usual
        }
        return span(name, default: usual)
    }

    /// An address of an HTTP service, without its last slash.
    mutating func address(_ name: String, default usual: String? = nil) -> String {
        guard let text = text(name) ?? usual else {
            refuse(name, "\(name) is missing", hint: "write the service's URL, such as https://metrics.example.com")
            return ""
        }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            refuse(name, "\"\(text)\" is no URL", hint: "write https:// before the host")
            return ""
        }
        if SecretReference.occurs(in: text) {
            refuse(name, "a secret may not stand in a URL", hint: "send it in a header")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    // MARK: Structures

    /// The elements of a list; a value that is none is a mistake.
    mutating func list(_ name: String) -> [Value] {
        switch value(name) {
        case nil: return []
        case .array(let elements, _)?: return elements
        default:
            refuse(name, "is not a list")
            return []
        }
    }

    /// The members of a mapping of texts.
    mutating func texts(_ name: String) -> [(name: String, value: String)] {
        switch value(name) {
        case nil: return []
        case .map(let members)?:
            return members.compactMap { member in
                if case .string(let text) = member.value { return (member.name, text) }
                if case .int(let number) = member.value { return (member.name, String(number)) }
                refuse("\(name).\(member.name)", "is not a text")
                return nil
            }
        default:
            refuse(name, "is not a mapping")
            return []
        }
    }

    /// A mapping with fields of its own, which are read by `body`.
    mutating func nested<Result>(_ name: String, _ body: (inout ProviderFields) -> Result) -> Result? {
        guard let value = value(name) else { return nil }
        var fields = ProviderFields(value, at: "\(path).\(name)")
        let result = body(&fields)
        problems += fields.finish()
        return result
    }

    /// A mapping that a field's text has in it.
    mutating func nested<Result>(_ name: String, in value: Value, _ body: (inout ProviderFields) -> Result) -> Result {
        var fields = ProviderFields(value, at: "\(path).\(name)")
        let result = body(&fields)
        problems += fields.finish()
        return result
    }

    /// The elements of a list of mappings.
    mutating func each<Result>(_ name: String, _ body: (inout ProviderFields) -> Result) -> [Result] {
        list(name).enumerated().map { index, element in
            var fields = ProviderFields(element, at: "\(path).\(name)[\(index)]")
            let result = body(&fields)
            problems += fields.finish()
            return result
        }
    }

    // MARK: The rest

    /// All that is wrong, fields that nothing takes included.
    func finish() -> [TemplateError] {
        let strangers = members.map(\.name).filter { !known.contains($0) }
        return problems
            + strangers.map { name in
                let hint = Self.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
                return TemplateError(
                    "unknown key \"\(name)\"", at: "\(path).\(name)",
                    hint: hint ?? "known are \(known.sorted().joined(separator: ", "))")
            }
    }

    /// The name that was probably meant; nil where none is near.
    static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let near = known.min { distance($0, name) < distance($1, name) }
        return near.flatMap { distance($0, name) <= 2 ? $0 : nil }
    }

    /// How many letters two names differ in (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
        var row = Array(0...right.count)
        for (i, one) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (one == other ? 0 : 1))
                (diagonal, row[j + 1]) = (row[j + 1], next)
            }
        }
        return row[right.count]
    }
}
