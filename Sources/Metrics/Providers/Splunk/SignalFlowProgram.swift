/// What can be said of a SignalFlow program without running it.
enum SignalFlowProgram {
    /// The first mistake that keeps the program from giving one series.
    static func mistake(in program: String) -> (message: String, hint: String)? {
        let code = withoutTexts(program).filter { !$0.isWhitespace }
        guard !code.isEmpty else { return nil }
        if code.contains("Args[") || code.contains("Args.get(") {
            return ("the program has arguments of a dashboard", "write the values themselves, or {{args.name}}")
        }
        let published = occurrences(of: ".publish(", in: code) - occurrences(of: "enable=False", in: code)
        if published <= 0 {
            return ("the program publishes nothing", "end it with .publish()")
        }
        if published > 1 {
            return ("the program publishes \(published) streams", "publish the one that is judged")
        }
        return nil
    }

    private static func occurrences(of part: String, in text: String) -> Int { text.ranges(of: part).count }

    /// The program without the content of its strings, and without comments.
    private static func withoutTexts(_ program: String) -> String {
        var code = ""
        var quote: Character?
        var isComment = false
        var isEscaped = false
        for character in program {
            if isComment {
                isComment = !character.isNewline
            } else if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
            } else if character == "#" {
                isComment = true
            } else if character == "'" || character == "\"" {
                quote = character
            } else {
                code.append(character)
            }
        }
        return code
    }
}
