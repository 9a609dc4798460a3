/// The functions that the template language brings itself.
///
/// `call` is left out, since nothing here is a function value.
enum GoTemplateFunction: String, CaseIterable, Sendable {
    case and, or, not, eq, ne, lt, le, gt, ge, len, index, slice, print, println, printf, html, js, urlquery

    /// What a function found wrong with its arguments.
    struct Problem: Error {
        let message: String
        var hint: String?
    }

    /// How many arguments the function takes.
    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .not, .len: 1...1
        case .eq: 1...Self.many
        case .ne, .lt, .le, .gt, .ge: 2...2
        case .and, .or, .index, .printf: 1...Self.many
        case .slice: 1...4
        case .print, .println, .html, .js, .urlquery: 0...Self.many
        }
    }

    /// More than any template can write.
    static let many = 1_000_000

    /// The value for evaluated arguments; `and` and `or` are the renderer's, which does not evaluate all of them.
    func value(_ arguments: [GoTemplateValue]) throws(Problem) -> GoTemplateValue {
        switch self {
        case .and: return arguments.first { !$0.isTrue } ?? arguments.last ?? .none
        case .or: return arguments.first(where: \.isTrue) ?? arguments.last ?? .none
        case .not: return .bool(!arguments[0].isTrue)
        case .eq, .ne, .lt, .le, .gt, .ge: return .bool(try GoTemplateComparison.holds(self, arguments))
        case .len: return .int(try Self.length(arguments[0]))
        case .index where arguments[0] == .none: throw Problem(message: "nil has no elements")
        case .index: return try arguments.dropFirst().reduceThrowing(arguments[0], Self.element)
        case .slice: return try Self.slice(arguments)
        case .print: return .string(try Self.joined(arguments))
        case .println: return .string(try arguments.mapThrowing(Self.text).joined(separator: " ") + "\n")
        case .printf:
            guard case .string(let format) = arguments[0] else {
                throw Problem(message: "printf begins with a text, not \(arguments[0].typeName)")
            }
            return .string(try GoFormat.text(format, Array(arguments.dropFirst())))
        case .html: return .string(GoEscape.html(try Self.joined(arguments)))
        case .js: return .string(GoEscape.javaScript(try Self.joined(arguments)))
        case .urlquery: return .string(GoEscape.query(try Self.joined(arguments)))
        }
    }

    // MARK: Texts

    static func text(_ value: GoTemplateValue) throws(Problem) -> String {
        guard let text = value.text else { throw Problem(message: "nil has no text") }
        return text
    }

    /// As Go's `Sprint` puts values together: with a space between two that are no texts.
    private static func joined(_ values: [GoTemplateValue]) throws(Problem) -> String {
        var whole = ""
        var before: GoTemplateValue?
        for value in values {
            if let before, !before.isText, !value.isText { whole += " " }
            whole += try text(value)
            before = value
        }
        return whole
    }

    // MARK: Parts

    private static func length(_ value: GoTemplateValue) throws(Problem) -> Int {
        switch value {
        case .string(let text): return text.utf8.count
        case .map(let map): return map.count
        default: throw Problem(message: "\(value.typeName) has no length")
        }
    }

    /// A key that the map does not have gives the empty text, unlike a field.
    private static func element(_ value: GoTemplateValue, _ index: GoTemplateValue) throws(Problem) -> GoTemplateValue {
        switch (value, index) {
        case (.map(let map), .string(let key)): return .string(map[key] ?? "")
        case (.map, _): throw Problem(message: "a key is a text, not \(index.typeName)")
        case (.string(let text), .int(let place)):
            let bytes = Array(text.utf8)
            guard bytes.indices.contains(place) else {
                throw Problem(message: "there is no byte \(place) in a text of \(bytes.count)")
            }
            return .int(Int(bytes[place]))
        case (.string, _): throw Problem(message: "a place in a text is a whole number, not \(index.typeName)")
        default: throw Problem(message: "\(value.typeName) has no elements")
        }
    }

    private static func slice(_ arguments: [GoTemplateValue]) throws(Problem) -> GoTemplateValue {
        guard case .string(let text) = arguments[0] else {
            throw Problem(message: "slice takes a text, not \(arguments[0].typeName)")
        }
        guard arguments.count < 4 else { throw Problem(message: "a text is cut at two places") }
        let bytes = Array(text.utf8)
        var bounds = [0, bytes.count]
        for (place, argument) in arguments.dropFirst().enumerated() {
            guard case .int(let bound) = argument else {
                throw Problem(message: "a place in a text is a whole number, not \(argument.typeName)")
            }
            guard (0...bytes.count).contains(bound) else {
                throw Problem(message: "\(bound) is not between 0 and the \(bytes.count) bytes of the text")
            }
            bounds[place] = bound
        }
        guard bounds[0] <= bounds[1] else {
            throw Problem(message: "the slice begins at \(bounds[0]), behind its end at \(bounds[1])")
        }
        return .string(String(decoding: bytes[bounds[0]..<bounds[1]], as: UTF8.self))
    }
}

extension GoTemplateValue {
    fileprivate var isText: Bool { if case .string = self { true } else { false } }
}

extension Sequence {
    fileprivate func mapThrowing<Result, Failure: Error>(
        _ transform: (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try transform(element)) }
        return results
    }

    fileprivate func reduceThrowing<Result, Failure: Error>(
        _ first: Result, _ combine: (Result, Element) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var result = first
        for element in self { result = try combine(result, element) }
        return result
    }
}
