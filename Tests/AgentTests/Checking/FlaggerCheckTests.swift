import Agent
import Analysis
import Rollouts
import Testing

@Suite("Check: metrics in Flagger's form")
struct FlaggerCheckTests {
    private static let template = ".headgate/rollouts/errors.yaml"

    private static let text = """
        apiVersion: flagger.app/v1beta1
        kind: MetricTemplate
        metadata: {name: errors, namespace: flagger}
        spec:
          provider: {type: prometheus, address: "http://prometheus:9090"}
          query: |
            100 - sum(
              rate(up{pod=~"{{ target }}-[0-9]+"}[{{ interval }}])
            )

        """

    private static let metric =
        "{name: errors, interval: 1m, templateRef: {name: errors, namespace: flagger}, thresholdRange: {max: 5}}"

    private static func bakery(_ metrics: String = metric, _ more: String = "", template: String = text) -> Bakery {
        Bakery().changing(
            Bakery.rollout, "  plan: standard",
            to: "  analysis:\n    interval: 1m\n    threshold: 5\(more)\n    metrics:\n    - \(metrics)"
        ).changing(Self.template, "", to: template)
    }

    private static func said(_ bakery: Bakery) -> [String] { CheckupTests.said(bakery) }

    private static let targe =
        "the function \"targe\" does not exist | names that can stand here are ingress, interval, name, namespace, route, "
        + "service, target, variables"

