import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Comparing the cluster with Git")
struct LiveComparisonTests {
    /// The shop as an API server has it, with the server's defaults; `changes` replace texts of the Deployments.
    private func answers(
        _ shop: Shop, stable: (String, String) = ("", ""), canary: (String, String) = ("", ""),
        route: (String, String) = ("", ""), pods: [Side: [String]] = [:]
    ) throws -> LiveComparison.Answers {
        var objects: [ObjectReference: JSON] = [:]
        for (name, track, replicas, version, change) in [
            ("checkout", "stable", 10, "v1", stable), ("checkout-canary", "canary", 0, "v0", canary),
        ] {
            let text = Self.deployment(name, track, replicas, version).replacing(change.0, with: change.1)
            objects[Self.reference("Deployment", name)] = try JSON(parsing: Array(text.utf8))
        }
        let text = Self.route.replacing(route.0, with: route.1)
        objects[Self.reference("HTTPRoute", "checkout")] = try JSON(parsing: Array(text.utf8))
        return LiveComparison.Answers(
            objects: objects, pods: try pods.mapValues { try $0.map { try JSON(parsing: Array($0.utf8)) } },
            time: try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z")))
    }

    private static func reference(_ kind: String, _ name: String) -> ObjectReference {
        ObjectReference(
            group: kind == "Deployment" ? "apps" : "gateway.networking.k8s.io", kind: kind, namespace: "shop",
            name: name)
    }

    private static func deployment(_ name: String, _ track: String, _ replicas: Int, _ version: String) -> String {
        let more =
            track == "canary"
            ? ""
            : """
            ,"env":[{"name":"LEVEL","value":"info"}],"ports":[{"containerPort":8080,"name":"http","protocol":"TCP"},
            {"containerPort":9090,"name":"metrics","protocol":"TCP"}],"resources":{}
            """
        return """
            {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"\(name)","namespace":"shop","generation":2,
            "managedFields":[{"manager":"kustomize-controller","operation":"Apply","time":"2026-11-21T01:28:05Z",
            "fieldsV1":{"f:spec":{"f:replicas":{},"f:template":{}}}}]},
            "spec":{"replicas":\(replicas),"selector":{"matchLabels":{"app":"checkout","track":"\(track)"}},
            "template":{"metadata":{"labels":{"app":"checkout","track":"\(track)","team":"till"}},
            "spec":{"restartPolicy":"Always","containers":[{"name":"app","image":"ghcr.io/acme/checkout:\(version)",
            "imagePullPolicy":"IfNotPresent"\(more)}]}}},
            "status":{"observedGeneration":2,"replicas":\(replicas),"updatedReplicas":\(replicas),
            "availableReplicas":\(replicas),"conditions":[{"type":"Available","status":"True",
            "lastTransitionTime":"2026-11-21T01:30:00Z","lastUpdateTime":"2026-11-21T01:30:00Z"}]}}
            """
    }

    private static let route = """
        {"kind":"HTTPRoute","metadata":{"name":"checkout","namespace":"shop","generation":3},
        "spec":{"parentRefs":[{"name":"public"}],"rules":[
        {"backendRefs":[{"group":"","kind":"Service","name":"checkout","port":80,"weight":1},
        {"group":"","kind":"Service","name":"checkout-canary","port":80,"weight":0}]},
        {"backendRefs":[{"group":"","kind":"Service","name":"static","port":80,"weight":1}]}]},
        "status":{"parents":[{"parentRef":{"name":"public"},"controllerName":"example.com/gateway","conditions":[
        {"type":"Accepted","status":"True","reason":"Accepted","message":"","observedGeneration":3,
        "lastTransitionTime":"2026-11-21T01:31:00Z"}]}]}}
        """

    @Test func `what is applied as it stands has no differences`() throws {
        let shop = Shop()
        let comparison = LiveComparison(try shop.bound())
        #expect(
            comparison.objectsToRead.map(\.description) == [
                "Deployment/checkout", "Deployment/checkout-canary", "HTTPRoute/checkout",
            ])
        #expect(comparison.pods(of: .canary)?.text == "app=checkout,track=canary")
        let reading = comparison.reading(try answers(shop))
        #expect(reading.differences.isEmpty)
        #expect(reading.weight == Weight(0))
        #expect(reading.route == .accepted)
        #expect(reading.stable?.provides(10) == true)
        #expect(reading.changedAt == Timestamp(rfc3339: "2026-11-21T01:31:00Z"))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let what: String
        var stable = ("", "")
        var route = ("", "")
        let expected: [FieldDifference]
        var testDescription: String { what }
    }

