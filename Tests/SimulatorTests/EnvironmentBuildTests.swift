import Foundation
import Support
import Testing

@testable import Simulator

@Suite("Building environments")
struct EnvironmentBuildTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 1
          template:
            spec:
              containers:
              - {name: app, image: "registry:5000/acme/web:v1"}
              - {name: proxy, image: envoy:v1}
              volumes:
              - {name: config, configMap: {name: settings}}

        """
    private static let settings = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {a: "1", b: "2"}

        """

    private func build(_ kustomization: String, more: [String: String] = [:]) throws(BuildFailure) -> [Manifest] {
        var texts = ["env/kustomization.yaml": kustomization, "base/web.yaml": Self.deployment]
        texts["base/settings.yaml"] = Self.settings
        texts["base/kustomization.yaml"] = "resources: [web.yaml, settings.yaml]"
        texts.merge(more) { $1 }
        return try EnvironmentBuild.build("env", of: SourceTree(texts: texts))
    }

    @Test(arguments: [
        ("namespace: shop", ["metadata", "namespace"], Value.string("shop")),
        ("namePrefix: a-", ["metadata", "name"], "a-web"),
        ("replicas: [{name: web, count: 4}]", ["spec", "replicas"], 4),
        ("labels: [{pairs: {team: shop}}]", ["metadata", "labels", "team"], "shop"),
        (
            "patches: [{target: {kind: Deploy.*}, patch: '[{op: replace, path: /spec/replicas, value: 3}]'}]",
            ["spec", "replicas"], 3
        ),
        (
            "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}'}]",
            ["spec", "replicas"], 2
        ),
    ])
    func `each known name changes the documents`(line: String, path: [String], value: Value) throws {
        let manifests = try build("resources: [../base]\n\(line)\n")
        let web = try #require(manifests.first { $0.kind == "Deployment" })
        #expect(path.reduce(Optional(web.content)) { $0?[$1] } == value)
    }

    @Test(arguments: [
        ("newTag: v2", "registry:5000/acme/web:v2"), ("newName: other/web", "other/web:v1"),
        ("digest: sha256:aa, newName: b", "b@sha256:aa"),
    ])
    func `images are replaced by name, whatever their registry`(change: String, image: String) throws {
        let manifests = try build("resources: [../base]\nimages: [{name: 'registry:5000/acme/web', \(change)}]\n")
        let containers = manifests.first?.content["spec", "template", "spec", "containers"]?.array ?? []
        #expect(containers.map { $0["image"]?.string } == [image, "envoy:v1"])
    }

    @Test func `a strategic merge merges containers by name, and a prefix renames references`() throws {
        let patch = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {template: {spec: {containers: [{name: proxy, image: "envoy:v2"}, {name: new, image: x}]}}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {a: null, c: "3"}

            """
        let manifests = try build(
            "resources: [../base]\nnamePrefix: a-\npatches: [{path: patch.yaml}]\n", more: ["env/patch.yaml": patch])
        let pod = try #require(manifests.first?.content["spec", "template", "spec"])
        #expect(
            pod["containers"]?.array?.map { $0["image"]?.string } == ["registry:5000/acme/web:v1", "envoy:v2", "x"])
        #expect(pod["volumes"]?.array?.first?["configMap", "name"] == "a-settings")
        #expect(manifests.last?.content["data"] == ["b": "2", "c": "3"])
    }

    @Test func `what is generated has a hash in its name, and so have the references to it`() throws {
        func names(_ literal: String) throws -> (made: String, used: String?) {
            let kustomization = """
                namePrefix: a-
                resources: [../base/web.yaml]
                configMapGenerator:
                - {name: settings, literals: [\(literal)], files: [x=x.txt], envs: [all.env]}
                """
            let manifests = try build(kustomization, more: ["env/x.txt": "X\n", "env/all.env": "# all\nc=3\n"])
            let made = try #require(manifests.first { $0.kind == "ConfigMap" })
            let value = String(literal.split(separator: "=").last ?? "")
            #expect(made.content["data"] == ["a": .string(value), "c": "3", "x": "X\n"])
            let pod = manifests.first { $0.kind == "Deployment" }?.content["spec", "template", "spec"]
            return (made.name, pod?["volumes"]?.array?.first?["configMap", "name"]?.string)
        }
        let (one, other) = (try names("a=1"), try names("a=2"))
        #expect(one.made == one.used)
        #expect(other.made == other.used)
        #expect(one.made != other.made)
        #expect(one.made.wholeMatch(of: /a-settings-[2456789bcdfghkmt]{10}/) != nil)
    }

    @Test func `a component changes what stands before it`() throws {
        let component = "kind: Component\nreplicas: [{name: web, count: 7}]\n"
        let manifests = try build(
            "resources: [../base]\ncomponents: [../big]\n", more: ["big/kustomization.yaml": component])
        #expect(manifests.first?.content["spec", "replicas"] == 7)
    }

    @Test(arguments: [
        ("generators: [a.yaml]", "does not know generators"),
        ("configMapGenerator: [{name: a, behavior: merge}]", "does not know behavior merge"),
        ("configMapGenerator: [{name: a, files: [none]}]", "no such file: none"),
        ("resources: [https://example.com/x.yaml]", "is not a path of this repository"),
        ("resources: [../../outside]", "is not a path of this repository"),
        ("resources: [../none]", "no such file or folder: none"),
        ("resources: [../base, ../base/web.yaml]", "stands in"),
        ("resources: [../base]\nreplicas: [{name: nobody, count: 1}]", "nothing is named nobody"),
        ("resources: [../base]\npatches: [{target: {kind: Job}, patch: '[]'}]", "the patch fits no document"),
        ("resources: [../base]\nlabels: [{pairs: {a: b}, includeSelectors: true}]", "includeSelectors"),
        ("resources: [../env]", "cycle"), ("resources: [", "env/kustomization.yaml:"),
    ])
    func `what cannot be built is refused with its place`(kustomization: String, message: String) {
        do {
            _ = try build(kustomization)
            Issue.record("expected a failure")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test func `a plain folder is all its manifests, without the agent's own folder`() throws {
        let tree = SourceTree(texts: [
            "apps/web.yaml": Self.deployment, "apps/deep/settings.yml": Self.settings, "apps/readme.md": "no",
            "apps/.headgate/rollouts/web.yaml":
                "apiVersion: headgate.dev/v1alpha1\nkind: Rollout\nmetadata: {name: web}",
        ])
        #expect(try EnvironmentBuild.build("apps", of: tree).map(\.kind).sorted() == ["ConfigMap", "Deployment"])
    }

    @Test(arguments: [
        (#"{"op":"add","path":"/list/-","value":3}"#, #"{"list":[1,2,3],"a/b":1}"#),
        (#"{"op":"add","path":"/list/0","value":0}"#, #"{"list":[0,1,2],"a/b":1}"#),
        (#"{"op":"remove","path":"/list/1"}"#, #"{"list":[1],"a/b":1}"#),
        (#"{"op":"replace","path":"/a~1b","value":2}"#, #"{"list":[1,2],"a/b":2}"#),
        (#"{"op":"test","path":"/list/0","value":1}"#, #"{"list":[1,2],"a/b":1}"#),
        (#"{"op":"test","path":"/list/0","value":9}"#, nil), (#"{"op":"remove","path":"/nothing"}"#, nil),
        (#"{"op":"replace","path":"/list/7","value":1}"#, nil), (#"{"op":"add","path":"/x/y","value":1}"#, nil),
    ])
    func `a JSON patch does what RFC 6902 says`(operation: String, result: String?) throws {
        var document = try ValueReader.read(#"{"list":[1,2],"a/b":1}"#)
        let patch = try JSONPatchOperation(reading: ValueReader.read(operation), file: "p")
        guard let result else {
            #expect(throws: BuildFailure.self) {
                var copy = document
                try patch.apply(to: &copy)
            }
            return
        }
        try patch.apply(to: &document)
        #expect(try document == ValueReader.read(result))
    }
}

/// The repository of the demo as it stands in the package.
enum SampleRepository {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../sample-repo").standardizedFileURL

    static func tree() throws -> SourceTree {
        var tree = SourceTree()
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        for path in paths where !path.hasPrefix(".git/") {
            let url = folder.appendingPathComponent(path)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            tree.files[path] = Array(try Data(contentsOf: url))
        }
        return tree
    }
}

@Suite("The sample repository")
struct SampleRepositoryTests {
    @Test(arguments: ["production", "staging"])
    func `an environment is applied whole, and everything in it becomes ready`(name: String) throws {
        var cluster = Cluster.fresh()
        var environment = Environment(name: name, path: "environments/\(name)")
        cluster.register(environment, at: cluster.now)
        cluster.reconcile(&environment, with: try SampleRepository.tree(), revision: "main@sha1:abc")
        let ready = cluster.store[environment.key]?.status["conditions"]?.array?.first
        #expect(ready?["status"] == "True", "\(ready?.text ?? "")")
        cluster.advance(by: .seconds(60))
        for app in ["checkout", "catalog", "payments"] {
            let namespace = name == "production" ? "shop" : "shop-staging"
            let deployment = cluster.store[ObjectKey(.deployment, namespace: namespace, name: app)]
            #expect(deployment?.status["readyReplicas"] == deployment?.spec["replicas"])
            #expect(cluster.traffic.totals.keys.contains { $0.workload == "\(namespace)/\(app)" })
        }
        let refused = cluster.total(image: "none")
        cluster.advance(by: .seconds(30))
        #expect(cluster.total(image: "none") == refused)
        #expect(cluster.views.count == 3)
    }

    @Test func `every manifest in it can be read, and each belongs to an environment, the base or the agent`() throws {
        let tree = try SampleRepository.tree()
        for path in tree.files.keys where path.hasSuffix(".yaml") {
            _ = try Value.readYAML(tree.files[path] ?? [], file: path)
        }
        for folder in [
            "environments/production", "environments/staging", "agent/cronjob", "agent/watcher", "agent/forge",
        ] {
            #expect(try EnvironmentBuild.build(folder, of: tree).count > 5)
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl")),
        arguments: ["environments/production", "environments/staging", "agent/cronjob", "agent/watcher", "agent/forge"])
    func `kustomize itself builds the same`(folder: String) throws {
        let outcome = try Program.run(
            "kubectl", ["kustomize", folder], in: SampleRepository.folder.path, environment: GitCommand.hermetic)
        let theirs = try Value.readYAML(Array(outcome.output.utf8), file: "kustomize").map(\.sorted.text).sorted()
        let ours = try EnvironmentBuild.build(folder, of: SampleRepository.tree()).map(\.content.sorted.text).sorted()
        #expect(ours == theirs)
    }
}
