import Analysis
import Testing
import YAML

@Suite("Flagger's documents in files")
struct FlaggerDocumentTests {
    private static let template = """
        apiVersion: flagger.app/v1beta1
        kind: MetricTemplate
        metadata:
          name: not-found
          namespace: flagger
          annotations: {owner: web}
        spec:
          provider:
            type: prometheus
            address: http://prometheus.monitoring:9090
            headers:
              X-Scope-OrgID: [shop]
            secretRef: {name: prometheus-token}
          query: |
            100 - sum(
                rate(http_requests_total{namespace="{{ namespace }}",code!="{{ variables.code }}"}[{{ interval }}])
            )

        """

    private static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try YAMLDecoder().decode(type, from: YAMLStream(parsing: Array(text.utf8), file: "metrics.yaml").single)
    }

    private static func complaints(_ text: String) -> [String] {
        do {
            _ = try decode(FlaggerMetricTemplate.self, text)
            return []
        } catch let problems as YAMLProblems {
            return problems.errors.map { "\($0) | \($0.hint ?? "")" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test("a template is read and rendered as it stands")
    func template() throws {
        let template = try Self.decode(FlaggerMetricTemplate.self, Self.template)
        #expect(template.findings() == [])
        #expect(template.spec.provider.headers == ["X-Scope-OrgID": ["shop"]])
        let metric = try Self.decode(
            FlaggerMetric.self,
            """
            name: not-found
            interval: 1m
            thresholdRange: {max: 5}
            templateRef: {name: not-found, namespace: flagger}
            templateVariables: {code: "404"}

            """)
        #expect(metric.errors(template: template) == [])
        #expect(metric.thresholdRange == .init(max: 5))
        let names = FlaggerNames(
            name: "checkout", namespace: "shop", target: "checkout", interval: metric.window(of: metric.sources[0]),
            variables: metric.templateVariables ?? [:])
        #expect(
            try GoTemplate(parsing: template.spec.query).render(names) == """
                100 - sum(
                    rate(http_requests_total{namespace="shop",code!="404"}[1m])
                )

                """)
    }

    @Test("what is misspelt is found where it stands")
    func misspelt() {
        #expect(Self.complaints(Self.template) == [])
        let provider = Self.complaints(Self.template.replacing("type: prometheus", with: "type: promtheus"))
        #expect(provider.count == 1)
        #expect(provider.first?.contains("metrics.yaml:9:11") == true, "\(provider)")
        #expect(provider.first?.contains("did you mean \"prometheus\"?") == true, "\(provider)")
        let key = Self.complaints(Self.template.replacing("secretRef", with: "secretref"))
        #expect(key.first?.contains("metrics.yaml:13:5") == true, "\(key)")
    }
}
