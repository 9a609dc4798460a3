internal import Manifests
internal import Rollouts
internal import YAML

/// What to write where a chart makes the workload: which of its values mean what, only people know.
struct ChartAdvice {
    let index: ManifestIndex
    let request: SetupRequest
    let environment: Environment
    /// What belongs to a Rollout that is written by hand, each a step.
    let configuration: [String]

    /// Nil where no chart is rendered here.
    func refusal(for workload: String?) -> SetupRefusal? {
        let all = charts.filter { isHere($0.object) }
        let named = all.filter { $0.object.reference.name == (workload ?? request.name) }
        let fitting = named.isEmpty ? all : named
        guard let first = fitting.first else { return nil }
        let folder = environment.root.isEmpty ? "the repository" : environment.root
        let message =
            "no workload stands in \(folder), and charts make some: which of their values mean what, only you know"
        guard fitting.count == 1 else {
            return SetupRefusal(
                message, causes: fitting.map { $0.object.listed }.sorted(),
                steps: ["choose one, for a Rollout to fill in: --name \(first.object.reference.name)"])
        }
        let name = request.name ?? workload ?? first.object.reference.name
        return SetupRefusal(
            message, causes: [first.object.listed],
            steps: [
                "give the chart a second workload, say \(name)-canary, with an image, a count of pods (0 for now) and a label of its"
                    + " own, a Service for each of the two, and a route between them with a weight (0 for the canary)",
                "write \(path(name)) with the paths of the chart's own values, and another provider and route where"
                    + " those are not the ones:\n" + skeleton(name, first),
            ] + configuration + ["run headgate check, which says what is missing"])
    }

    private func isHere(_ object: ManifestObject) -> Bool {
        guard let namespace = request.namespace else { return true }
        return ["", namespace].contains(object.reference.namespace)
    }

    private var charts: [Chart] {
        index.objects(of: "HelmRelease", in: environment).filter { $0.group == "helm.toolkit.fluxcd.io" }
            .map { Chart(object: $0) }
            + index.objects(of: "Application", in: environment).filter { object in
                object.group == "argoproj.io"
                    && (object.node(at: "spec.source.helm") != nil || object.node(at: "spec.source.chart") != nil)
            }.map { Chart(object: $0) }
    }

    private func path(_ name: String) -> String {
        let folder = environment.name == RolloutID.defaultEnvironment ? "" : "\(environment.name)/"
        return ".headgate/rollouts/\(folder)\(name).yaml"
    }

    private func skeleton(_ name: String, _ chart: Chart) -> String {
        let image = chart.find(["image.tag", "tag"]) ?? chart.place("IMAGE.TAG")
        let count = chart.find(["replicaCount", "replicas"]) ?? chart.place("REPLICAS")
        let entries = [
            ("stable.image.app", image, "tag"), ("canary.image.app", chart.place("CANARY.IMAGE.TAG"), "tag"),
            ("stable.replicas", count, nil), ("canary.replicas", chart.place("CANARY.REPLICAS"), nil),
            ("route.weight", chart.place("CANARY.WEIGHT"), nil),
        ]
        let bindings = entries.map { value, path, format in
            var entry: YAMLTree = [
                "value": .string(value), "file": .string(chart.object.file), "kind": .string(chart.object.kind),
                "name": .string(chart.object.writtenName), "path": .string(path),
            ]
            if let format {
                entry["format"] = .string(format)
                // A tag by itself does not say of which image it is.
                entry["image"] = .string(chart.repository ?? "REPOSITORY")
            }
            return entry.flow
        }
        let tag = chart.text(at: image) ?? "TAG"
        let release = YAMLTree.mapping([
            .init("images", .mapping([.init("app", .string("\(chart.repository ?? "REPOSITORY"):\(tag)"))]))
        ])
        let namespace = request.namespace ?? chart.namespace ?? "NAMESPACE"
        return YAMLWriter.text([
            "apiVersion": "headgate.dev/v1alpha1", "kind": "Rollout",
            "metadata": YAMLTree.mapping([.init("name", .string(name)), .init("namespace", .string(namespace))]).flow,
            "spec": [
                "release": release.flow, "bindings": .sequence(bindings),
                "traffic": YAMLTree.mapping([
                    .init("provider", "gateway-api"), .init("route", .string("HTTPRoute/\(name)")),
                ]).flow, "plan": "standard",
            ],
        ])
    }

    /// One release of a chart, with its values as far as they stand in its own document.
    private struct Chart {
        let object: ManifestObject

        private var isFlux: Bool { object.kind == "HelmRelease" }
        private var root: String { isFlux ? "spec.values" : "spec.source.helm.valuesObject" }

        /// Where its objects are.
        var namespace: String? {
            let path: FieldPath = isFlux ? "spec.targetNamespace" : "spec.destination.namespace"
            return object.node(at: path)?.resolved.text
                ?? (isFlux && !object.reference.namespace.isEmpty ? object.reference.namespace : nil)
        }

        var repository: String? {
            let base = find(["image.repository", "repository"]).flatMap { text(at: $0) }
            let registry = find(["image.registry"]).flatMap { text(at: $0) }
            return base.map { (registry.map { $0 + "/" } ?? "") + $0 }
        }

        func place(_ key: String) -> String {
            usesParameters ? "spec.source.helm.parameters.[name=\(key)].value" : "\(root).\(key)"
        }

        private var usesParameters: Bool { !isFlux && object.node(at: "spec.source.helm.parameters") != nil }

        /// The first of these values that is written.
        func find(_ keys: [String]) -> String? {
            keys.map(place).first { text(at: $0) != nil }
        }

        func text(at path: String) -> String? {
            FieldPath(parsing: path).flatMap { object.node(at: $0)?.resolved.text }
        }
    }
}
