import Agent
import Manifests
import Rollouts
import Testing

@Suite("Check: analyses that start Jobs")
struct JobCheckTests {
    private static let smoke = ".headgate/rollouts/smoke.yaml"
    private static let file = "town/smoke.yaml"

    private static func bakery(_ metric: String = "provider: {job: {name: \"{{args.job}}\"}}") -> Bakery {
        let plan = """
            steps:
              - setWeight: 5
              - analysis: {templates: [{templateName: smoke}], args: [{name: job, value: checkout-smoke}]}
            """
        return Bakery().changing(Bakery.rollout, "plan: standard", to: plan).changing(file, "", to: JobTests.job)
            .changing(
                smoke, "",
                to: """
                    apiVersion: argoproj.io/v1alpha1
                    kind: AnalysisTemplate
                    metadata: {name: smoke}
                    spec:
                      args: [{name: job}]
                      metrics:
                      - name: smoke
                        \(metric)

                    """)
    }

    private func lines(_ bakery: Bakery) -> [String] {
        bakery.checkup.findings.map { $0.line + ($0.diagnostic.hint.map { " | \($0)" } ?? "") }
            .filter { !$0.contains("nobody knows job") }
    }

    @Test func `a Job that is committed and suspended is nothing to speak of`() {
        let checkup = Self.bakery().checkup
        #expect(lines(Self.bakery()) == [])
        #expect(checkup.subjects.first?.specification.jobs == [StageKey("weight-5"): ["checkout-smoke"]])
        #expect(checkup.documents.rollouts.first?.source.jobs == ["checkout-smoke"])
    }

    @Test func `a Job that nobody committed`() {
        #expect(
            lines(Self.bakery().without(Self.file)) == [
                ".headgate/rollouts/bread.yaml:6:3: error: there is no Job/checkout-smoke in namespace shop | it has to be "
                    + "a manifest that town applies"
            ])
    }

    @Test func `a Job that runs as soon as it is applied`() {
        #expect(
            lines(Self.bakery().changing(Self.file, "suspend: true", to: "suspend: false")) == [
                "town/smoke.yaml:9:12: error: Job/checkout-smoke runs as soon as it is applied, and not when a stage "
                    + "starts it | write spec.suspend: true; the stage's commit takes it out"
            ])
    }

    @Test func `a Job that may run for ever`() {
        #expect(
            lines(Self.bakery().changing(Self.file, "  activeDeadlineSeconds: 600\n", to: "")) == [
                "town/smoke.yaml:9:3: warning: Job/checkout-smoke may run for ever, and its stage waits for it | write "
                    + "spec.activeDeadlineSeconds: 600"
            ])
    }

    @Test func `a judge of a Job`() {
        let metric = """
            interval: 1m
                count: 20
                judge: {confident: {canary: {bad: a, total: b}, bar: 0.1}}
                provider: {job: {name: checkout-smoke}}
            """
        let found = lines(Self.bakery(metric)).filter { $0.contains("nothing to count") }
        #expect(found.count == 1, "\(lines(Self.bakery(metric)))")
    }

    @Test func `a name that nobody can tell`() {
        let broken = Self.bakery().changing(Bakery.rollout, "{name: job, value: checkout-smoke}", to: "")
        #expect(
            lines(broken).contains {
                $0.contains("nobody can tell which Job is meant: args.job was not resolved | give it a value")
            }, "\(lines(broken))")
    }

    @Test func `two Rollouts that start one Job`() throws {
        var bakery = Self.bakery()
        let rollout = try #require(bakery.files[Bakery.rollout])
        bakery.files[".headgate/rollouts/cake.yaml"] = rollout.replacing("bread", with: "cake")
        for (file, text) in bakery.files where file.hasPrefix("town/") && file != Self.file {
            bakery.files[file.replacing("town/", with: "town/cake-")] = text.replacing("bread", with: "cake")
        }
        let found = lines(bakery)
        #expect(found.contains { $0.contains("both change spec.suspend in town/smoke.yaml:9") }, "\(found)")
    }
}
