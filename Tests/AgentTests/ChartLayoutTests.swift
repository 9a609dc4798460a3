import Agent
import Rollouts
import Support
import Testing

/// One release from end to end where a chart makes the objects, so that Git has values only.
@Suite("Layouts of charts")
struct ChartLayoutTests {
    private static let folder = "environments/production"
    private static let object = "\(folder)/checkout/release.yaml"

    // MARK: Worlds

    /// The sample repository with a chart in the place of manifests.
    private func world(
        _ chart: [String: String], removing names: [String], adding files: [String: String], bindings: String,
        provider: Bool = true, changing change: (inout [String: String]) -> Void = { _ in }
    ) throws -> World {
        try World { all in
            for name in names {
                all["\(Self.folder)/checkout/\(name).yaml"] = nil
                all["\(Self.folder)/checkout/kustomization.yaml"]?.replace("- \(name).yaml\n", with: "")
            }
            for (path, text) in files {
                all[path] = text
                all["\(Self.folder)/checkout/kustomization.yaml"]?.append(
                    "- \(path.split(separator: "/").last ?? "")\n")
            }
            all.merge(chart) { $1 }
            if provider { all[World.rollout()]?.replace("traffic: {", with: "traffic: {provider: gateway-api, ") }
            all[World.rollout()]?.append(bindings)
            change(&all)
        }
    }

