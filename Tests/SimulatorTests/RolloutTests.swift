import Testing

@testable import Simulator

extension Behaviour {
    init(
        errors: Double = 0, start: Duration = .seconds(2), failure: Failure? = nil, crashAfter: Duration = .zero,
        median: Duration = .milliseconds(80)
    ) {
        self.init()
        self.errors = errors
        self.start = start
        self.failure = failure
        self.crashAfter = crashAfter
        self.median = median
    }
}

@Suite("Rollouts of pods")
struct RolloutTests {
    @Test func `pods become ready after their starting time, not before`() {
        var cluster = Cluster.fresh()
        cluster.behaviours.entries["*"] = Behaviour(start: .seconds(10))
        cluster.apply(Shop.deployment(), .deployment)
        cluster.advance(by: .seconds(9))
        #expect(cluster.deployment()["status", "readyReplicas"] == nil)
        #expect(cluster.deployment()["status", "unavailableReplicas"] == 3)
        cluster.advance(by: .seconds(6))
        #expect(cluster.deployment()["status", "readyReplicas"] == 3)
        #expect(cluster.condition("Progressing")["reason"] == "NewReplicaSetAvailable")
    }

    @Test func `a rolling update never has fewer available pods than allowed, and ends with the new image alone`() {
        var cluster = Cluster.fresh()
        cluster.apply(Shop.deployment(replicas: 4), .deployment)
        cluster.advance(by: .seconds(20))
        cluster.apply(Shop.deployment(image: "ghcr.io/acme/checkout:v2.4.1", replicas: 4), .deployment)
        var fewest = 4
        var most = 4
        for _ in 0..<60 {
            cluster.advance(by: .milliseconds(500))
            fewest = min(fewest, cluster.deployment()["status", "availableReplicas"]?.integer ?? 0)
            most = max(most, cluster.deployment()["status", "replicas"]?.integer ?? 0)
        }
        #expect(fewest == 3)
        #expect(most == 5)
        #expect(Set(cluster.pods.values.map(\.image)) == ["ghcr.io/acme/checkout:v2.4.1"])
        #expect(cluster.store.all(.replicaSet).map(\.replicas).sorted() == [0, 4])
        #expect(cluster.deployment()["metadata", "annotations", "deployment.kubernetes.io/revision"] == "2")
        #expect(cluster.deployment()["status", "observedGeneration"] == 2)
    }

    @Test func `a broken image leaves the old pods serving`() {
        var cluster = Cluster.fresh()
        cluster.behaviours.entries["v2.4.1"] = Behaviour(failure: .imagePull)
        cluster.apply(Shop.deployment(replicas: 4), .deployment)
        cluster.advance(by: .seconds(20))
        cluster.apply(
            Shop.deployment(image: "ghcr.io/acme/checkout:v2.4.1", replicas: 4, more: "progressDeadlineSeconds: 30"),
            .deployment)
        cluster.advance(by: .seconds(60))
        #expect(cluster.deployment()["status", "availableReplicas"] == 3)
        #expect(cluster.condition("Progressing")["reason"] == "ProgressDeadlineExceeded")
        #expect(cluster.condition("Available")["status"] == "True")
        cluster.apply(Shop.deployment(replicas: 4), .deployment)
        cluster.advance(by: .seconds(20))
        #expect(cluster.condition("Progressing")["reason"] == "NewReplicaSetAvailable")
        #expect(Set(cluster.pods.values.map(\.image)) == ["ghcr.io/acme/checkout:v2.4.0"])
    }

    @Test(arguments: [
        (Behaviour.Failure.imagePull, Optional("ImagePullBackOff")), (.crashLoop, "CrashLoopBackOff"),
        (.pending, "Unschedulable"),
        (.neverReady, String?.none),
    ])
    func `each failure shows as itself and never becomes ready`(failure: Behaviour.Failure, reason: String?) {
        var cluster = Cluster.fresh()
        cluster.behaviours.entries["v2.4.0"] = Behaviour(failure: failure)
        cluster.apply(Shop.deployment(replicas: 1), .deployment)
        cluster.advance(by: .seconds(9))
        #expect(cluster.deployment()["status", "readyReplicas"] == nil)
        let pod = cluster.state["pods"]?.array?.first
        #expect(pod?["waiting"]?.string == reason)
        #expect(pod?["ready"] == false)
    }

