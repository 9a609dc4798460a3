internal import Manifests
internal import Rollouts
internal import YAML

/// What to do where a route leads to a subset of one Service: the canary's has to be defined, and the Rollout to name both.
struct SubsetAdvice {
    let way: SetupWay
    let workload: ManifestObject
    let id: RolloutID
    let index: ManifestIndex
    let environment: Environment
    private let gap: BackendGap
    private let subset: String

    /// Nil where the route names no subset.
    init?(
        _ way: SetupWay, of workload: ManifestObject, id: RolloutID, in index: ManifestIndex, _ environment: Environment
    ) {
        let gaps = way.gaps.filter { !$0.hasCanary }
        guard let gap = gaps.first(where: { $0.subset != nil }), let subset = gap.subset else { return nil }
        self.way = way
        self.workload = workload
        self.id = id
        self.index = index
        self.environment = environment
        self.gap = gap
        self.subset = subset
    }

    /// Whether the workload selects its pods by a label of the subset, which tells them from the canary's.
    var tellsTheSides: Bool { telling.map { workload.matchLabels[$0] != nil } ?? false }

    /// - Parameter configuration: what has to stand beside the Rollout.
    func refusal(byHand configuration: (SetupRequest) -> [String]) throws(SetupRefusal) -> SetupRefusal {
        var unjudged = SetupRequest()
        unjudged.analysis = "none"
        let rollout = try rollout()
        return SetupRefusal(
            "\(way.route.place(of: gap.path)): \(way.route.title) leads to the subset \(subset) of \(way.service.title), and a"
                + " subset of the canary's has to be defined first",
            causes: rule.map { [$0.listed] } ?? [],
            steps: [define, add] + configuration(unjudged) + [
                "write \(rollout.path), with metrics that tell the subsets apart in the place of analysis: none as soon as you have them,"
                    + " and run headgate check:\n" + rollout.text
            ],
            alternative: "leave the subset out of the destination: the two Services tell the sides apart")
    }

    // MARK: The definition

    /// The object that defines the subset.
    private var rule: ManifestObject? {
        guard let definition = way.provider.spec.subsets, let path = FieldPath(parsing: definition.host) else {
            return nil
        }
        let names = [way.service.writtenName, way.service.reference.name]
        return index.objects(of: definition.kind, in: environment).first { object in
            guard object.group == definition.group, [way.namespace, ""].contains(object.reference.namespace),
                let host = object.node(at: path)?.resolved.text
            else { return false }
            return names.contains { host == $0 || host.hasPrefix("\($0).") }
        }
    }

    private var labels: [String: String] {
        guard let list = way.provider.spec.subsets.flatMap({ FieldPath(parsing: $0.list) }) else { return [:] }
        let item = rule?.node(at: list)?.items.first { $0["name"]?.resolved.text == subset }
        return Labels.read(item?["labels"])
    }

    /// The label of the subset that the canary's pods are to have with another value.
    private var telling: String? {
        let own = labels.filter { workload.podLabels[$0.key] == $0.value }.keys.sorted()
        return own.first { workload.matchLabels[$0] != nil } ?? own.first
    }

    private var define: String {
        let kind = way.provider.spec.subsets?.kind ?? "the definition of subsets"
        guard let key = telling else {
            return
                "take the label that tells the sides apart out of the selector of \(way.service.title), and give it to the subset"
                + " \(subset) in the \(kind); add a subset canary with the canary's value of it"
        }
        let selector =
            way.service.serviceSelector[key] == nil
            ? ""
            : "take \(key) out of the selector of \(way.service.title) (\(way.service.place(of: "spec.selector"))), and "
        return
            "\(selector)add a subset canary to \(rule?.title ?? kind), as \(subset) but with the label `\(key): canary`"
    }

    private var add: String {
        let label = telling.map { "`\($0): canary`" } ?? "the canary's label"
        let rest = workload.kind == "DaemonSet" ? "the node selector \(RestMarker.path): \"true\"" : "replicas: 0"
        return
            "add \(workload.kind)/\(workload.writtenName)-canary, a copy of \(workload.title) with \(rest), and with \(label) in"
            + " spec.selector.matchLabels and in the labels of its pods; in \(way.route.title) give the destination with the subset"
            + " \(subset) the weight 100, and beside it write one with the subset canary and the weight 0"
    }

    // MARK: The Rollout

    private func rollout() throws(SetupRefusal) -> RolloutFile {
        let images = BoundRollout.Workload.images(workload.template)
        let main = Setup.main(of: images.map(\.container), id.name)
        let path = images.first { $0.container == main }?.path
        let written = path.flatMap { workload.node(at: BoundRollout.Workload.templatePath + $0)?.resolved.text }
        let image = try written.map { image throws(SetupRefusal) in
            try Setup.replacement(of: image, in: workload.layers)?.image ?? image
        }
        var file = RolloutFile(
            id: id, image: (main ?? "app", image ?? "unknown"), kind: workload.kind, route: way.route.title,
            provider: way.provider.provides(way.route) ? nil : way.provider.name,
            workload: (workload.reference.name, workload.liveName(of: "\(workload.writtenName)-canary")),
            services: (way.service.reference.name, way.service.reference.name), isJudged: false)
        file.subsets = (subset, "canary")
        return file
    }
}
