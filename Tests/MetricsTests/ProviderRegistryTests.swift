import Analysis
import Metrics
import Testing

@Suite("Metric providers")
struct ProviderRegistryTests {
    private static func problems(_ kind: String, _ members: [Value.Member]) -> [TemplateError] {
        ProviderRegistry.problems(of: .stated(kind: kind, settings: .map(members)), interval: .seconds(60))
    }

    @Test func `A provider that nobody knows is named beside those that can be had`() throws {
        let problem = try #require(Self.problems("grafana", []).first)
        #expect(problem.message == "the provider grafana is not supported")
        #expect(problem.hint?.contains("prometheus") == true)
    }

    @Test func `A field that is missing, mistyped or unknown has its place and a hint`() {
        let problems = Self.problems(
            "prometheus",
            [
                .init("addres", .string("http://x")), .init("timeout", .string("soon")),
                .init("headers", .array([.map([.init("key", .string("k"))])], of: .any)),
            ])
        #expect(
            problems.map(\.path) == [
                "provider.prometheus.query", "provider.prometheus.timeout", "provider.prometheus.headers[0].value",
                "provider.prometheus.addres",
            ])
        #expect(problems.last?.hint == "did you mean \"address\"?")
        #expect(problems.allSatisfy { $0.hint != nil })
    }
}
