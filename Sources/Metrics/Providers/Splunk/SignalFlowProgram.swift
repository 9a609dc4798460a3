/// What can be said of a SignalFlow program without running it.
enum SignalFlowProgram {
    /// The first mistake that keeps the program from giving one series.
    static func mistake(in program: String) -> (message: String, hint: String)? {
        let text = QueryText(program, QueryText.Language(comments: ["#"]))
        let code = text.code.filter { !$0.isWhitespace }
        guard !code.isEmpty else { return nil }
        if code.contains("Args[") || code.contains("Args.get(") {
            return ("the program has arguments of a dashboard", "write the values themselves, or {{args.name}}")
        }
        if let problem = text.problem { return problem }
        if code.contains("detect(") {
            return ("the program is a detector, which gives no numbers", "publish the stream that it looks at")
        }
        if !sources.contains(where: code.contains) {
            return ("the program reads no metric", "begin with data('…'), the name in quotes")
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

    /// What gives a stream of numbers.
    private static let sources = ["data(", "histogram(", "graphite(", "newrelic(", "const(", "events("]

    private static func occurrences(of part: String, in text: String) -> Int { text.ranges(of: part).count }
}
