import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Pairs that make Secrets")
struct SecretPairTests {
    static func external(_ name: String, target: String? = nil, key: String, more: String = "") -> String {
        """
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: \(name), namespace: shop}
        spec:
          refreshInterval: 1h
          secretStoreRef: {kind: ClusterSecretStore, name: vault}
          target:
            \(target.map { "name: \($0)" } ?? "creationPolicy: Owner")
        \(more)  data:
          # The provider's login.
          - secretKey: PASSWORD
            remoteRef: {key: \(key), property: password}

        """
    }

    static let mount = """
                envFrom:
                - secretRef: {name: database}
              imagePullSecrets: [{name: database}]
              volumes:
              - name: keys
                projected: {sources: [{secret: {name: database}}]}
              - name: files
                secret: {secretName: database}

        """

    private func shop(_ kind: String, stable: String, canary: String) -> Shop {
        Shop(
            [
                "apps/stable.yaml": Shop.stable + Self.mount, "apps/secret.yaml": stable,
                "apps/secret-canary.yaml": canary,
            ],
            rollout: Shop.rollout + "  pairs: [{kind: \(kind), stable: database, canary: database-canary}]\n")
    }

    private func start(_ shop: Shop) throws -> Tree {
        try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
    }

    @Test func `an ExternalSecret's content travels, its target does not, and the pods refer to what it makes`() throws
    {
        let template = "    template:\n      data: {URL: \"postgres://{{ .PASSWORD }}\"}\n"
        let shop = shop(
            "ExternalSecret", stable: Self.external("database", key: "shop/v2", more: template),
            canary: Self.external("database-canary", target: "database-new", key: "shop/v1"))
        let started = try start(shop)
        #expect(
            started.text(at: "apps/secret-canary.yaml")
                == Self.external("database-canary", target: "database-new", key: "shop/v2", more: template))
        let canary = try present(started.text(at: "apps/canary.yaml"))
        #expect(canary.contains("- secretRef: {name: database-new}\n"))
        #expect(canary.contains("imagePullSecrets: [{name: database-new}]\n"))
        #expect(canary.contains("projected: {sources: [{secret: {name: database-new}}]}\n"))
        #expect(canary.contains("secret: {secretName: database-new}\n"))
        #expect(started.text(at: "apps/secret.yaml") == shop.files["apps/secret.yaml"])

        let restore = try shop.bound().reading().originals
        let past = Renderer.Past(before: shop.tree, stage: started) { _, _, _ in nil }
        let back = try shop.rendering([.revert(restore)], on: started, past: past)
        for path in shop.tree.entries.keys { #expect(back.text(at: path) == shop.tree.text(at: path), "\(path)") }
    }

