import Agent
import Manifests
import Rollouts
import Testing

@Suite("Files are checked where the counts of pods split the traffic")
struct CountsCheckTests {
    private static let everyone = """
        apiVersion: v1
        kind: Service
        metadata: {name: everyone, namespace: shop}
        spec:
          selector: {app: bread}
          ports: [{port: 80}]

        """

    /// Bread without a route, and a Service that all pods serve.
    private static let town = Bakery().changing(Bakery.rollout, "  traffic: {route: HTTPRoute/bread}\n", to: "")
        .without("town/route.yaml").changing("town/everyone.yaml", "", to: everyone)

    private static func said(_ town: Bakery) -> [String] {
        town.checkup.findings.map { $0.line + ($0.diagnostic.hint.map { " | \($0)" } ?? "") }
    }

    @Test func `a DaemonSet has a pod on every node or none, whatever a plan would scale`() {
        let marker = "    spec:\n      nodeSelector: {headgate.dev/at-rest: \"true\"}\n      containers"
        var town = Bakery().changing("town/canary.yaml", "    spec:\n      containers", to: marker)
            .changing(Bakery.rollout, "  plan: standard", to: "  workload: {kind: DaemonSet}\n  plan: standard")
        for (side, count) in [("stable", 4), ("canary", 0)] {
            town = town.changing("town/\(side).yaml", "kind: Deployment", to: "kind: DaemonSet")
                .changing("town/\(side).yaml", "  replicas: \(count)\n", to: "")
        }
        #expect(Self.said(town) == [])
        let scaled = town.changing(
            Bakery.rollout, "  plan: standard",
            to: "  steps: [{setCanaryScale: {replicas: 2}}, {setWeight: 5}, {pause: {duration: 10m}}]")
        #expect(
            Self.said(scaled) == [
                ".headgate/rollouts/bread.yaml:9:10: error: setCanaryScale has no meaning for a DaemonSet, which has a pod "
                    + "on every node or none | leave the step out"
            ])
    }

    @Test func `four pods are enough for the standard plan`() {
        #expect(Self.said(Self.town) == [])
    }

    @Test func `weights that the pods cannot tell apart are refused, with those that they can`() {
        let one = Self.town.changing("town/stable.yaml", "replicas: 4", to: "replicas: 1")
        let expected = [
            ".headgate/rollouts/bread.yaml:7:9: error: 5% and 25% are the same here: 1 of 2 pods | Deployment/bread has 1 "
                + "pod, which make 50%; or name a route that splits the traffic",
            ".headgate/rollouts/bread.yaml:7:9: error: 25% and 50% are the same here: 1 of 2 pods | Deployment/bread has 1 "
                + "pod, which make 50%; or name a route that splits the traffic",
        ]
        #expect(Set(Self.said(one)) == Set(expected))
    }

    @Test func `a Service for stable alone would leave the canary without traffic`() {
        #expect(
            Self.said(Self.town.without("town/everyone.yaml")) == [
                "town/services.yaml:5:13: error: without a route, one Service has to select the pods of both sides | "
                    + "Service/bread selects Deployment/bread alone: take out the label that tells the sides apart, or name a "
                    + "route, such as traffic: {route: HTTPRoute/bread}"
            ])
    }

    @Test func `without Services for each side the Rollout says how it is judged`() {
        let workers = Self.town.without("town/services.yaml").without("town/everyone.yaml")
        #expect(
            Self.said(workers) == [
                ".headgate/rollouts/bread.yaml:6:3: error: no Services tell the metrics of the two sides apart | add one "
                    + "that selects each side alone as traffic.services, or state spec.analysis"
            ])
        #expect(Self.said(workers.changing(Bakery.rollout, "  plan:", to: "  analysis: none\n  plan:")) == [])
    }

    @Test func `an autoscaler, a scale and a least count have no meaning there`() {
        let scaler = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: bread, namespace: shop}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: bread}
              minReplicas: 2
              maxReplicas: 9

            """
        #expect(
            Self.said(Self.town.changing("town/scaler.yaml", "", to: scaler)) == [
                "town/scaler.yaml:1:1: error: HorizontalPodAutoscaler/bread changes the pods of Deployment/bread, and their "
                    + "counts split the traffic | name a route that splits it, such as traffic: {route: HTTPRoute/bread}, "
                    + "or do without it"
            ])
        let steps = "  minPods: 2\n  steps: [{setCanaryScale: {replicas: 2}}, {setWeight: 25}]"
        #expect(
            Self.said(Self.town.changing(Bakery.rollout, "  plan: standard", to: steps)) == [
                ".headgate/rollouts/bread.yaml:7:12: error: minPods has no meaning where the counts of pods split the "
                    + "traffic | name a route that splits it, or leave it out",
                ".headgate/rollouts/bread.yaml:8:10: error: setCanaryScale has no meaning where the counts of pods split "
                    + "the traffic | name a route that splits it, or leave the step out",
            ])
    }

    @Test(arguments: [
        ("maxSurge: 25%", "7:47: error: the counts of pods split no traffic here: the route does"),
        (
            "maxSurge: some",
            "7:47: error: spec.traffic.maxSurge: write a number of pods, such as 2, or a share from 0% to 100%"
        ),
        ("maxUnavailable: 1", "7:53: error: the counts of pods split no traffic here: the route does"),
    ])
    func `a budget is for counts that split the traffic`(field: String, message: String) {
        let town = Bakery().changing(
            Bakery.rollout, "{route: HTTPRoute/bread}", to: "{route: HTTPRoute/bread, \(field)}")
        #expect(Self.said(town).map { $0.split(separator: " | ")[0] } == [".headgate/rollouts/bread.yaml:\(message)"])
    }

    @Test(arguments: [
        ("minPods: 0", "minPods is a number of pods of at least 1, not 0"),
        ("steps: [{setCanaryScale: {}}, {setWeight: 5}]", "setCanaryScale has exactly one of replicas, weight and"),
        (
            "steps: [{setCanaryScale: {replicas: 1, weight: 5}}, {setWeight: 5}]",
            "setCanaryScale has exactly one of replicas, weight and"
        ),
        ("steps: [{setCanaryScale: {replicas: -1}}, {setWeight: 5}]", "replicas is a whole number from 0 to 1000000"),
        (
            "steps: [{setCanaryScale: {replicsa: 1}}, {setWeight: 5}]",
            "setCanaryScale has exactly one of replicas, weight"
        ),
    ])
    func `rules for the canary's pods that make no sense are refused`(line: String, message: String) {
        let isSteps = line.hasPrefix("steps")
        let town = Bakery().changing(
            Bakery.rollout, "  plan: standard", to: isSteps ? "  \(line)" : "  plan: standard\n  \(line)")
        let said = Self.said(town)
        #expect(said.count == 1 && said.first?.contains(message) == true, "\(said)")
    }
}
