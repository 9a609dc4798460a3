import Foundation

@testable import Simulator

/// 2026-11-21T01:28:05Z, when the recordings begin.
let dawn = Moment(milliseconds: 1_795_224_485_000)

extension Value {
    /// Reads one YAML document; a fixture that cannot be read is null and fails the test that uses it.
    static func yaml(_ text: String) -> Value {
        (try? Value.readYAML(Array(text.utf8), file: "fixture.yaml").first) ?? .null
    }

    /// The paths of all members, with `[]` for every element of a list.
    var memberPaths: Set<String> {
        switch self {
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.memberPaths.map { "[]" + $0 }) }
        case .object(let fields):
            return fields.members.reduce(into: [""]) { paths, member in
                paths.formUnion(member.value.memberPaths.map { ".\(member.name)\($0)" })
            }
        default: return [""]
        }
    }
}

extension ObjectKey {
    static func shop(_ kind: ResourceKind, _ name: String) -> ObjectKey {
        ObjectKey(kind, namespace: "shop", name: name)
    }
}

enum Shop {
    static func deployment(
        _ track: String = "stable", image: String = "ghcr.io/acme/checkout:v2.4.0", replicas: Int = 3,
        more: String = ""
    ) -> Value {
        .yaml(
            """
            metadata: {labels: {app: checkout}}
            spec:
              replicas: \(replicas)
              \(more)
              selector: {matchLabels: {app: checkout, track: \(track)}}
              template:
                metadata: {labels: {app: checkout, track: \(track)}}
                spec:
                  containers:
                  - name: app
                    image: \(image)
                    ports: [{name: http, containerPort: 8080}]
            """)
    }

    static func service(_ track: String) -> Value {
        .yaml("spec: {selector: {app: checkout, track: \(track)}, ports: [{port: 80, targetPort: http}]}")
    }

    static func route(canary: Int, stable: Int? = nil) -> Value {
        .yaml(
            """
            spec:
              hostnames: [checkout.example.com]
              parentRefs: [{name: public}]
              rules:
              - backendRefs:
                - {name: checkout, port: 80, weight: \(stable ?? 100 - canary)}
                - {name: checkout-canary, port: 80, weight: \(canary)}
            """)
    }
}

extension Cluster {
    static func fresh(seed: UInt64 = 7) -> Cluster { Cluster(seed: seed, startingAt: dawn) }

    @discardableResult
    mutating func apply(_ manifest: Value, _ kind: ResourceKind, _ name: String = "checkout") -> ObjectStore.Outcome {
        store.apply(manifest, key: .shop(kind, name), manager: Cluster.engine, at: now)
    }

    mutating func advance(by duration: Duration) { advance(to: now + duration) }

    func deployment(_ name: String = "checkout") -> Value { store[.shop(.deployment, name)]?.rendered() ?? .null }

    func condition(_ type: String, of name: String = "checkout") -> Value {
        deployment(name)["status", "conditions"]?.array?.first { $0["type"]?.string == type } ?? .null
    }

    /// A stable and a canary Deployment with their Services and a route.
    static func shop(canary: Int, image: String = "ghcr.io/acme/checkout:v2.4.1", seed: UInt64 = 7) -> Cluster {
        var cluster = fresh(seed: seed)
        cluster.apply(Shop.deployment(), .deployment)
        cluster.apply(Shop.deployment("canary", image: image, replicas: 2), .deployment, "checkout-canary")
        cluster.apply(Shop.service("stable"), .service)
        cluster.apply(Shop.service("canary"), .service, "checkout-canary")
        cluster.apply(Shop.route(canary: canary), .httpRoute)
        return cluster
    }
}