    @Test func `a target that is not there yet is made for the template, and taken out again`() throws {
        let stable = Self.external("database", target: "database", key: "a", more: "    template: {type: Opaque}\n")
        let canary = Self.external("database-canary", key: "a").replacing(
            "  target:\n    creationPolicy: Owner\n", with: "")
        let shop = shop("ExternalSecret", stable: stable, canary: canary)
        let started = try start(shop)
        #expect(
            started.text(at: "apps/secret-canary.yaml")?.contains("target:\n    template: {type: Opaque}\n") == true)
        // Somebody has changed the file since, so that the former content is written afresh.
        let edited = started.writing([
            "apps/secret-canary.yaml": Array(
                ("# Seen.\n" + (started.text(at: "apps/secret-canary.yaml") ?? "")).utf8)
        ])
        let past = Renderer.Past(before: shop.tree, stage: started) { _, _, _ in nil }
        let back = try shop.rendering([.revert(shop.bound().reading().originals)], on: edited, past: past)
        #expect(back.text(at: "apps/secret-canary.yaml") == "# Seen.\n" + canary)
    }

    @Test func `two that make one Secret are refused`() throws {
        let shop = shop(
            "ExternalSecret", stable: Self.external("database", key: "a"),
            canary: Self.external("database-canary", target: "database", key: "a"))
        #expect(
            try shop.problems() == [
                "apps/secret-canary.yaml:8:11: ExternalSecret/database-canary makes the Secret database, which "
                    + "ExternalSecret/database makes too (give each side a Secret of its own by spec.target.name)"
            ])
    }

    static func sealed(_ name: String, scope: String?, cipher: String) -> String {
        let annotations = scope.map { ", annotations: {sealedsecrets.bitnami.com/\($0): \"true\"}" } ?? ""
        return """
            apiVersion: bitnami.com/v1alpha1
            kind: SealedSecret
            metadata: {name: \(name), namespace: shop\(annotations)}
            spec:
              encryptedData:
                PASSWORD: \(cipher)
              template:
                metadata: {name: \(name), namespace: shop}
                type: Opaque

            """
    }

    @Test("what is sealed for a namespace travels", arguments: ["namespace-wide", "cluster-wide"])
    func sealed(_ scope: String) throws {
        let shop = shop(
            "SealedSecret", stable: Self.sealed("database", scope: scope, cipher: "AgNew"),
            canary: Self.sealed("database-canary", scope: scope, cipher: "AgOld"))
        let started = try start(shop)
        #expect(
            started.text(at: "apps/secret-canary.yaml")
                == Self.sealed("database-canary", scope: scope, cipher: "AgNew"))
        #expect(started.text(at: "apps/canary.yaml")?.contains("- secretRef: {name: database-canary}\n") == true)
    }

    @Test(
        "what is sealed for one name cannot",
        arguments: [
            (nil, "namespace-wide", ["SealedSecret/database is sealed for its own name alone"]),
            ("cluster-wide", nil, ["SealedSecret/database-canary is sealed for its own name alone"]),
            (
                nil, nil,
                ["SealedSecret/database is sealed for its own", "SealedSecret/database-canary is sealed for its own"]
            ),
            (
                "cluster-wide", "namespace-wide",
                ["SealedSecret/database-canary is sealed namespace-wide, and SealedSecret/database cluster-wide"]
            ),
        ] as [(String?, String?, [String])])
    func strict(_ stable: String?, _ canary: String?, _ expected: [String]) throws {
        let shop = shop(
            "SealedSecret", stable: Self.sealed("database", scope: stable, cipher: "a"),
            canary: Self.sealed("database-canary", scope: canary, cipher: "b"))
        let problems = try shop.binding().problems
        #expect(problems.count == expected.count)
        for (problem, text) in zip(problems, expected) {
            #expect(problem.message.hasPrefix(text))
            #expect(problem.line == 3)
            #expect(problem.hint?.hasPrefix("seal both with") == true)
        }
    }

    private static let plain = """
        apiVersion: v1
        kind: Secret
        metadata: {name: NAME, namespace: shop}
        stringData: {PASSWORD: AgHidden, USER: AgHidden}

        """

    static func manifest(_ kind: String, _ name: String) -> String {
        switch kind {
        case "SealedSecret": sealed(name, scope: "cluster-wide", cipher: "AgHidden")
        case "ExternalSecret": external(name, key: "AgHidden")
        default: plain.replacing("NAME", with: name)
        }
    }

    @Test("no value of a Secret is in a message", arguments: ["Secret", "SealedSecret", "ExternalSecret"])
    func hidden(_ kind: String) throws {
        var shop = shop(
            kind, stable: Self.manifest(kind, "database"), canary: Self.manifest(kind, "database-canary"))
        if kind == "Secret" {
            shop.files[shop.rolloutPath]?.replace(
                "release: {images",
                with: "release: {values: [{path: \"Secret/database:stringData.PASSWORD\", value: AgNext}], images")
        }
        var edited = shop
        edited.files["apps/secret.yaml"]?.replace("AgHidden", with: "AgOther")
        edited.files["apps/secret-canary.yaml"]?.replace("Ag", with: "AgElse")
        let edits = try edited.bound().reading(since: shop.bound()).edits
        #expect(edits.count == (kind == "Secret" ? 4 : 2))
        #expect(edits.allSatisfy { $0.expected == nil && $0.found == nil })
        let comparison = LiveComparison(try shop.bound())
        let isRead = kind == "ExternalSecret"
        #expect(comparison.objectsToRead.filter { $0.kind == kind }.count == (isRead ? 2 : 0))
        let time = try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z"))
        let differences = comparison.reading(.init(objects: [:], time: time)).differences
        #expect(!"\(differences)".contains("AgHidden"))
        #expect(differences.contains { $0.place.hasPrefix("\(kind)/") } == isRead)
    }

    @Test(
        "a value of what a controller turns into a Secret is refused",
        arguments: [
            ("SealedSecret", "spec.encryptedData.PASSWORD"), ("ExternalSecret", "spec.data.0.remoteRef.key"),
        ])
    func value(_ kind: String, _ path: String) throws {
        var shop = shop(
            kind, stable: Self.manifest(kind, "database"), canary: Self.manifest(kind, "database-canary"))
        shop.files[shop.rolloutPath]?.replace(
            "release: {images", with: "release: {values: [{path: \"\(kind)/database:\(path)\", value: AgNext}], images")
        #expect(
            try shop.problems() == [
                ".headgate/rollouts/checkout.yaml:5:29: \(kind)/database makes its Secret in its own time: pods that are "
                    + "replaced with it may still read the old one (make a Secret of another name, and state the field of "
                    + "the pod template that names it)"
            ])
    }
}