    @Test func `one that can be asked has nothing wrong with it`() {
        #expect(Self.said(Self.bakery()) == [])
        let own = "{name: request-success-rate, interval: 1m, thresholdRange: {min: 99}}"
        #expect(Self.said(Self.bakery(own)) == [])
        #expect(
            Self.said(Self.bakery("{name: up, query: 'up{ns=\"{{ namespace }}\"}', thresholdRange: {min: 1}}")) == [])
    }

    /// What is written in the place of the metric, and all that is said about it.
    static let metrics: [(String, [String])] = [
        (
            "{name: errors, templateRef: {name: eros}, thresholdRange: {max: 5}}",
            [
                "rollouts/bread.yaml:12:35: error: there is no MetricTemplate \"eros\" in namespace shop | known: errors in "
                    + "flagger"
            ]
        ),
        (
            "{name: errors, interval: 1m, templateRef: {name: errors, namespace: flagger}}",
            ["rollouts/bread.yaml:12:7: warning: without a range every value above 0 fails | state thresholdRange"]
        ),
        (
            "{name: errors, templateRef: {name: errors, namespace: flagger}, thresholdRange: {max: 5}}",
            [
                "rollouts/bread.yaml:12:7: error: the query uses {{ interval }}, and a template has no default for it | "
                    + "add interval: 1m"
            ]
        ),
        (
            "{name: up, query: up, thresholdRange: {min: 2, max: 1}}",
            [
                "rollouts/bread.yaml:12:45: error: no value is at least 2 and at most 1 | swap min and max"
            ]
        ),
        (
            "{name: request-success-rate, thresholdRange: {min: 0.99}}",
            [
                "rollouts/bread.yaml:12:58: warning: request-success-rate is measured in percent, so that 0.99 is hardly any "
                    + "| write 99"
            ]
        ),
        (
            "{name: request-duration, thresholdRange: {max: 0.5}}",
            [
                "rollouts/bread.yaml:12:54: warning: request-duration is compared in whole milliseconds, of which 0.5 is "
                    + "none | 0.5 s is 500"
            ]
        ),
        (
            "{name: request-duration, interval: '1 m', thresholdRange: {max: 500}}",
            [
                "rollouts/bread.yaml:12:42: error: the interval \"1 m\" has a blank, and goes into the query as it is written "
                    + "| write 1m"
            ]
        ),
        (
            "{name: request-duraton, thresholdRange: {max: 500}}",
            [
                "rollouts/bread.yaml:12:14: error: \"request-duraton\" is no metric of Flagger's own, and it has neither "
                    + "templateRef nor query | Flagger's own are request-success-rate and request-duration"
            ]
        ),
        (
            "{name: up, query: 'up{pod=~\"{{ target }}-primary-.+\"}', thresholdRange: {min: 1}}",
            [
                "rollouts/bread.yaml:12:25: error: the query asks for bread-canary-primary, which is not there | stable is "
                    + "bread: write {{ variables.stable }} in its place, and templateVariables: {stable: bread}"
            ]
        ),
        (
            "{name: up, query: 'up{service=\"{{ service }}-canary\"}', thresholdRange: {min: 1}}",
            [
                "rollouts/bread.yaml:12:25: error: the query asks for bread-canary-canary, which is not there | {{ target }} "
                    + "is bread-canary already: leave -canary out"
            ]
        ),
        (
            "{name: up, query: 'up{a=\"{{ targe }}\"}', thresholdRange: {min: 1}}",
            ["rollouts/bread.yaml:12:35: error: \(targe)"]
        ),
        (
            "{name: up, query: up, tresholdRange: {min: 1}}",
            [
                "rollouts/bread.yaml:12:29: error: spec.analysis.metrics.0.tresholdRange: unknown key \"tresholdRange\" | "
                    + "did you mean \"thresholdRange\"?"
            ]
        ),
    ]

    @Test("each mistake in a metric is named with its place and a hint", arguments: metrics)
    func table(metric: String, findings: [String]) {
        #expect(Self.said(Self.bakery(metric)) == findings.map { ".headgate/" + $0 })
    }

    /// What is written in the place of something else in the template.
    static let templates: [(String, String, [String])] = [
        (
            "{{ target }}", "{{ targe }}",
            ["8:24: error: \(targe)"]
        ),
        (
            "type: prometheus", "type: promtheus",
            ["5:20: error: spec.provider.type: \"promtheus\" is not known here | did you mean \"prometheus\"?"]
        ),
        (
            ", address: \"http://prometheus:9090\"", "",
            ["5:13: error: prometheus needs an address"]
        ),
        (
            "{type: prometheus, address: \"http://prometheus:9090\"}", "{type: keptn}",
            [
                "5:20: error: Keptn's metrics are not supported | ask what the KeptnMetric asks, such as its Prometheus, with "
                    + "provider.type: prometheus"
            ]
        ),
        (
            "{type: prometheus, address: \"http://prometheus:9090\"}",
            "{type: influxdb, address: \"http://influx:8086\", secretRef: {name: influx}}",
            [
                "5:72: error: the organization stands in the Secret alone, and has to be known without it | add the "
                    + "annotation headgate.dev/org: NAME to the template"
            ]
        ),
        (
            "{type: prometheus, address: \"http://prometheus:9090\"}", "{type: graphite, address: \"http://graphite\"}",
            ["5:13: error: nobody knows graphite | ask prometheus"]
        ),
    ]

    @Test("each mistake in a template is named with its place in the file, the query's included", arguments: templates)
    func templateTable(old: String, new: String, findings: [String]) {
        let text = Self.text.replacing(old, with: new)
        #expect(text != Self.text, "the case changes nothing")
        #expect(Self.said(Self.bakery(template: text)) == findings.map { "\(Self.template):" + $0 })
    }

    @Test func `a template that nobody uses is read all the same, and two of one name need two namespaces`() {
        let unused = Bakery().changing(Self.template, "", to: Self.text.replacing("{{ target }}", with: "{{ targe }}"))
        #expect(Self.said(unused).count == 1)
        let other = Self.text.replacing("namespace: flagger", with: "namespace: shop")
        let apart = Self.bakery().changing(".headgate/rollouts/other.yaml", "", to: other)
        #expect(Self.said(apart) == [])
        #expect(Self.said(apart.changing(".headgate/rollouts/third.yaml", "", to: other)).count == 1)
    }

    @Test func `Flagger's own metrics need a set with queries that find this canary`() {
        let own = "{name: request-duration, interval: 1m, thresholdRange: {max: 500}}"
        func said(_ set: String) -> [String] {
            Self.said(Self.bakery(own).changing(".headgate/config.yaml", "metrics: {set: app-http}", to: set))
        }
        // Flagger asks the application behind routes of the Gateway API.
        #expect(said("") == [])
        #expect(said("metrics: {set: contour}") == [])
        #expect(
            said("metrics: {set: gloo}").map { $0.split(separator: " | ").first.map(String.init) } == [
                ".headgate/rollouts/bread.yaml:12:14: error: request-duration of this provider asks for what Flagger itself "
                    + "puts into the cluster"
            ])
        #expect(
            said("metrics: {set: mine}") == [
                ".headgate/rollouts/bread.yaml:12:14: error: the metric set mine has no query for request-duration | name a "
                    + "set that has one as metrics.set in .headgate/config.yaml, or state a templateRef"
            ])
    }

    @Test func `the metrics of steps are checked in their places`() {
        let steps =
            "  steps:\n  - setWeight: 5\n  - analysis: {metrics: [{name: up, query: up{{, thresholdRange: {min: 1}}]}"
        let bakery = Bakery().changing(
            Bakery.rollout, "  plan: standard", to: steps.replacing("up{{,", with: "'up{{',"))
        #expect(
            Self.said(bakery) == [
                ".headgate/rollouts/bread.yaml:10:47: error: the braces are not closed | close them with }}"
            ])
    }
}

