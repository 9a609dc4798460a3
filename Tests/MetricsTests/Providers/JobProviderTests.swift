import Analysis
import Metrics
import Rollouts
import Testing

@Suite("A Job as a provider")
struct JobProviderTests {
    private func problems(_ settings: [Value.Member], interval: Duration = .zero) -> [String] {
        ProviderRegistry.problems(of: .stated(kind: "job", settings: .map(settings)), interval: interval)
            .map { "\($0.path): \($0.message) (\($0.hint ?? ""))" }
    }

    private static let name = Value.Member("name", .string("checkout-smoke"))

    @Test func `takes a name, and nothing that would have to be made`() {
        #expect(problems([Self.name]) == [])
        #expect(
            problems([]) == [
                "provider.job.name: name is missing (write the name of a Job that is committed with spec.suspend: true)"
            ])
        #expect(
            problems([.init("spec", .map([]))]) == [
                "provider.job.spec: a Job inside a template would have to be made in the cluster, and nothing is written "
                    + "there (commit the Job as a manifest with spec.suspend: true, and write job: {name: NAME})"
            ])
        #expect(
            problems([.init("name", .string("shop/smoke"))]) == [
                "provider.job.name: \"shop/smoke\" is no name (the Job is in the Rollout's own namespace)"
            ])
        #expect(problems([Self.name, .init("namespace", .string("shop"))]).count == 1)
    }

    @Test func `runs once in a stage`() {
        #expect(
            problems([Self.name], interval: .seconds(60)) == [
                "provider.job: a Job runs once in each stage, so that there is no second measurement (take interval and "
                    + "count out of the metric)"
            ])
    }
}
