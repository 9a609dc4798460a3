import Testing

@testable import Metrics

/// The examples of the standard are in https://html.spec.whatwg.org/multipage/server-sent-events.html.
@Suite("Server-sent events")
struct ServerSentEventTests {
    @Test(
        "A stream is read as the standard says",
        arguments: [
            ("", []), ("data: a", []), ("data: a\n", []), ("data: a\n\n", [("message", "a")]),
            ("data\n\n", [("message", "")]), ("data:\n\n", [("message", "")]), ("data:  a\n\n", [("message", " a")]),
            ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", [("message", "a"), ("message", "b"), ("message", "c")]),
            ("data: {\ndata:  \"a\": 1\ndata: }\n\n", [("message", "{\n \"a\": 1\n}")]),
            ("event: x\ndata: a\n\ndata: b\n\n", [("x", "a"), ("message", "b")]),
            ("event: x\n\ndata: b\n\n", [("message", "b")]),
            (": comment\nid: 7\nretry: 5\nfoo: bar\nfoo\ndata: a:b\n\n", [("message", "a:b")]),
            ("\u{FEFF}data: a\n\n\n\n", [("message", "a")]), ("data: a\n\nevent: x\ndata: b\n", [("message", "a")]),
            ("event:x\nevent: y\ndata: é\u{0301}\n\n", [("y", "é\u{0301}")]),
        ] as [(String, [(String, String)])])
    func reading(stream: String, expected: [(String, String)]) {
        let events = ServerSentEvent.events(in: stream)
        #expect(events == expected.map { ServerSentEvent(name: $0.0, data: $0.1) })
    }
}