@Suite("Check: which metrics judge a rollout")
struct MetricSetChoiceTests {
    private static func said(_ bakery: Bakery) -> [String] { CheckupTests.said(bakery) }

    /// The bakery behind Istio, with nothing said about metrics.
    private static let istio = Bakery().changing(".headgate/config.yaml", "metrics: {set: app-http}", to: "").changing(
        "town/route.yaml", "",
        to: """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: bread, namespace: shop}
            spec:
              hosts: [bread]
              http:
              - route:
                - {destination: {host: bread}, weight: 100}
                - {destination: {host: bread-canary}, weight: 0}

            """
    ).changing(Bakery.rollout, "HTTPRoute/bread", to: "VirtualService/bread")

    private static func set(_ name: String, providers: String, _ query: String = "{{target}}") -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: MetricSet
        metadata: {name: \(name)}
        spec:
          providers: [\(providers)]
          metrics:
          - {name: errors, bad: 'bad{w="\(query)"}', total: 'all{w="\(query)"}'}

        """
    }

    @Test func `behind a mesh it is the mesh's own set, unless the configuration names another one`() {
        let checkup = Self.istio.checkup
        #expect(checkup.findings.isEmpty)
        #expect(checkup.subjects.first?.set?.metadata.name == "istio")
        let named = Self.istio.changing(".headgate/config.yaml", "", to: "metrics: {set: linkerd}\n")
            .changing(".headgate/config.yaml", "metrics", to: "environments: {town: {path: town}}\nmetrics")
        #expect(named.checkup.subjects.first?.set?.metadata.name == "linkerd")
    }

    @Test func `the repository's own set for a provider comes before the one that is shipped, and is one`() {
        let file = ".headgate/policies/metrics/mine.yaml"
        let own = Self.istio.changing(file, "", to: Self.set("mine", providers: "istio"))
        #expect(own.checkup.subjects.first?.set?.metadata.name == "mine")
        let other = ".headgate/policies/metrics/other.yaml"
        #expect(
            Self.said(own.changing(other, "", to: Self.set("other", providers: "smi, istio"))) == [
                "\(other):5:20: error: istio has the set mine already | let one of them have it"
            ])
    }

    @Test func `one whose queries are the same for both sides is refused`() {
        let file = ".headgate/policies/metrics/mine.yaml"
        let alike = Self.istio.changing(file, "", to: Self.set("mine", providers: "istio", "{{namespace}}"))
        #expect(
            Self.said(alike) == [
                ".headgate/rollouts/bread.yaml:7:12: error: the metric set mine asks for the same of both sides | state "
                    + "spec.analysis: templates that ask for each side, or none"
            ])
    }

    @Test func `one that does not know the kind of the workload is refused`() {
        let linkerd = Bakery().changing(".headgate/config.yaml", "app-http", to: "linkerd")
        #expect(Self.said(linkerd) == [])
        var stateful = linkerd.changing(Bakery.rollout, "  plan", to: "  workload: {kind: StatefulSet}\n  plan")
        for name in ["stable", "canary"] {
            stateful = stateful.changing("town/\(name).yaml", "kind: Deployment", to: "kind: StatefulSet")
        }
        #expect(
            Self.said(stateful) == [
                ".headgate/rollouts/bread.yaml:8:20: error: the metric set linkerd knows no StatefulSet | name a set of "
                    + "your own in .headgate/config.yaml, or state spec.analysis"
            ])
    }

    @Test func `the explanation names it`() throws {
        let subject = try #require(Self.istio.checkup.subjects.first)
        #expect(try Explanation(subject: subject).text.contains("judged against stable by the metrics of istio"))
    }
}
