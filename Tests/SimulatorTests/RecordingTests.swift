import Foundation
import Testing

@testable import Simulator

/// What a real API server answered, where the recordings are at hand.
private enum Recording {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/recordings/kubernetes").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func read(_ name: String) throws -> Value {
        try ValueReader.read(Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }

    /// The members that both must have: what a person set by hand in the recording is left out.
    static func paths(_ value: Value, without prefixes: [String] = []) -> Set<String> {
        value.memberPaths.filter { path in !prefixes.contains { path.hasPrefix($0) } }
    }
}

@Suite("The simulator's answers against a real API server's", .enabled(if: Recording.isPresent))
struct RecordingTests {
    private static let manifest = Value.yaml(
        """
        metadata: {labels: {app: checkout}}
        spec:
          replicas: 3
          selector: {matchLabels: {app: checkout, track: stable}}
          template:
            metadata: {labels: {app: checkout, track: stable}}
            spec:
              containers:
              - name: app
                image: ghcr.io/acme/checkout:v2.4.0
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {path: /healthz, port: http}}
        """)

    private func managed(_ object: Value, _ manager: String) -> Value? {
        object["metadata", "managedFields"]?.array?.first { $0["manager"]?.string == manager }
    }

    @Test func `a Deployment that has just been applied has the recorded fields, defaults and owners`() throws {
        let recorded = try Recording.read("01-deployment-progressing.json")
        var cluster = Cluster.fresh()
        cluster.apply(Self.manifest, .deployment)
        cluster.advance(by: .seconds(1))
        let live = cluster.deployment()
        #expect(live["spec"] == recorded["spec"])
        #expect(Recording.paths(live) == Recording.paths(recorded))
        #expect(
            managed(live, "kustomize-controller")?["fieldsV1"] == managed(recorded, "kustomize-controller")?["fieldsV1"]
        )
        #expect(live.fields?.names == recorded.fields?.names)
    }

    @Test func `an available Deployment has the recorded counts and reasons`() throws {
        let recorded = try Recording.read("03-deployment-available.json")
        var cluster = Cluster.fresh()
        cluster.apply(Self.manifest, .deployment)
        cluster.advance(by: .seconds(20))
        let live = cluster.deployment()
        #expect(Recording.paths(live) == Recording.paths(recorded))
        for name in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "terminatingReplicas"] {
            #expect(live["status", name] == recorded["status", name])
        }
        let facts = { (object: Value) in
            (object["status", "conditions"]?.array ?? []).map { [$0["type"], $0["status"], $0["reason"]] }
        }
        #expect(facts(live) == facts(recorded))
    }

    @Test func `a Deployment past its deadline says so in the recorded words`() throws {
        let recorded = try Recording.read("04-deployment-deadline-exceeded.json")
        var cluster = Cluster.fresh()
        cluster.behaviours.entries["v2.4.1"] = Behaviour(failure: .imagePull)
        let manifest = Shop.deployment(
            "canary", image: "ghcr.io/acme/checkout:v2.4.1", replicas: 1, more: "progressDeadlineSeconds: 20")
        cluster.apply(manifest, .deployment, "checkout-canary")
        cluster.advance(by: .seconds(30))
        let live = cluster.deployment("checkout-canary")
        #expect(Recording.paths(live) == Recording.paths(recorded))
        #expect(live["spec"] == recorded["spec"])
        let progressing = cluster.condition("Progressing", of: "checkout-canary")
        #expect(progressing["reason"] == "ProgressDeadlineExceeded")
        #expect(progressing["status"] == "False")
        let message = progressing["message"]?.string ?? ""
        #expect(message.hasPrefix("ReplicaSet \"checkout-canary-") && message.hasSuffix("has timed out progressing."))

        let pods = try Recording.read("05-pods-image-pull-backoff.json")["items"]?.array?.first
        let pod = cluster.store.all(.pod).first?.rendered(inList: true)
        let waiting = { (pod: Value?) in pod?["status", "containerStatuses"]?.array?.first?["state", "waiting"] }
        #expect(waiting(pod) == waiting(pods))
        #expect(pod?["metadata", "generateName"]?.string?.hasPrefix("checkout-canary-") == true)
    }

    @Test func `a ReplicaSet has the recorded fields`() throws {
        let recorded = try Recording.read("06-replicasets.json")["items"]?.array?.last ?? .null
        var cluster = Cluster.fresh()
        cluster.apply(Self.manifest, .deployment)
        cluster.advance(by: .seconds(20))
        let live = cluster.store.all(.replicaSet).first?.rendered(inList: true) ?? .null
        let owners = [".metadata.managedFields"]
        #expect(Recording.paths(live, without: owners) == Recording.paths(recorded, without: owners))
        #expect(live["status"] == recorded["status"])
        #expect(live["metadata", "annotations"] == recorded["metadata", "annotations"])
    }

    @Test func `a pod that nobody has scheduled has the recorded fields`() throws {
        let recorded = try Recording.read("02-pods-pending.json")["items"]?.array?.first ?? .null
        var cluster = Cluster.fresh()
        cluster.apply(Shop.deployment("canary", replicas: 1), .deployment, "checkout-canary")
        cluster.pace.step = .milliseconds(100)
        cluster.advance(by: .milliseconds(100))
        let live = cluster.store.all(.pod).first?.rendered(inList: true) ?? .null
        let owners = [".metadata.managedFields"]
        #expect(Recording.paths(live, without: owners) == Recording.paths(recorded, without: owners))
        #expect(live["status"] == recorded["status"])
    }

    @Test func `a route that is applied, applied again, edited and corrected moves the recorded fields and times`()
        throws
    {
        var cluster = Cluster.fresh()
        cluster.pace.gateway = .seconds(3600)
        cluster.apply(Shop.route(canary: 0), .httpRoute)
        let key = ObjectKey.shop(.httpRoute, "checkout")
        let applied = try Recording.read("07-httproute-applied.json")
        let first = cluster.store[key]?.rendered() ?? .null
        #expect(first["spec"] == applied["spec"])
        #expect(Recording.paths(first) == Recording.paths(applied))
        #expect(first.fields?.names == applied.fields?.names)

        cluster.advance(by: .seconds(80))
        let changed = cluster.apply(Shop.route(canary: 5), .httpRoute)
        #expect(changed == .configured)
        let second = cluster.store[key]?.rendered() ?? .null
        #expect(managed(second, "kustomize-controller")?["time"]?.string == cluster.now.description)
        cluster.advance(by: .seconds(4))
        let again = cluster.apply(Shop.route(canary: 5), .httpRoute)
        #expect(again == .unchanged)
        #expect(cluster.store[key]?.rendered() == second)

        cluster.edit(key, merging: ["spec": Shop.route(canary: 50, stable: 95)["spec"] ?? .null])
        cluster.edit(key, manager: "kubectl-label", merging: ["metadata": ["labels": ["team": "shop"]]])
        let edited = try Recording.read("10-httproute-edited-by-hand.json")
        let third = cluster.store[key]?.rendered() ?? .null
        for manager in ["kustomize-controller", "kubectl-edit", "kubectl-label"] {
            #expect(managed(third, manager)?["fieldsV1"] != nil)
        }
        #expect(
            managed(third, "kustomize-controller")?["fieldsV1"] == managed(edited, "kustomize-controller")?["fieldsV1"])
        #expect(managed(third, "kustomize-controller")?["time"] == managed(second, "kustomize-controller")?["time"])
        #expect(managed(third, "kubectl-label")?["fieldsV1"] == managed(edited, "kubectl-label")?["fieldsV1"])
        #expect(third["metadata", "generation"] == edited["metadata", "generation"])

        cluster.advance(by: .seconds(2))
        cluster.apply(Shop.route(canary: 5), .httpRoute)
        let fourth = cluster.store[key]?.rendered() ?? .null
        #expect(managed(fourth, "kubectl-edit") == nil)
        #expect(managed(fourth, "kubectl-label") == managed(third, "kubectl-label"))
        #expect(managed(fourth, "kustomize-controller")?["time"]?.string == cluster.now.description)
        #expect(fourth["metadata", "generation"] == 4)
    }

    @Test func `a route's status is the recorded one`() throws {
        let recorded = try Recording.read("08-httproute-weight-5-status-stale.json")
        var cluster = Cluster.shop(canary: 0)
        cluster.advance(by: .seconds(5))
        cluster.apply(Shop.route(canary: 5), .httpRoute)
        let live = cluster.store[.shop(.httpRoute, "checkout")]?.rendered() ?? .null
        #expect(Recording.paths(live) == Recording.paths(recorded))
        let generations = live["status", "parents"]?.array?.first?["conditions"]?.array?.map {
            $0["observedGeneration"]
        }
        #expect(generations == [1, 1])
        #expect(live["metadata", "generation"] == 2)
    }

    @Test func `an autoscaler has the recorded fields`() throws {
        let recorded = try Recording.read("20-hpa.json")
        var cluster = Cluster.shop(canary: 0)
        let key = ObjectKey.shop(.autoscaler, "checkout")
        cluster.store.apply(["spec": recorded["spec"] ?? .null], key: key, manager: Cluster.engine, at: cluster.now)
        cluster.advance(by: .seconds(2))
        let live = cluster.store[key]?.rendered() ?? .null
        let metrics = [".status.currentMetrics", ".metadata.managedFields[].fieldsV1.f:status"]
        #expect(Recording.paths(live, without: metrics) == Recording.paths(recorded, without: metrics))
        #expect(live["spec"] == recorded["spec"])
    }

    @Test(arguments: [
        ("15-error-404.json", APIRequest("GET", "/apis/apps/v1/namespaces/shop/deployments/nope")),
        ("16-error-401.json", APIRequest("GET", "/version", token: "wrong")),
    ])
    func `an error is the recorded one`(file: String, request: APIRequest) throws {
        let server = APIServer(token: request.token == "wrong" ? "right" : nil)
        let answer = server.respond(to: request, from: Cluster.shop(canary: 0))
        #expect(try ValueReader.read(answer.body) == Recording.read(file))
    }

    @Test func `a page is cut as recorded, and a broken token refused as recorded`() throws {
        let recorded = try Recording.read("12-pods-page-1.json")
        var cluster = Cluster.shop(canary: 0)
        cluster.advance(by: .seconds(1))
        var request = APIRequest("GET", "/api/v1/namespaces/shop/pods", query: ["limit": "2"])
        let page = try ValueReader.read(APIServer().respond(to: request, from: cluster).body)
        #expect(page.fields?.names == recorded.fields?.names)
        #expect(page["metadata"]?.fields?.names == recorded["metadata"]?.fields?.names)
        let error = try Recording.read("14-error-400-bad-continue.json")
        request.query["continue"] = "nonsense"
        let refusal = try ValueReader.read(APIServer().respond(to: request, from: cluster).body)
        #expect(refusal.fields?.names == error.fields?.names)
        #expect(refusal["reason"] == error["reason"])
        #expect(refusal["message"]?.string?.hasPrefix("invalid continue token: continue key is not valid: ") == true)
        let unknown = APIServer().respond(to: APIRequest("GET", "/apis/none.example.com/v1/things"), from: cluster)
        let text = try String(
            contentsOf: Recording.folder.appendingPathComponent("19-error-404-unknown-group.txt"), encoding: .utf8)
        #expect(unknown.body == text)
    }

    @Test func `a rules review is answered in the recorded form`() throws {
        let recorded = try Recording.read("22-selfsubjectrulesreview.json")
        let request = APIRequest("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
        let live = try ValueReader.read(APIServer().respond(to: request, from: .fresh()).body)
        #expect(Recording.paths(live) == Recording.paths(recorded))
    }
}
