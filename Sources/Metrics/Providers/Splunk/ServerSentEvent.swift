/// One event of a stream of server-sent events.
struct ServerSentEvent: Hashable, Sendable {
    /// `message` where the stream does not say.
    let name: String
    let data: String

    /// The events of a whole stream (https://html.spec.whatwg.org/multipage/server-sent-events.html §9.2.6); one without
    /// its blank line at the end of the stream is none.
    static func events(in stream: String) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var name = ""
        var data: [Substring] = []
        for line in lines(of: stream) {
            guard !line.isEmpty else {
                if !data.isEmpty {
                    events.append(
                        ServerSentEvent(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n")))
                }
                name = ""
                data = []
                continue
            }
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            var value = line[colon...].dropFirst()
            if value.first == " " { value = value.dropFirst() }
            switch line[..<colon] {
            case "event": name = String(value)
            case "data": data.append(value)
            // Comments, ids and times to reconnect.
            default: break
            }
        }
        return events
    }

    /// Lines end in any of the three ways; what follows the last end is no line.
    private static func lines(of stream: String) -> [Substring] {
        let text = stream.hasPrefix("\u{FEFF}") ? stream.dropFirst() : stream[...]
        var lines = text.split(omittingEmptySubsequences: false) { ["\r\n", "\n", "\r"].contains($0) }
        lines.removeLast()
        return lines
    }
}
