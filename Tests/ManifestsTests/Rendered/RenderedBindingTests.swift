import Manifests
import Policies
import Rollouts
import Testing
import YAML

@Suite("Binding values of charts")
struct RenderedBindingTests {
    @Test func `one HelmRelease holds all values of the pair and the route`() throws {
        let bound = try ChartShop.shop().bound()
        let reading = bound.reading()
        #expect(reading.values[BindingName("stable.image.app")] == "ghcr.io/acme/checkout:v1")
        #expect(reading.values[BindingName("canary.image.app")] == "ghcr.io/acme/checkout:v0")
        #expect(reading.number(.stableReplicas) == 10 && reading.number(.canaryReplicas) == 0)
        #expect(reading.values[.weight] == "0")
        #expect(reading.values[.stableTemplate] == nil)
        #expect(bound.isRendered && bound.files == [ChartShop.release])
        #expect(bound.services?.canary.reference.name == "checkout-canary")
        #expect(bound.route?.object.reference.group == "gateway.networking.k8s.io")
        #expect(
            reading.originals.map { "\($0.binding) \($0.path) \($0.value ?? "-")" } == [
                "stable.image.app spec.values.stable.image.tag v1", "canary.image.app spec.values.canary.image.tag v0",
                "canary.replicas spec.values.canary.replicas 0", "route.weight spec.values.canary.weight 0",
            ])
    }

    @Test func `what is not stated is listed in one problem, with one entry filled in`() throws {
        let none = try ChartShop.shop(bindings: "").problems()
        #expect(
            none == [
                ".headgate/rollouts/checkout.yaml:5:3: Deployment/checkout, Deployment/checkout-canary and HTTPRoute/checkout"
                    + " have no manifest in namespace shop, and spec.bindings does not say where a chart's values have"
                    + " stable.image.app, stable.replicas, canary.image.app, canary.replicas and route.weight"
                    + " (add each, such as {value: stable.image.app, file: apps/checkout/release.yaml,"
                    + " path: spec.values.stable.image.tag, format: tag})"
            ])
        let half = ChartShop.bindings.split(separator: "\n").filter { !$0.contains("canary.replicas") }
        let problems = try ChartShop.shop(bindings: half.joined(separator: "\n") + "\n").problems()
        #expect(
            problems == [
                ".headgate/rollouts/checkout.yaml:9:3: Deployment/checkout-canary has no manifest in namespace shop,"
                    + " and spec.bindings does not say where a chart's values have canary.replicas"
                    + " (add each, such as {value: canary.replicas, file: apps/checkout/release.yaml,"
                    + " path: spec.values.canary.replicas})"
            ])
    }

    @Test func `without any chart a missing manifest is said as ever`() throws {
        let problems = try ChartShop.shop([:], bindings: "").problems()
        #expect(problems.first?.contains("there is no Deployment/checkout in namespace shop") == true)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let what: String
        var file = (old: "", new: "")
        var rollout = (old: "", new: "")
        var more: [String: String] = [:]
        let expected: String
        var testDescription: String { what }
    }

    static let refusals = [
        Refusal(
            what: "a field that is not there", rollout: ("stable.image.tag", "stable.image.tags"),
            expected:
                "apps/checkout/release.yaml:13:14: spec.values.stable.image.tags is missing: spec.values.stable.image"
                + " has no tags (did you mean tag?)"),
        Refusal(
            what: "a tag without a name", file: ("{repository: ghcr.io/acme/checkout, tag: v1}", "{tag: v1}"),
            expected: "apps/checkout/release.yaml:13:20: nothing says of which image this is the tag (state it in the"
                + " binding, such as image: ghcr.io/acme/checkout)"),
        Refusal(
            what: "a tag for a whole reference", rollout: ("stable.image.tag, format: tag}", "stable.image.tag}"),
            expected:
                "apps/checkout/release.yaml:13:55: \"v1\" is no whole image reference (state format: tag or digest"
                + " for a part of one)"),
        Refusal(
            what: "a placeholder", file: ("tag: v1", "tag: \"${TAG}\""),
            expected: "apps/checkout/release.yaml:13:55: \"${TAG}\" is filled in when it is applied, so it cannot be"
                + " written (write the value itself here)"),
        Refusal(
            what: "a weight beyond 100", file: ("weight: 0", "weight: 101"),
            expected: "apps/checkout/release.yaml:20:15: \"101\" is no value of route.weight (a whole number of percent"
                + " from 0 to 100)"),
        Refusal(
            what: "a count that is a mapping", rollout: ("spec.values.stable.replicas", "spec.values.stable.image"),
            expected: "apps/checkout/release.yaml:13:14: a bound value has to be a text or a number, not a mapping"
                + " (write the value itself)"),
        Refusal(
            what: "a value that an anchor shares", file: ("tag: v1}", "tag: &tag v1}"),
            expected: ""),
        Refusal(
            what: "a value that is stated twice",
            rollout: (
                "  - {value: route.weight,",
                "  - {value: canary.replicas, file: a.yaml, path: a}\n  - {value: route.weight,"
            ),
            expected: ".headgate/rollouts/checkout.yaml:13:13: canary.replicas is stated twice (keep one of the two)"),
        Refusal(
            what: "a template", rollout: ("release: {images:", "release: {template: x.yaml, images:"),
            expected: ".headgate/rollouts/checkout.yaml:5:23: a pod template cannot be delivered where a chart makes it"
                + " (state images and values, each with its place in spec.bindings)"),
        Refusal(
            what: "a value of the release without a place",
            rollout: ("release: {images:", "release: {values: [{path: spec.priority, value: high}], images:"),
            expected: ".headgate/rollouts/checkout.yaml:9:3: Deployment/checkout and Deployment/checkout-canary have no"
                + " manifest in namespace shop, and spec.bindings does not say where a chart's values have"
                + " stable.value.spec.priority and canary.value.spec.priority (add each, such as"
                + " {value: stable.value.spec.priority, file: apps/checkout/release.yaml, path: spec.values.stable.replicas})"
        ),
        Refusal(
            what: "another namespace", file: ("targetNamespace: shop", "targetNamespace: till"),
            expected:
                "apps/checkout/release.yaml:2:1: HelmRelease/checkout renders into namespace till, not shop (a Rollout"
                + " binds values of its own namespace only, which spec.targetNamespace names)"),
        Refusal(
            what: "no target namespace, so that it is its own", file: ("  targetNamespace: shop\n", ""),
            expected:
                "apps/checkout/release.yaml:2:1: HelmRelease/checkout renders into namespace flux-system, not shop"
                + " (a Rollout binds values of its own namespace only, which spec.targetNamespace names)"),
        Refusal(
            what: "a privileged field",
            file: ("level: info", "podSecurityContext: {runAsUser: 0}\n    securityContext: {privileged: false}"),
            rollout: (
                "release: {images:", "release: {values: [{path: spec.priority, value: x}], images:"
            ),
            more: [
                "bindings": """
                  - {value: stable.value.spec.priority, file: apps/checkout/release.yaml, path: spec.values.securityContext.privileged}
                  - {value: canary.value.spec.priority, file: apps/checkout/release.yaml, path: spec.values.level}

                """
            ],
            expected:
                "apps/checkout/release.yaml:10:35: a release does not move securityContext (change it in the stable"
                + " manifest, where people review it)"),
    ]

    @Test(arguments: refusals)
    func `what is wrong with a value is named with its place and what to do`(example: Refusal) throws {
        var shop = ChartShop.shop(bindings: ChartShop.bindings + (example.more["bindings"] ?? ""))
        shop.files[ChartShop.release]?.replace(example.file.old, with: example.file.new)
        shop.files[shop.rolloutPath]?.replace(example.rollout.old, with: example.rollout.new)
        let problems = try shop.problems()
        #expect(problems.first == (example.expected.isEmpty ? nil : example.expected), "\(problems)")
    }

    @Test func `a release of another image is refused where the chart takes only a tag`() throws {
        var shop = ChartShop.shop()
        shop.files[shop.rolloutPath]?.replace("ghcr.io/acme/checkout:v2", with: "ghcr.io/acme/till:v2")
        let error = #expect(throws: Diagnostic.self) { try shop.release() }
        #expect(
            error?.message
                == "stable.image.app is ghcr.io/acme/till:v2, but the place holds only the tag of ghcr.io/acme/checkout"
        )
        #expect(error?.hint == "keep the image's name, or write the whole reference in the manifest")
        #expect(try ChartShop.shop().release() == ChartShop.v2)
    }

    @Test func `the image's name is read beside a parameter, with its registry`() throws {
        let application = ChartShop.application.replacing(
            "      parameters:\n",
            with: """
                      parameters:
                      - {name: stable.image.registry, value: ghcr.io}
                      - {name: stable.image.repository, value: acme/checkout}
                      - {name: stable.image.tag, value: v1}

                """)
        let bindings = ChartShop.applicationBindings.replacing(
            "    path: spec.source.helm.values:stable.tag\n    format: tag\n    image: ghcr.io/acme/checkout\n",
            with: "    path: \"spec.source.helm.parameters.[name=stable.image.tag].value\"\n    format: tag\n")
        let bound = try ChartShop.shop([ChartShop.release: application], bindings: bindings).bound()
        #expect(bound.reading().values[BindingName("stable.image.app")] == "ghcr.io/acme/checkout:v1")
        let wrong = bindings.replacing(
            "[name=stable.image.tag].value\"\n    format: tag",
            with: "[name=stable.image.tag].value\"\n    format: tag\n    image: acme/till")
        #expect(
            try ChartShop.shop([ChartShop.release: application], bindings: wrong).problems().first?.contains(
                "stable.image.app is stated as a part of acme/till, and the repository beside it is ghcr.io/acme/checkout"
            )
                == true)
    }

    @Test func `two weights add up to 100, and are two values`() throws {
        let shop = ChartShop.shop([ChartShop.release: ChartShop.application], bindings: ChartShop.applicationBindings)
        #expect(try shop.bound().weight == Weight(0))
        var other = shop
        other.files[ChartShop.release]?.replace("\"100\"", with: "\"90\"")
        #expect(
            try other.problems() == [
                "apps/checkout/release.yaml:13:1: the weights have to add up to 100, not 90 (set the canary's to 0 and"
                    + " stable's to 100)"
            ])
        other = shop
        other.files[other.rolloutPath]?.replace("[name=stable.weight]", with: "[name=canary.weight]")
        #expect(try other.problems().first?.contains("are the same value") == true)
    }

    @Test func `a kind that two providers know needs one of them by name`() throws {
        var shop = ChartShop.shop()
        let linkerd = try TrafficProvider.read(try Shop.shipped("linkerd"), file: "linkerd.yaml")
        shop.providers = [try Shop.gateway(), linkerd]
        #expect(
            try shop.problems() == [
                ".headgate/rollouts/checkout.yaml:6:12: without a manifest nobody knows which HTTPRoute is meant"
                    + " (name one as traffic.provider: gateway-api, linkerd)"
            ])
        shop.files[shop.rolloutPath]?.replace("traffic: {", with: "traffic: {provider: linkerd, ")
        #expect(try shop.bound().route?.object.reference.group == "policy.linkerd.io")
    }

    @Test func `a floor takes the place of the count, as of an autoscaler of the workload's name`() throws {
        var shop = ChartShop.shop()
        shop.files[shop.rolloutPath]?.replace("value: stable.replicas", with: "value: stable.floor")
        let bound = try shop.bound()
        #expect(bound.reading().stableAutoscaled && !bound.reading().canaryAutoscaled)
        #expect(bound.stable.autoscaler?.object.title == "HorizontalPodAutoscaler/checkout")
        #expect(bound.field(.stableFloor)?.livePath == "spec.minReplicas")
        #expect(
            try shop.rendering([.stableFloor(12)], on: shop.tree).text(at: ChartShop.release)?.contains("replicas: 12")
                == true)
    }

    @Test func `an autoscaler's manifest is bound as ever, though a chart makes the workload`() throws {
        let scaler = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: till, namespace: shop}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
              minReplicas: 3
              maxReplicas: 20

            """
        let bindings = ChartShop.bindings.split(separator: "\n").filter { !$0.contains("stable.replicas") }
        let shop = ChartShop.shop(
            [ChartShop.release: ChartShop.helmRelease, "apps/hpa.yaml": scaler],
            bindings: bindings.joined(separator: "\n") + "\n")
        #expect(try shop.bound().field(.stableFloor)?.place.file == "apps/hpa.yaml")
    }

    @Test func `another value of the release has a place on each side`() throws {
        var shop = ChartShop.shop(
            bindings: ChartShop.bindings + """
                  - {value: stable.value.spec.priorityClassName, file: apps/checkout/release.yaml, path: spec.values.stable.class}
                  - {value: canary.value.spec.priorityClassName, file: apps/checkout/release.yaml, path: spec.values.canary.class}

                """)
        shop.files[shop.rolloutPath]?.replace(
            "release: {images:", with: "release: {values: [{path: spec.priorityClassName, value: high}], images:")
        shop.files[ChartShop.release]?.replace("replicas: 10\n", with: "replicas: 10\n      class: low\n")
        shop.files[ChartShop.release]?.replace("weight: 0 ", with: "class: low\n      weight: 0 ")
        let release = try shop.release()
        #expect(release.values["value.spec.priorityClassName"] == "high")
        let field = try present(try shop.bound().field(BindingName("canary.value.spec.priorityClassName")))
        #expect(field.livePath == "spec.template.spec.priorityClassName" && field.object.name == "checkout-canary")
        let text = try present(shop.files[ChartShop.release])
        let tree = try shop.rendering([.canaryRelease(release)], on: shop.tree)
        #expect(
            tree.text(at: ChartShop.release)
                == text.replacing("\"v0\"", with: "\"v2\"").replacing(
                    "class: low\n      weight", with: "class: high\n      weight"))
    }

    @Test func `what plain manifests and moved values have as their digest stays`() throws {
        #expect(try Shop().bound().bindingsDigest.short == "f2bdc91d")
        let stated =
            "  bindings: [{value: stable.image.app, file: versions.yaml, path: checkout.tag, format: tag}]\n"
        let shop = Shop(["versions.yaml": "checkout: {tag: v1}\n"], rollout: Shop.rollout + stated)
        #expect(try shop.bound().bindingsDigest.short == "654a37be")
        #expect(try shop.bound().reading().values[BindingName("stable.image.app")] == "ghcr.io/acme/checkout:v1")
    }

    @Test func `two HelmReleases with plain Services and a plain route`() throws {
        let shop = Shop.twoReleases()
        let bound = try shop.bound()
        #expect(bound.stable.object.isRendered && bound.canary.object.isRendered)
        #expect(bound.route?.isRendered == false && bound.services?.stable.isRendered == false)
        #expect(bound.backendWeights.map(\.description) == ["1:0"])
        #expect(bound.files == ["apps/canary.yaml", "apps/stable.yaml", "apps/route.yaml"])
    }

    @Test func `a bindings' digest moves with the place, not with the values or the lines`() throws {
        let shop = ChartShop.shop()
        var other = shop
        other.files[ChartShop.release]?.replace("# The shop's till.\n", with: "\n\n# Till.\n")
        other.files[ChartShop.release]?.replace("tag: v1", with: "tag: v7")
        #expect(try other.bound().bindingsDigest == shop.bound().bindingsDigest)
        other.files[ChartShop.release]?.replace("weight: 0", with: "weight: 0\n      share: 0")
        other.files[other.rolloutPath]?.replace("canary.weight", with: "canary.share")
        #expect(try other.bound().bindingsDigest != shop.bound().bindingsDigest)
    }
}

extension Shop {
    static func shipped(_ provider: String) throws -> [UInt8] { try present(Policies.traffic[provider]) }

    /// A chart for each side, and the route and the Services as plain manifests.
    static func twoReleases() -> Shop {
        func release(_ name: String, _ tag: String, _ replicas: Int) -> String {
            """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: \(name), namespace: shop}
            spec:
              chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: acme}}}
              values:
                image:
                  repository: ghcr.io/acme/checkout
                  tag: \(tag)
                replicaCount: \(replicas)

            """
        }
        let bindings = """
              bindings:
              - {value: stable.image.app, file: apps/stable.yaml, path: spec.values.image.tag, format: tag}
              - {value: canary.image.app, file: apps/canary.yaml, path: spec.values.image.tag, format: tag}
              - {value: stable.replicas, file: apps/stable.yaml, path: spec.values.replicaCount}
              - {value: canary.replicas, file: apps/canary.yaml, path: spec.values.replicaCount}

            """
        return Shop(
            [
                "apps/stable.yaml": release("checkout", "v1", 10),
                "apps/canary.yaml": release("checkout-canary", "v0", 0),
            ], rollout: rollout + bindings)
    }
}