    static let changes = [
        Change(
            what: "another image", stable: ("checkout:v1", "checkout:v7"),
            expected: [
                FieldDifference(
                    binding: BindingName("stable.image.app"),
                    place: "Deployment/checkout spec.template.spec.containers.[name=app].image",
                    expected: "ghcr.io/acme/checkout:v1", found: "ghcr.io/acme/checkout:v7")
            ]),
        Change(
            what: "scaled by hand", stable: ("\"replicas\":10,\"selector\"", "\"replicas\":12,\"selector\""),
            expected: [
                FieldDifference(
                    binding: .stableReplicas, place: "Deployment/checkout spec.replicas", expected: "10", found: "12")
            ]),
        Change(
            what: "another environment variable", stable: ("\"value\":\"info\"", "\"value\":\"debug\""),
            expected: [
                FieldDifference(
                    binding: .stableTemplate,
                    place: "Deployment/checkout spec.template.spec.containers.[name=app].env.[name=LEVEL].value",
                    expected: "info", found: "debug")
            ]),
        Change(
            what: "more than Git says", stable: ("\"restartPolicy\"", "\"hostname\":\"x\",\"restartPolicy\""),
            expected: []),
        Change(
            what: "a weight by hand", route: ("\"weight\":0", "\"weight\":1"),
            expected: [
                FieldDifference(
                    binding: .weight,
                    place: "HTTPRoute/checkout spec.rules.0.backendRefs.[name=checkout-canary].weight", expected: "0",
                    found: "1")
            ]),
    ]

    @Test(arguments: changes)
    func `a difference is named by value, place and both texts`(change: Change) throws {
        let shop = Shop()
        let reading = LiveComparison(try shop.bound()).reading(
            try answers(shop, stable: change.stable, route: change.route))
        #expect(reading.differences == change.expected)
    }

    @Test func `quantities and numbers are compared by what they mean`() throws {
        let resources = "        resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 0.5}}\n        tty: false\n"
        let shop = Shop(["apps/stable.yaml": Shop.stable + resources])
        let live = (
            "\"resources\":{}",
            "\"resources\":{\"limits\":{\"cpu\":\"1\",\"memory\":\"1024Mi\"},\"requests\":{\"cpu\":\"500m\"}}"
        )
        let comparison = LiveComparison(try shop.bound())
        #expect(comparison.reading(try answers(shop, stable: live)).differences.isEmpty)
        let other = (
            "\"resources\":{}",
            "\"resources\":{\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"500m\"}}"
        )
        #expect(comparison.reading(try answers(shop, stable: other)).differences.map(\.found) == ["2"])
    }

    @Test func `a route that its gateway has not looked at is pending, one that it refuses is refused`() throws {
        let shop = Shop()
        let comparison = LiveComparison(try shop.bound())
        let stale = try answers(shop, route: ("\"observedGeneration\":3", "\"observedGeneration\":2"))
        #expect(comparison.reading(stale).route == .pending("public has not taken generation 3 of HTTPRoute/checkout"))
        let refused = try answers(
            shop,
            route: (
                "\"status\":\"True\",\"reason\":\"Accepted\"", "\"status\":\"False\",\"reason\":\"NoMatchingListener\""
            ))
        #expect(comparison.reading(refused).route == .refused("Accepted is False: NoMatchingListener: "))
    }

    @Test func `objects that are not there differ in every value`() throws {
        let shop = Shop()
        let reading = LiveComparison(try shop.bound()).reading(
            .init(objects: [:], time: try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z"))))
        #expect(reading.stable == nil && reading.weight == nil)
        #expect(reading.differences.contains(where: { $0.binding == .canaryReplicas && $0.found == nil }))
    }

    @Test func `pods say why they do not serve, and which still run the old release`() throws {
        let shop = Shop()
        func pod(_ name: String, _ version: String, _ status: String) -> String {
            """
            {"metadata":{"name":"\(name)"},"spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:\(version)"}]},
            "status":\(status)}
            """
        }
        let ready = #"{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}"#
        let crashing =
            #"{"phase":"Running","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}"#
        let unscheduled =
            #"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no cpu"}]}"#
        let reading = LiveComparison(try shop.bound()).reading(
            try answers(
                shop,
                pods: [
                    .stable: [
                        pod("a", "v0", ready), pod("b", "v1", ready), pod("c", "v1", crashing),
                        pod("d", "v1", unscheduled),
                    ]
                ]))
        #expect(reading.stable?.oldAvailable == 1)
        #expect(reading.stable?.failing == ["c: app: CrashLoopBackOff"])
        #expect(reading.stable?.pending == ["d: Unschedulable: no cpu"])
    }
}
