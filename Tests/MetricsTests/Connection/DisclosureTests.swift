import Analysis
import Metrics
import Rollouts
import Support
import Testing

/// What a service repeats of the credentials that it was sent, in answers that are good.
@Suite("Secrets in measurements")
struct DisclosureTests {
    private static let times = [Timestamp(milliseconds: 1_700_000_000_000)]

    /// A web metric that sends a secret, at a server that answers with `body`.
    private static func readings(
        _ body: String, secret: String, path: String = "{$}"
    ) async throws -> [Measurement.Reading] {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let mark = SecretReference(name: "web", key: "token").mark
            let settings =
                #"{"url":"\#(server.url)","jsonPath":"\#(path)","headers":["#
                + #"{"key":"Authorization","value":"Bearer \#(mark)"}]}"#
            return try await ProviderProbe("web", settings, secrets: ["web/token": secret]).readings(at: times)
        }
    }

    @Test(
        "are masked wherever they become text",
        arguments: [
            ("s3cret-value", #"{"value":"got s3cret-value"}"#, .string("got *****")),
            ("hunt", #"{"value":"got hunt, hunter"}"#, .string("got *****, hunter")),
            ("hunt", #"{"value":["hunt",1,{"a":"hunt"}]}"#, nil),
            // Numbers are measured; a text of digits is a text.
            ("12345678", #"{"value":12345678}"#, .double(12_345_678)),
            ("12345678", #"{"value":"12345678"}"#, .string("*****")),
            ("abc", #"{"value":"abc"}"#, .string("abc")),
        ] as [(String, String, Value?)])
    func values(secret: String, body: String, value: Value?) async throws {
        let readings = try await Self.readings(body, secret: secret, path: "{.value}")
        guard case .value(let read)? = readings.first else {
            Issue.record("no value: \(readings)")
            return
        }
        if let value { #expect(read.readable == value.readable) }
        if secret == "hunt" { #expect(!read.description.contains("\"hunt\"")) }
    }

    @Test func `A short secret that is a word of the service's API does not spoil its answer`() async throws {
        let body = #"{"status":"success","value":"success"}"#
        let whole = try await Self.readings(body, secret: "status", path: "{.status}")
        #expect(whole == [.value(.string("success"))])
        let masked = try await Self.readings(body, secret: "success", path: "{.status}")
        #expect(masked == [.value(.string("*****"))])
    }

    @Test func `A text that is no JSON is masked too`() async throws {
        let readings = try await Self.readings("welcome, hunt", secret: "hunt")
        #expect(readings == [.value(.string("welcome, *****"))])
    }

    @Test func `Words of a good answer that become a message are masked before they are cut`() async throws {
        let secret = String(repeating: "1234567890", count: 8)
        let filler = String(repeating: "x ", count: 140)
        try await FakeServer.run { request in
            let token = (request.headers["authorization"] ?? "").dropFirst("Bearer ".count)
            let warning = "\(filler)\(token) is an old token"
            return FakeServer.Answer(
                #"{"status":"success","warnings":["\#(warning)"],"data":{"resultType":"matrix","result":[]}}"#)
        } _: { server in
            let mark = SecretReference(name: "web", key: "token").mark
            let settings =
                #"{"address":"\#(server.url)","query":"up","headers":["#
                + #"{"key":"Authorization","value":"Bearer \#(mark)"}]}"#
            let probe = try ProviderProbe("prometheus", settings, secrets: ["web/token": secret])
            let failure = try #require(await probe.failure(at: Self.times))
            #expect(failure.code == .partial)
            #expect(failure.message.contains("x *****"))
            #expect(!failure.message.contains("1234"))
        }
    }
}
