import Support
import Testing

@testable import Simulator

@Suite("Rendering charts")
struct ChartTests {
    private static let template = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ .Release.Name }}"}
        data: {in: "{{ .Release.Namespace }}", tag: "{{ .Values.image.tag }}", rest: "{{ sub 100 .Values.weight }}"}

        """

    private func build(
        _ object: String, template: String = template, more: [String: String] = [:]
    ) throws(BuildFailure) -> [Manifest] {
        var texts = ["env/object.yaml": object, "charts/web/Chart.yaml": "name: web\n"]
        texts["charts/web/values.yaml"] = "image: {name: web, tag: v1}\nweight: 0\n"
        texts["charts/web/templates/map.yaml"] = template
        return try EnvironmentBuild.build("env", of: SourceTree(texts: texts.merging(more) { $1 }))
    }

    private static func helmRelease(_ spec: String) -> String {
        """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: web, namespace: flux-system}
        spec: {chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: shop}}}, \(spec)}

        """
    }

    private static func application(_ helm: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: web, namespace: argocd}
        spec:
          destination: {namespace: shop}
          source: {path: charts/web, helm: {\(helm)}}

        """
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let what: String
        let object: String
        var more: [String: String] = [:]
        let expected: [String]
        var testDescription: String { what }
    }

    static let examples = [
        Example(
            what: "the chart's own values", object: helmRelease("interval: 1m"),
            expected: ["web", "flux-system", "v1", "100"]),
        Example(
            what: "a HelmRelease's values", object: helmRelease("targetNamespace: shop, values: {image: {tag: v2}}"),
            expected: ["shop-web", "shop", "v2", "100"]),
        Example(
            what: "an Application's parameters over its values",
            object: application(
                "values: '{image: {tag: v2}, weight: 5}', parameters: [{name: weight, value: '10'}]"),
            expected: ["web", "shop", "v2", "90"]),
        Example(
            what: "valuesObject in the place of values",
            object: application("values: '{image: {tag: v2}}', valuesObject: {weight: 5}"),
            expected: ["web", "shop", "v1", "95"]),
        Example(
            what: "files of values", object: application("releaseName: till, valueFiles: [prod.yaml, $x/more.yaml]"),
            more: ["charts/web/prod.yaml": "weight: 7\n", "more.yaml": "image: {tag: v3}\n"],
            expected: ["till", "shop", "v3", "93"]),
    ]

    @Test(arguments: examples)
    func `values are laid over each other in the engine's order`(example: Example) throws {
        let manifests = try build(example.object, more: example.more)
        #expect(manifests.count == 2)
        let map = try #require(manifests.first { $0.kind == "ConfigMap" })
        let data = try #require(map.content["data"]).strings
        #expect([map.name, map.namespace, data["tag"] ?? "", data["rest"] ?? ""] == example.expected)
        #expect(data["in"] == map.namespace)
    }

    @Test(arguments: [
        ("{{ if .Values.weight }}", "the simulator does not know {{ if .Values.weight }}"),
        ("{{ include \"name\" }}", "the simulator does not know {{ include \"name\" }}"),
        ("{{ .Chart.Name }}", "the simulator does not know {{ .Chart.Name }}"),
        ("{{ .Values.image.digest }}", "nil pointer evaluating .Values.image.digest"),
        ("{{ .Values.image }}", "{{ .Values.image }} is no text and no number"),
        ("{{ .Values.weight", "{{ without its end"),
    ])
    func `anything else of the language is an error`(template: String, message: String) {
        let failure = #expect(throws: BuildFailure.self) {
            try build(Self.helmRelease("interval: 1m"), template: "a: \(template)\n")
        }
        #expect(failure?.message == "charts/web/templates/map.yaml: \(message)")
    }

    @Test func `what it does not know of the objects is refused by name`() {
        let from = #expect(throws: BuildFailure.self) { try build(Self.helmRelease("valuesFrom: []")) }
        #expect(from?.message == "env/object.yaml: the simulator does not know valuesFrom of a HelmRelease")
        let files = #expect(throws: BuildFailure.self) { try build(Self.application("fileParameters: []")) }
        #expect(files?.message == "env/object.yaml: the simulator does not know helm.fileParameters of an Application")
    }
}
