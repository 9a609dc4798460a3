internal import Rollouts

/// A sentence of the program's own with names and values of others in it, of which nothing is ever markup.
struct Phrase: Equatable, ExpressibleByStringInterpolation {
    fileprivate enum Piece: Equatable {
        case own(String)
        case foreign(String)
        case code(String)
    }

    private var pieces: [Piece]

    init(stringLiteral text: String) { pieces = [.own(text)] }
    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ text: String) { pieces.append(.own(text)) }
        mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            pieces.append(.foreign(value.description))
        }
        mutating func appendInterpolation(_ phrase: Phrase) { pieces += phrase.pieces }
        /// A command or a place, which Markdown shows as code.
        mutating func appendInterpolation(code: String) { pieces.append(.code(code)) }
    }

    static func + (one: Phrase, other: Phrase) -> Phrase { "\(one)\(other)" }
    static func += (one: inout Phrase, other: Phrase) { one = one + other }

    /// For a terminal.
    var text: String {
        pieces.map { piece in
            switch piece {
            case .own(let text), .foreign(let text): text
            case .code(let text): "`\(text)`"
            }
        }.joined()
    }

    var markdown: String {
        pieces.map { piece in
            switch piece {
            case .own(let text): text
            case .foreign(let text): Markdown.text(text)
            case .code(let text): Markdown.code(text)
            }
        }.joined()
    }
}

extension [Phrase] {
    func joined(separator: Phrase) -> Phrase {
        dropFirst().reduce(first ?? "") { $0 + separator + $1 }
    }
}
