import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("Certificates that nobody vouches for")
struct InsecureProviderTests {
    @Test(
        "are not believed because a template says so",
        arguments: [
            ("web", #""url":"URL""#), ("graphite", #""address":"URL","query":"target=a&from=-5min""#),
            ("influxdb", #""address":"URL","org":"a","query":"buckets()""#),
            (
                "influxdb",
                #""address":"URL","version":1,"database":"d","query":"SELECT 1 FROM a WHERE time > now() - 5m""#
            ),
            ("dynatrace", #""address":"URL","query":"m""#),
            ("dynatrace", #""address":"URL","query":"m","resolution":"1m""#),
        ])
    func templates(kind: String, settings: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("{}")
        } _: { server in
            let settings = settings.replacing("URL", with: server.url)
            let probe = try ProviderProbe(kind, #"{"insecure":true,\#(settings)}"#)
            #expect(probe.problems.isEmpty)
            let failure = await probe.failure(at: [ProviderCase.start])
            #expect(failure?.code == .configuration)
            #expect(failure?.hint?.contains("skipVerification") == true)
            #expect(server.requests.isEmpty)
        }
    }
}
