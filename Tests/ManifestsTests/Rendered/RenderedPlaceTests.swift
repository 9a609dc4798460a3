import Manifests
import Rollouts
import Testing

@Suite("Where values of charts may be")
struct RenderedPlaceTests {
    private static let chart = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: checkout, namespace: argocd}
        spec:
          destination: {namespace: shop}
          source:
            path: charts/checkout
            helm: {valueFiles: [values-production.yaml]}

        """

    private static let values = """
        # Production.
        stable: {image: "ghcr.io/acme/checkout:v1", replicas: 10}
        canary: {image: "ghcr.io/acme/checkout:v0", replicas: 0, weight: 0}

        """

    /// Two environments, the second of which has the files of `staging`.
    private func shop(
        file: String = "charts/checkout/values-production.yaml", staging: [String: String] = [:],
        application: String = chart
    ) -> Shop {
        let bindings = """
              bindings:
              - {value: stable.image.app, file: \(file), path: stable.image}
              - {value: canary.image.app, file: \(file), path: canary.image}
              - {value: stable.replicas, file: \(file), path: stable.replicas}
              - {value: canary.replicas, file: \(file), path: canary.replicas}
              - {value: route.weight, file: \(file), path: canary.weight}

            """
        var files: [String: String?] = ["clusters/production/checkout.yaml": application, file: Self.values]
        for (path, text) in staging { files["clusters/staging/\(path)"] = text }
        var shop = ChartShop.shop(files, bindings: bindings)
        shop.environments = [
            Environment(name: "production", root: "clusters/production"),
            Environment(name: "staging", root: "clusters/staging"),
        ]
        shop.environment = "production"
        return shop
    }

    @Test func `a file of values that an Application names is the environment's`() throws {
        let shop = shop()
        #expect(try shop.bound().files == ["charts/checkout/values-production.yaml"])
        let tree = try shop.rendering(
            [.canaryRelease(ChartShop.v2), .canaryCapacity(1), .weight(.none)], on: shop.tree)
        #expect(
            tree.text(at: "charts/checkout/values-production.yaml")
                == Self.values.replacing("checkout:v0\", replicas: 0", with: "checkout:v2\", replicas: 1"))
    }

    @Test func `so is one below its root, and one that another source refers to`() throws {
        #expect(try shop(file: "clusters/production/values.yaml").problems() == [])
        let reference = Self.chart.replacing("values-production.yaml", with: "$values/apps/checkout.yaml")
        #expect(try shop(file: "apps/checkout.yaml", application: reference).problems() == [])
        let flux = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: checkout, namespace: shop}
            spec: {chart: {spec: {chart: ./charts/checkout, valuesFiles: [./apps/checkout.yaml]}}}

            """
        #expect(try shop(file: "apps/checkout.yaml", application: flux).problems() == [])
    }

    /// What an Application has in `helm` beside the file, and how it is named where it takes the value's place.
    static let overrides: [(helm: String, place: String?)] = [
        ("parameters: [{name: canary.weight, value: \"5\"}]", "parameters"),
        ("parameters: [{name: other, value: a}, {name: canary, value: none}]", "parameters"),
        ("parameters: [{name: canary.weights, value: \"5\"}]", nil),
        ("fileParameters: [{name: stable.image, path: image.txt}]", "fileParameters"),
        ("valuesObject: {canary: {weight: 5}}", "valuesObject"), ("valuesObject: {canary: null}", "valuesObject"),
        ("valuesObject: {canary: {other: 5}, level: info}", nil), ("values: \"canary: {weight: 5}\"", "values"),
        ("values: \"canary: {weight: 5}\", valuesObject: {level: info}", nil),
    ]

    @Test(arguments: overrides)
    func `a value of a file that the Application itself overrides is refused`(helm: String, place: String?) throws {
        let application = Self.chart.replacing("values-production.yaml]}", with: "values-production.yaml], \(helm)}")
        let problems = try shop(application: application).problems()
        guard let place else {
            #expect(problems == [])
            return
        }
        let message =
            "spec.source.helm.\(place) of Application/checkout (clusters/production/checkout.yaml:8) takes the place of"
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test func `so is one that the HelmRelease itself overrides`() throws {
        let flux = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: checkout, namespace: shop}
            spec:
              chart: {spec: {chart: ./charts/checkout, valuesFiles: [./apps/checkout.yaml]}}
              values: {canary: {weight: 0}}

            """
        let problems = try shop(file: "apps/checkout.yaml", application: flux).problems()
        let message = "spec.values of HelmRelease/checkout (clusters/production/checkout.yaml:6)"
        #expect(problems.first?.contains(message) == true, "\(problems)")
    }

    @Test func `any other is refused`() throws {
        let problems = try shop(file: "apps/values.yaml").problems()
        #expect(
            problems.first
                == "apps/values.yaml:2:1: apps/values.yaml is no file of the environment production (keep it below"
                + " clusters/production, or name it among the files of values of a HelmRelease or an Application there)"
        )
        #expect(
            try shop(file: ".headgate/values.yaml").problems().first
                == ".headgate/values.yaml:1:1: no release moves a field of .headgate (name a manifest's field)")
    }

    @Test func `a file that another environment's chart has too is refused`() throws {
        let problems = try shop(staging: ["checkout.yaml": Self.chart]).problems()
        #expect(
            problems.first
                == "charts/checkout/values-production.yaml:2:1: stable.image.app is written in a file that staging applies"
                + " too (give each environment a file of its own)", "\(problems)")
    }

    @Test func `a file with which a chart is rendered into another namespace is refused`() throws {
        var shop = shop()
        shop.files["clusters/production/other.yaml"] = Self.chart.replacing("name: checkout", with: "name: till")
            .replacing("namespace: shop", with: "namespace: till")
        #expect(
            try shop.problems().first
                == "charts/checkout/values-production.yaml:1:1: charts/checkout/values-production.yaml has values of"
                + " Application/till (clusters/production/other.yaml:1) too, which renders into namespace till, not shop"
                + " (give each a file of its own)")
    }

    @Test func `a chart's own values are everybody's who has it rendered`() throws {
        let plain = Self.chart.replacing("valueFiles: [values-production.yaml]", with: "parameters: []")
        var shop = shop(
            file: "charts/checkout/values.yaml", staging: ["checkout.yaml": plain], application: plain)
        shop.files["charts/checkout/Chart.yaml"] = "name: checkout\n"
        #expect(try shop.problems().first?.contains("in a file that staging applies too") == true)
        shop.files["clusters/staging/checkout.yaml"] = nil
        #expect(try shop.problems() == [])
    }

    @Test func `an Application in another namespace is bound by its destination`() throws {
        let shop = ChartShop.shop([ChartShop.release: ChartShop.application], bindings: ChartShop.applicationBindings)
        #expect(try shop.problems() == [])
        var other = shop
        other.files[ChartShop.release]?.replace("svc, namespace: shop", with: "svc, namespace: till")
        #expect(
            try other.problems().first
                == "apps/checkout/release.yaml:1:1: Application/checkout renders into namespace till, not shop (a Rollout"
                + " binds values of its own namespace only, which spec.destination.namespace names)")
        other.files[ChartShop.release]?.replace(", namespace: till", with: "")
        #expect(
            try other.problems().first
                == "apps/checkout/release.yaml:1:1: Application/checkout does not say into which namespace it renders"
                + " (add spec.destination.namespace: shop)")
    }

    @Test func `a value that Argo CD does not read is refused with the one that it reads`() throws {
        var shop = ChartShop.shop([ChartShop.release: ChartShop.application], bindings: ChartShop.applicationBindings)
        shop.files[ChartShop.release]?.replace(
            "      parameters:\n", with: "      parameters:\n      - {name: canary.tag, value: v9}\n")
        #expect(
            try shop.problems() == [
                "apps/checkout/release.yaml:23:1: the parameter at line 12 takes the place of this value (state the place"
                    + " spec.source.helm.parameters.[name=canary.tag].value)"
            ])
        shop.files[ChartShop.release]?.replace("{name: canary.tag,", with: "{name: canary.label,")
        #expect(try shop.problems() == [])
        shop.files[ChartShop.release]?.replace("      values: |", with: "      valuesObject: {a: 1}\n      values: |")
        #expect(
            try shop.problems().first
                == "apps/checkout/release.yaml:21:1: values is not read beside valuesObject (state the place in"
                + " spec.source.helm.valuesObject)")
    }

    @Test func `one of several documents is named by kind and name`() throws {
        let other = ChartShop.helmRelease.replacing("name: checkout, namespace", with: "name: catalog, namespace")
        let shop = ChartShop.shop([ChartShop.release: other + "---\n" + ChartShop.helmRelease])
        #expect(
            try shop.problems().first
                == "apps/checkout/release.yaml:23:1: expected one document, found 2 (state kind and name of one:"
                + " HelmRelease/catalog (line 2), HelmRelease/checkout (line 23))")
        var named = shop
        named.files[named.rolloutPath] = shop.files[shop.rolloutPath]?.replacing(
            "release.yaml, path", with: "release.yaml, name: checkout, path")
        let bound = try named.bound()
        #expect(Set(bound.fields.map(\.place.document)) == [1])
        let tree = try named.rendering([.weight(try present(Weight(5)))], on: named.tree)
        #expect(
            tree.text(at: ChartShop.release)
                == other + "---\n" + ChartShop.helmRelease.replacing("weight: 0 ", with: "weight: 5 "))
        named.files[named.rolloutPath]?.replace("name: checkout, path", with: "kind: Application, path")
        #expect(try named.problems().first?.contains("there is no Application in apps/checkout/release.yaml") == true)
    }

    @Test func `in an overlay the patch is bound and not what it covers`() throws {
        let patch = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: checkout, namespace: flux-system}
            spec:
              values:
                stable: {image: {tag: v1}, replicas: 10}
                canary: {image: {tag: v0}, replicas: 0, weight: 0}

            """
        let overlay = "resources: [../base]\npatches: [{path: values.yaml}]\n"
        var shop = ChartShop.shop([
            "base/release.yaml": ChartShop.helmRelease, "base/kustomization.yaml": "resources: [release.yaml]\n",
            "production/kustomization.yaml": overlay, "production/values.yaml": patch,
            "staging/kustomization.yaml": "resources: [../base]\n",
        ])
        shop.environments = [
            Environment(name: "production", root: "production"), Environment(name: "staging", root: "staging"),
        ]
        shop.environment = "production"
        let rollout = try present(shop.files[shop.rolloutPath])
        shop.files[shop.rolloutPath] = rollout.replacing("apps/checkout/release.yaml", with: "base/release.yaml")
        #expect(
            try shop.problems().first
                == "base/release.yaml:13:55: spec.values.stable.image.tag of HelmRelease/checkout is replaced by a patch in"
                + " production/values.yaml (state the place in that file instead)")
        shop.files[shop.rolloutPath] = rollout.replacing("apps/checkout/release.yaml", with: "production/values.yaml")
            .replacing("format: tag", with: "format: tag, image: ghcr.io/acme/checkout")
        #expect(try shop.problems() == [])
        shop.files["base/release.yaml"]?.replace("targetNamespace: shop", with: "targetNamespace: till")
        #expect(
            try shop.problems().first?.hasPrefix(
                "base/release.yaml:2:1: HelmRelease/checkout renders into namespace till, not shop") == true)
    }

    @Test func `a patch that is written into a kustomization is bound inside its text`() throws {
        let overlay = """
            resources: [../base]
            patches:
            - patch: |-
                apiVersion: helm.toolkit.fluxcd.io/v2
                kind: HelmRelease
                metadata: {name: checkout, namespace: flux-system}
                spec:
                  values:
                    stable: {tag: v1, replicas: 10}   # the release
                    canary: {tag: v0, replicas: 0, weight: 0}

            """
        var shop = ChartShop.shop([
            "base/release.yaml": ChartShop.helmRelease, "base/kustomization.yaml": "resources: [release.yaml]\n",
            "production/kustomization.yaml": overlay,
        ])
        shop.environments = [Environment(name: "default", root: "production")]
        shop.files[shop.rolloutPath] = shop.files[shop.rolloutPath]?.replacing(
            "apps/checkout/release.yaml", with: "production/kustomization.yaml"
        ).replacing(".image.tag, format: tag", with: ".tag, format: tag, image: ghcr.io/acme/checkout")
            .replacing("path: spec.", with: "path: patches.0.patch:spec.")
        let tree = try shop.rendering([.stableRelease(ChartShop.v2), .canaryCapacity(2)], on: shop.tree)
        #expect(
            tree.text(at: "production/kustomization.yaml")
                == overlay.replacing("{tag: v1,", with: "{tag: v2,").replacing("replicas: 0", with: "replicas: 2"))
        shop.files["base/release.yaml"]?.replace("targetNamespace: shop", with: "targetNamespace: till")
        #expect(try shop.problems().first?.contains("renders into namespace till, not shop") == true)
    }

    @Test func `an object that nobody applies has no values`() throws {
        let shop = ChartShop.shop([
            ChartShop.release: ChartShop.helmRelease, "kustomization.yaml": "resources: [apps/other.yaml]\n",
            "apps/other.yaml": "kind: none\n",
        ])
        #expect(
            try shop.problems().first
                == "apps/checkout/release.yaml:13:1: apps/checkout/release.yaml is not applied in the environment default"
                + " (name it in a kustomization of the repository)")
    }

    @Test func `a shared base without a patch names the overlay`() throws {
        var shop = ChartShop.shop([
            "base/release.yaml": ChartShop.helmRelease, "base/kustomization.yaml": "resources: [release.yaml]\n",
            "production/kustomization.yaml": "resources: [../base]\n",
            "staging/kustomization.yaml": "resources: [../base]\n",
        ])
        shop.environments = [
            Environment(name: "production", root: "production"), Environment(name: "staging", root: "staging"),
        ]
        shop.environment = "production"
        shop.files[shop.rolloutPath]?.replace("apps/checkout/release.yaml", with: "base/release.yaml")
        #expect(
            try shop.problems().first
                == "base/release.yaml:13:1: stable.image.app is written in a file that staging applies too (give the value"
                + " in production/kustomization.yaml: an entry of images: or replicas:, or a patch)")
    }

    @Test func `the templates of a chart are not what is applied`() throws {
        var shop = ChartShop.shop()
        shop.files["charts/checkout/Chart.yaml"] = "name: checkout\n"
        shop.files["charts/checkout/templates/deployment.yaml"] = Shop.stable
        #expect(try shop.bound().stable.object.isRendered)
        shop.files["charts/checkout/Chart.yaml"] = nil
        #expect(try shop.bound().stable.object.isRendered == false)
    }
}
