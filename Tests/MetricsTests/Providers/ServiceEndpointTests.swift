import Analysis
import Metrics
import Rollouts
import Support
import Testing

/// What the settings of an address and of credentials mean, whichever the service is.
@Suite("Settings of a service's place")
struct ServiceEndpointTests {
    private static func provider(_ url: String, _ more: String) throws -> StatedProvider {
        try StatedProvider("externalMetrics", at: url, #"{"address":"ADDRESS","metric":"q"\#(more)}"#)
    }

    @Test func `A template alone cannot have any certificate believed`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"items":[]}"#)
        } _: { server in
            let provider = try Self.provider(server.url, #","insecure":true"#)
            let refused = await provider.failure()
            #expect(refused?.code == .configuration)
            #expect(refused?.hint?.contains("caFile") == true)
            let readings = try await provider.readings(
                at: [StatedProvider.noon], LocalAccess.connection { $0.skipVerification = true })
            #expect(readings == [.absent])
        }
    }

    @Test func `What the template states takes the place of the deployment's Authorization`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"items":[]}"#)
        } _: { server in
            let folder = try TemporaryFolder()
            try folder.write("own/token", "own")
            let file = try folder.write("bearer", "deployment")
            let connection = LocalAccess.connection(secrets: folder.path) { host in
                host.secrets = ["own"]
                host.bearerFile = file
            }
            let mark = SecretReference(name: "own", key: "token").mark
            for (more, expected) in [
                ("", "Bearer deployment"), (#","authentication":{"bearerToken":"\#(mark)"}"#, "Bearer own"),
                (#","secretRef":{"name":"own"}"#, "Bearer own"),
            ] {
                _ = try await Self.provider(server.url, more).readings(at: [StatedProvider.noon], connection)
                #expect(server.requests.last?.headers["authorization"] == expected)
            }
        }
    }

    @Test(
        "An address that cannot be asked is a mistake",
        arguments: [
            "", "k8s", "//k8s", "ftp://k8s", "https://", "https://a b", "https://u:p@k8s", "https://k8s?a=b",
            "https://k8s#a",
        ])
    func addresses(address: String) throws {
        let settings = #"{"address":"\#(address)","query":"vector(1)"}"#
        let problems = try StatedProvider("loki", settings).problems
        #expect(problems.map(\.path) == ["provider.loki.address"])
        #expect(problems.first?.hint != nil)
    }
}