    @Test func `a crashing container restarts with a growing back-off`() {
        var cluster = Cluster.fresh()
        cluster.behaviours.entries["*"] = Behaviour(failure: .crashLoop)
        cluster.apply(Shop.deployment(replicas: 1), .deployment)
        cluster.advance(by: .seconds(60))
        let soon = cluster.pods.values.first?.restarts ?? 0
        cluster.advance(by: .seconds(600))
        let late = cluster.pods.values.first?.restarts ?? 0
        #expect((2...3).contains(soon))
        #expect((late - soon) < 5)
        #expect(late > soon)
    }

    @Test func `scaling to nothing and deleting end the pods`() {
        var cluster = Cluster.shop(canary: 0)
        cluster.advance(by: .seconds(20))
        cluster.apply(
            Shop.deployment("canary", image: "ghcr.io/acme/checkout:v2.4.1", replicas: 0), .deployment,
            "checkout-canary")
        cluster.advance(by: .seconds(5))
        #expect(cluster.pods.count == 3)
        #expect(cluster.deployment("checkout-canary")["status", "replicas"] == nil)
        #expect(cluster.condition("Available", of: "checkout-canary")["status"] == "True")
        cluster.delete(.shop(.deployment, "checkout"))
        cluster.advance(by: .seconds(5))
        #expect(cluster.pods.isEmpty)
        #expect(cluster.store.all(.replicaSet).allSatisfy { $0.key.name.hasPrefix("checkout-canary") })
    }

    @Test func `a StatefulSet starts its pods in order, and a DaemonSet one for each node`() {
        var cluster = Cluster.fresh()
        cluster.apply(Shop.deployment(), .statefulSet, "queue")
        cluster.apply(Shop.deployment("node"), .daemonSet, "probe")
        cluster.advance(by: .seconds(2))
        #expect(cluster.store[.shop(.pod, "queue-1")] == nil)
        cluster.advance(by: .seconds(20))
        #expect(cluster.store[.shop(.pod, "queue-2")] != nil)
        #expect(cluster.store[.shop(.statefulSet, "queue")]?.status["readyReplicas"] == 3)
        #expect(cluster.store[.shop(.daemonSet, "probe")]?.status["numberReady"] == 3)
        cluster.apply(Shop.deployment(image: "ghcr.io/acme/checkout:v2.4.1"), .statefulSet, "queue")
        cluster.advance(by: .seconds(30))
        let images = cluster.pods.values.filter { $0.owner.name == "queue" }.map(\.image)
        #expect(images == Array(repeating: "ghcr.io/acme/checkout:v2.4.1", count: 3))
    }

    @Test func `an autoscaler holds its minimum, follows the load and respects a target at rest`() {
        var cluster = Cluster.shop(canary: 0)
        let autoscaler = Value.yaml(
            """
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
              minReplicas: 5
              maxReplicas: 8
            """)
        cluster.apply(autoscaler, .autoscaler)
        cluster.advance(by: .seconds(30))
        #expect(cluster.deployment()["status", "readyReplicas"] == 5)
        cluster.load.requestsPerPod = 7
        cluster.advance(by: .seconds(60))
        #expect(cluster.deployment()["spec", "replicas"] == 8)
        cluster.edit(.shop(.deployment, "checkout"), merging: ["spec": ["replicas": 0]])
        cluster.advance(by: .seconds(60))
        #expect(cluster.deployment()["spec", "replicas"] == 0)
    }

    @Test func `two clusters with one seed are alike to the last byte`() {
        let run = { () -> (String, String) in
            var cluster = Cluster.shop(canary: 20)
            cluster.advance(by: .seconds(60))
            return (cluster.metrics, cluster.store.all(.pod).map { $0.rendered().text }.joined())
        }
        #expect(run() == run())
        var inSteps = Cluster.shop(canary: 20)
        for _ in 0..<600 { inSteps.advance(by: .milliseconds(100)) }
        #expect(inSteps.metrics == run().0)
    }
}
