/// Brackets of a query in whatever language: `()`, `[]` and `{}`, each closed by its own.
package enum Brackets {
    /// What is opened and not closed, or closed and not opened; nil where all is right.
    ///
    /// - Parameter characters: the brackets of the query in their order, without those inside of texts.
    package static func problem(in characters: some Sequence<Character>) -> (message: String, hint: String)? {
        let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
        var open: [Character] = []
        for character in characters {
            guard let partner = pairs[character] else {
                open.append(character)
                continue
            }
            guard open.popLast() == partner else {
                return ("the query has a \(character) without its \(partner)", "count the brackets")
            }
        }
        return open.last.map { ("the query has a \($0) that is not closed", "count the brackets") }
    }
}
