import Agent
import Testing

@Suite("Check: templates that other templates name")
struct NestedCheckTests {
    private static let prometheus = "    provider: {prometheus: {address: \"http://p:9090\", query: up}}"

    /// A Rollout is judged by `rate`, which names `inner`; the findings about `inner`, and the others.
    private static func said(
        _ metric: String, args: String = "[{name: app}]", kind: String = "AnalysisTemplate"
    ) -> (inner: [String], others: [String]) {
        let scope = kind == "ClusterAnalysisTemplate" ? ", clusterScope: true" : ""
        var bakery = CheckupTests.judged(
            by: prometheus + "\n  templates: [{templateName: inner\(scope)}]", args: "[{name: app, value: bread}]")
        bakery.files[".headgate/rollouts/inner.yaml"] = """
            apiVersion: argoproj.io/v1alpha1
            kind: \(kind)
            metadata: {name: inner}
            spec:
              args: \(args)
              metrics:
            \(metric)
            """
        let said = CheckupTests.said(bakery)
        return (said.filter { $0.contains("inner.yaml") }, said.filter { !$0.contains("inner.yaml") })
    }

    private static func metric(_ fields: String) -> String {
        "  - {name: latency, \(fields), provider: {prometheus: {address: \"http://p:9090\", query: '{{args.app}}'}}}\n"
    }

    @Test func `what is right has no findings, with the arguments of the template around it`() {
        let metric = Self.metric("interval: 1m, count: 3, successCondition: 'result[0] < 5'")
        for kind in ["AnalysisTemplate", "ClusterAnalysisTemplate"] {
            #expect(Self.said(metric, kind: kind).inner == [])
        }
    }

    @Test(
        "what is wrong with a nested template is found where it stands",
        arguments: [
            ("interval: 1m, count: 3, failureLimit: -5", "failureLimit must be >= 0"),
            ("interval: 1m", "runs indefinitely"),
            ("interval: 1m, count: 3, successCondition: 'result[0] <'", "successCondition"),
            ("interval: 1m, count: 3, failureLimit: 4", "count (3)"),
        ])
    func mistakes(_ fields: String, _ words: String) {
        for kind in ["AnalysisTemplate", "ClusterAnalysisTemplate"] {
            let inner = Self.said(Self.metric(fields), kind: kind).inner
            #expect(inner.contains { $0.contains(words) }, "\(kind): \(inner)")
        }
    }

    @Test func `what several templates are only together is told of the Rollout`() {
        let right = Self.metric("interval: 1m, count: 3")
        let twice = Self.said(right.replacing("latency", with: "success")).others
        #expect(twice.contains { $0.contains("two metrics have the same name 'success'") }, "\(twice)")
        let open = Self.said(right.replacing("args.app", with: "args.zone"), args: "[{name: zone}]").others
        #expect(open.contains { $0.contains("args.zone was not resolved") }, "\(open)")
        let bakery = CheckupTests.judged(by: Self.prometheus + "\n  templates: [{templateName: gone}]")
        let gone = CheckupTests.said(bakery)
        #expect(gone.contains { $0.contains("AnalysisTemplate 'gone' not found") }, "\(gone)")
    }

    @Test func `a finding names the template that is meant, not one that has a metric of the same name`() {
        var bakery = CheckupTests.judged(by: "    successCondition: result < 0.5\n" + Self.prometheus)
        bakery.files[".headgate/rollouts/aaa.yaml"] = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: unused}
            spec:
              metrics:
              - {name: success, interval: 1m, count: 3, successCondition: 'result[0] < 0.5',
                 provider: {prometheus: {address: "http://p:9090", query: up}}}

            """
        let said = CheckupTests.said(bakery)
        #expect(!said.isEmpty)
        #expect(said.allSatisfy { $0.contains("rate.yaml") }, "\(said)")
    }
}