    /// A release that goes out and one that comes back; of each stage the lines that changed beside the state.
    private func play(_ world: World, stages expected: [String: [String]]) async throws {
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.actions == RolloutTests.forward)
        var changes: [String: [String]] = [:]
        for stage in ledger.stages where stage.files != [World.state()] {
            changes[stage.at?.stage ?? ""] = try lines(of: stage.id, in: world)
        }
        #expect(changes == expected)
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])

        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "rollback rest")
        #expect(try world.manifests() == before)
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
    }

    /// The lines that a commit takes out and brings, without the state's.
    private func lines(of commit: String, in world: World) throws -> [String] {
        try world.repository.git("show", "--format=", "--unified=0", commit, "--", "environments", "charts")
            .split(separator: "\n").map(String.init)
            .filter { ($0.hasPrefix("+") || $0.hasPrefix("-")) && !$0.hasPrefix("+++") && !$0.hasPrefix("---") }
    }

    // MARK: Layouts

    /// One HelmRelease for everything.
    private func helmRelease(
        _ chart: [String: String] = Charts.whole, changing change: (inout [String: String]) -> Void = { _ in }
    ) throws -> World {
        let release = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: checkout, namespace: flux-system}
            spec:
              interval: 1m
              targetNamespace: shop
              chart: {spec: {chart: ./charts/checkout, sourceRef: {kind: GitRepository, name: shop}}}
              values:
                stable: {tag: v2.4.0, replicas: 4}   # sized for the evening peak
                canary:
                  tag: "v2.4.0"
                  replicas: 0
                  weight: 0   # percent

            """
        let file = "file: \(Self.object)"
        return try world(
            chart, removing: ["deployment", "deployment-canary", "services", "httproute"],
            adding: [Self.object: release],
            bindings: """
                  bindings:
                  - {value: stable.image.app, \(file), path: spec.values.stable.tag, format: tag, image: ghcr.io/acme/checkout}
                  - {value: canary.image.app, \(file), path: spec.values.canary.tag, format: tag, image: ghcr.io/acme/checkout}
                  - {value: stable.replicas, \(file), path: spec.values.stable.replicas}
                  - {value: canary.replicas, \(file), path: spec.values.canary.replicas}
                  - {value: route.weight, \(file), path: spec.values.canary.weight}

                """, changing: change)
    }

    @Test func `a HelmRelease of one chart with both sides, its Services and the route`() async throws {
        let world = try helmRelease()
        try await play(
            world,
            stages: [
                "start": [
                    #"-      tag: "v2.4.0""#, "-      replicas: 0", #"+      tag: "v2.4.1""#, "+      replicas: 1",
                ],
                "weight-10": [
                    "-      replicas: 1", "-      weight: 0   # percent", "+      replicas: 2",
                    "+      weight: 10   # percent",
                ],
                "weight-50": [
                    "-      weight: 10   # percent", "+      weight: 50   # percent",
                ],
                "promote": [
                    "-    stable: {tag: v2.4.0, replicas: 4}   # sized for the evening peak",
                    "+    stable: {tag: v2.4.1, replicas: 4}   # sized for the evening peak",
                ],
                "drain": ["-      weight: 50   # percent", "+      weight: 0   # percent"],
                "finish": ["-      replicas: 2", "+      replicas: 0"],
            ])
    }

    @Test func `two HelmReleases of one chart, with the Services and the route as manifests`() async throws {
        func release(_ name: String, _ track: String, _ replicas: Int) -> String {
            """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: \(name), namespace: shop}
            spec:
              chart: {spec: {chart: charts/app, sourceRef: {kind: GitRepository, name: shop, namespace: flux-system}}}
              values:
                track: \(track)
                image:
                  repository: ghcr.io/acme/checkout
                  tag: v2.4.0
                replicas: \(replicas)

            """
        }
        let (stable, canary) = ("\(Self.folder)/checkout/stable.yaml", "\(Self.folder)/checkout/canary.yaml")
        let world = try world(
            Charts.single, removing: ["deployment", "deployment-canary"],
            adding: [stable: release("checkout", "stable", 4), canary: release("checkout-canary", "canary", 0)],
            bindings: """
                  bindings:
                  - {value: stable.image.app, file: \(stable), path: spec.values.image.tag, format: tag}
                  - {value: canary.image.app, file: \(canary), path: spec.values.image.tag, format: tag}
                  - {value: stable.replicas, file: \(stable), path: spec.values.replicas}
                  - {value: canary.replicas, file: \(canary), path: spec.values.replicas}

                """, provider: false)
        let (old, new) = ("      tag: v2.4.0", "      tag: v2.4.1")
        try await play(
            world,
            stages: [
                "start": ["-" + old, "-    replicas: 0", "+" + new, "+    replicas: 1"],
                "weight-10": [
                    "-    replicas: 1", "+    replicas: 2", "-      weight: 100", "+      weight: 90",
                    "-      weight: 0", "+      weight: 10",
                ],
                "weight-50": [
                    "-      weight: 90", "+      weight: 50", "-      weight: 10", "+      weight: 50",
                ],
                "promote": ["-" + old, "+" + new],
                "drain": ["-      weight: 50", "+      weight: 100", "-      weight: 50", "+      weight: 0"],
                "finish": ["-    replicas: 2", "+    replicas: 0"],
            ])
    }

    @Test func `an Application in another namespace, by its parameters`() async throws {
        func parameter(_ name: String, _ value: String) -> String {
            "      - name: \(name)\n        value: \"\(value)\"\n"
        }
        let application = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: checkout, namespace: argocd}
            spec:
              project: default
              destination: {server: "https://kubernetes.default.svc", namespace: shop}
              source:
                repoURL: https://git.example.com/shop.git
                path: charts/checkout
                helm:
                  parameters:

            """
            + [
                ("stable.tag", "v2.4.0"), ("stable.replicas", "4"), ("canary.tag", "v2.4.0"), ("canary.replicas", "0"),
                ("canary.weight", "0"),
            ].map(parameter).joined()
        func binding(_ value: String, _ name: String, _ more: String = "") -> String {
            "  - {value: \(value), file: \(Self.object),"
                + " path: \"spec.source.helm.parameters.[name=\(name)].value\"\(more)}\n"
        }
        let tag = ", format: tag, image: ghcr.io/acme/checkout"
        let world = try world(
            Charts.whole, removing: ["deployment", "deployment-canary", "services", "httproute"],
            adding: [Self.object: application],
            bindings: "  bindings:\n" + binding("stable.image.app", "stable.tag", tag)
                + binding("canary.image.app", "canary.tag", tag) + binding("stable.replicas", "stable.replicas")
                + binding("canary.replicas", "canary.replicas") + binding("route.weight", "canary.weight"))
        func change(_ old: String, _ new: String) -> [String] {
            ["-        value: \"\(old)\"", "+        value: \"\(new)\""]
        }
        try await play(
            world,
            stages: [
                "start": change("v2.4.0", "v2.4.1") + change("0", "1"),
                "weight-10": change("1", "2") + change("0", "10"),
                "weight-50": change("10", "50"), "promote": change("v2.4.0", "v2.4.1"), "drain": change("50", "0"),
                "finish": change("2", "0"),
            ])
    }

    private static let text = """
        stable:
          tag: v2.4.0
          replicas: 4
          weight: 100
        canary:
          tag: v2.4.0
          # At rest.
          replicas: 0
          weight: 0

        """

    /// What each stage changes in that text, with so many spaces before each line.
    private func stages(indented spaces: Int) -> [String: [String]] {
        func change(_ old: String, _ new: String) -> [String] {
            let indent = String(repeating: " ", count: spaces)
            return ["-\(indent)\(old)", "+\(indent)\(new)"]
        }
        func weights(_ old: Int, _ new: Int) -> [String] {
            change("weight: \(100 - old)", "weight: \(100 - new)") + change("weight: \(old)", "weight: \(new)")
        }
        let indent = String(repeating: " ", count: spaces)
        return [
            "start": change("tag: v2.4.0", "tag: v2.4.1") + change("replicas: 0", "replicas: 1"),
            "weight-10": change("weight: 100", "weight: 90") + [
                "-\(indent)replicas: 1", "-\(indent)weight: 0", "+\(indent)replicas: 2", "+\(indent)weight: 10",
            ],
            "weight-50": weights(10, 50), "promote": change("tag: v2.4.0", "tag: v2.4.1"), "drain": weights(50, 0),
            "finish": change("replicas: 2", "replicas: 0"),
        ]
    }

    private func bindings(_ file: String, _ prefix: String) -> String {
        let tag = ", format: tag, image: ghcr.io/acme/checkout"
        return "  bindings:\n"
            + [
                ("stable.image.app", "stable.tag", tag), ("canary.image.app", "canary.tag", tag),
                ("stable.replicas", "stable.replicas", ""), ("canary.replicas", "canary.replicas", ""),
                ("route.weight", "canary.weight", ""), ("route.weight.stable", "stable.weight", ""),
            ].map { "  - {value: \($0), file: \(file), path: \"\(prefix)\($1)\"\($2)}\n" }.joined()
    }

    private static func application(_ helm: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: checkout, namespace: argocd}
        spec:
          project: default
          destination: {server: "https://kubernetes.default.svc", namespace: shop}
          source:
            repoURL: https://git.example.com/shop.git
            path: charts/checkout
            helm:
              \(helm)

        """
    }

    private static let plain = ["deployment", "deployment-canary", "services", "httproute"]

    @Test func `an Application whose values are a text, with a weight for each side`() async throws {
        let lines = Self.text.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
        let world = try world(
            Charts.twoWeights, removing: Self.plain, adding: [Self.object: Self.application("values: |\n" + lines)],
            bindings: bindings(Self.object, "spec.source.helm.values:"))
        try await play(world, stages: stages(indented: 10))
    }

    @Test func `a file of values beside the chart, which an Application names`() async throws {
        let file = "charts/checkout/values-production.yaml"
        let world = try world(
            Charts.twoWeights.merging([file: Self.text]) { $1 }, removing: Self.plain,
            adding: [Self.object: Self.application("valueFiles: [values-production.yaml]")],
            bindings: bindings(file, ""))
        let before = try world.repository.file(Self.object)
        try await play(world, stages: stages(indented: 2))
        #expect(try world.repository.file(Self.object) == before)
        #expect(try world.repository.file(file) == Self.text.replacing("v2.4.0", with: "v2.4.1"))
    }

    @Test func `two rollouts whose values stand in one document do not hold each other`() async throws {
        let world = try helmRelease { files in
            for (path, text) in files where path.hasPrefix("charts/checkout/templates/") {
                files[path.replacing("templates/", with: "templates/till-")] = text.replacing("checkout", with: "till")
                    .replacing("Values.", with: "Values.till.").replacing("Values.till.image", with: "Values.image")
            }
            files[Self.object]?.append(
                "    till: {stable: {tag: v2.4.0, replicas: 2}, canary: {tag: v2.4.0, replicas: 0, weight: 0}}\n")
            files[World.rollout("till")] = files[World.rollout()]?.replacing("name: checkout", with: "name: till")
                .replacing("HTTPRoute/checkout", with: "HTTPRoute/till")
                .replacing("spec.values.", with: "spec.values.till.")
        }
        try await world.run(until: "adopt finish")
        try await world.run(until: "adopt finish", of: "till")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        try world.edit(World.rollout("till"), [World.v1: World.v2], "Release till")
        try await world.run(until: "advance weight-10", of: "till")
        try await world.run(until: "finish finish")
        try await world.run(until: "finish finish", of: "till")
        #expect(try world.actions() == RolloutTests.forward)
        #expect(try world.actions("till") == RolloutTests.forward)
    }

    // MARK: People and clusters

    @Test func `an edit of a bound value, or of any other of the chart, holds a release on its way`() async throws {
        for (old, new, words) in [
            ("weight: 10 ", "weight: 30 ", "weight is 30, expected 10"),
            ("# percent", "# percent\n      color: blue", "spec.values.canary.color was changed (not shown)"),
        ] {
            let world = try helmRelease()
            try await world.run(until: "adopt finish")
            try world.state(World.v2)
            try await world.run(until: "advance weight-10")
            try world.edit(Self.object, [old: new])
            let line = try await world.settle()
            #expect(line.hasPrefix("Held: edited by hand: ") && line.contains(words), "\(line)")
            #expect(try world.actions().last == "advance weight-10")
            try world.revert(["HEAD"])
            try await world.run(until: "finish finish")
        }
    }

    @Test func `a weight that somebody sets in the cluster is set back by the engine, and nothing is rolled back`()
        async throws
    {
        let world = try helmRelease()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
        try await world.step()
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 90, "checkout-canary": 10])
    }

    struct Labels: Sendable, CustomTestStringConvertible {
        let what: String
        var file = ""
        var change = ("", "")
        let expected: [String]
        var testDescription: String { what }
    }

    static let labels = [
        Labels(
            what: "as they should be",
            expected: ["✔ Service/checkout in shop selects 4 pods", "✔ Service/checkout-canary in shop selects 0 pods"]),
        Labels(
            what: "a Service for both sides", file: "services", change: (", track: stable", ""),
            expected: [
                "✖ Service/checkout in shop also selects the pods of Deployment/checkout-canary",
                "✔ Service/checkout-canary in shop selects 0 pods",
            ]),
        Labels(
            what: "a workload that selects both sides", file: "stable",
            change: (
                "selector: {matchLabels: {app: checkout, track: \"stable\"}}",
                "selector: {matchLabels: {app: checkout}}"
            ),
            expected: [
                "✖ the selector of Deployment/checkout also selects the pods of Deployment/checkout-canary",
                "✔ Service/checkout in shop selects 4 pods", "✔ Service/checkout-canary in shop selects 0 pods",
            ]),
        Labels(
            what: "a workload of another name", file: "canary", change: ("\"checkout-canary\"", "\"till\""),
            expected: ["✖ Deployment/checkout-canary in shop is not in the cluster"]),
    ]

    @Test(arguments: labels)
    func `doctor looks at the labels that the chart has given its pods`(labels: Labels) async throws {
        var chart = Charts.whole
        chart["charts/checkout/templates/\(labels.file).yaml"]?.replace(labels.change.0, with: labels.change.1)
        let world = try helmRelease(chart)
        for _ in 0..<4 { try await world.pass(.seconds(5)) }
        let found = await Doctor(agent: try world.agent("doctor")).examine().filter { $0.subject == "selectors" }
        #expect(found.map { "\($0.state.sign) \($0.message)" } == labels.expected)
    }

    @Test func `a chart that makes no workload of that name is not applied, and holds the release`() async throws {
        var chart = Charts.whole
        chart["charts/checkout/templates/canary.yaml"]?.replace("name: \"checkout-canary\"", with: "name: \"till\"")
        let world = try helmRelease(chart)
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        let line = try await world.settle(steps: 10)
        #expect(try world.actions() == ["adopt finish", "start start"])
        #expect(line.hasPrefix("Waiting: for the cluster to take over canary.image.app, canary.replicas"), "\(line)")
    }
}
