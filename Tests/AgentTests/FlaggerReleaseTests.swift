import Agent
import Analysis
import Rollouts
import Support
import Testing

/// Releases that are judged by metrics in Flagger's form.
@Suite("Flagger's metrics")
struct FlaggerReleaseTests {
    private static let analysis = """
          analysis:
            interval: 5s
            threshold: 3
            metrics:
            - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
            - {name: request-duration, thresholdRange: {max: 500}, interval: 30s}
            - name: errors
              templateRef: {name: errors}
              templateVariables: {unit: percent}
              thresholdRange: {max: 1}

        """

    private static let template = """
        apiVersion: flagger.app/v1beta1
        kind: MetricTemplate
        metadata: {name: errors, namespace: shop}
        spec:
          provider: {type: prometheus, address: "http://prometheus.monitoring:9090"}
          query: |
            {{ variables.unit }}{workload="{{ target }}"}

        """

    private static func world(_ analysis: String = analysis, _ template: String = template) throws -> World {
        try World { files in
            files[World.rollout()]?.append(analysis)
            files[".headgate/rollouts/production/errors.yaml"] = template
        }
    }

    @Test func `let a good release through every stage, and say what they had`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-50")
        let message = try world.repository.git("log", "-1", "--format=%B", "main")
        #expect(message.contains("request-success-rate   100 %    >= 99 %"), "\(message)")
        #expect(message.contains("request-duration       200 ms   <= 500 ms"), "\(message)")
        #expect(message.contains("errors                 0        <= 1"), "\(message)")
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `take a bad one back byte for byte, after as many failed checks as are stated`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try world.state(World.v3)
        try await world.run(until: "rollback rest")
        let line = try await world.settle()
        #expect(line.contains("3 checks failed, and 3 failed checks end the rollout"), "\(line)")
        #expect(line.contains("request-success-rate 70 %, wanted >= 99 %"), "\(line)")
        #expect(try world.manifests() == before)
    }

    @Test func `count failures of all stages together`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        // Two failed checks, which are not enough.
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try await world.step(.seconds(10))
        world.metrics.setErrors(0, of: "checkout-canary")
        try await world.run(until: "advance weight-50")
        try await world.run(until: "finish finish")
    }

    @Test func `wait while the store is away, whatever Flagger would do`() async throws {
        let world = try Self.world(Self.analysis.replacing("threshold: 3", with: "threshold: 3\n    compat: flagger"))
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        world.metrics.setDown(true)
        #expect(try await world.settle() == "Waiting: for the metrics: the store does not answer")
        world.metrics.setDown(false)
        try await world.run(until: "finish finish")
    }

    @Test func `are judged by other rules for somebody who asks for these`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        world.metrics.setErrors(.nan, of: "checkout-canary")
        for _ in 0..<3 { try await world.step(.seconds(10)) }
        func verdict(_ compat: AnalysisSpec.Compatibility?) async throws -> Verdict? {
            let agent = try world.agent("analyst", isShadow: true, compat: compat)
            return try await agent.preview(of: RolloutReference("checkout")).report.observation?.analyses.first?.verdict
        }
        #expect(try await verdict(nil) == .needsMoreData)
        #expect(try await verdict(.flagger) == .fail)
        #expect(try world.actions().last == "advance weight-10")
    }

    @Test func `let a step wait for as many passes as it wants`() async throws {
        let steps = """
              steps:
              - setWeight: 10
              - analysis: {interval: 5s, iterations: 4, metrics: [{name: request-success-rate, thresholdRange: {min: 99}}]}
              - setWeight: 50

            """
        let world = try World { files in
            files[World.rollout()]?.replace("  plan: quick\n", with: steps)
        }
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        let line = try await world.settle(steps: 3)
        #expect(line.contains("of 4 wanted passed, 0 failed"), "\(line)")
        try await world.run(until: "finish finish")
        let message = try world.ledger()
        #expect(message.actions.contains("advance weight-50"))
    }

    @Test func `are held where a template is not there`() async throws {
        let world = try Self.world(
            Self.analysis.replacing("templateRef: {name: errors}", with: "templateRef: {name: eros}"))
        let report = try await world.step()
        let problems = report.rollouts.first?.problems.map(\.message) ?? []
        #expect(problems == ["there is no MetricTemplate \"eros\" in namespace shop"])
    }

    /// What can be asked once is claimed before, and a time at which nobody asked is no check.
    @Test func `of a service that knows no past are measured once`() async throws {
        let template = Self.template.replacing(
            "{type: prometheus, address: \"http://prometheus.monitoring:9090\"}", with: "{type: externalmetrics}"
        )
        .replacing("{{ variables.unit }}{workload=\"{{ target }}\"}", with: "shop/{{ variables.unit }}")
        let world = try Self.world(
            """
              analysis:
                interval: 10s
                threshold: 1
                compat: flagger
                metrics:
                - {name: queue, templateRef: {name: errors}, templateVariables: {unit: queue}, thresholdRange: {max: 50}}

            """, template)
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        let moments = world.metrics.moments
        #expect(moments.count >= 3)
        #expect(Set(moments).count == moments.count)
        #expect(moments.allSatisfy { $0.milliseconds % 10_000 == 0 })
    }
}
