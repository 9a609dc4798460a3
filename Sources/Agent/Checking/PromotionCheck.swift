internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// What is wrong with a Promotion beside the other documents of its repository.
struct PromotionCheck {
    let documents: RepositoryDocuments

    /// Why nothing goes on by this Promotion, in the order of its text.
    func errors(of promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let unknown = unknownRollouts(promotion)
        guard unknown.isEmpty else { return unknown }
        let ofOrder = repeated(promotion) + cycles(promotion) + rivals(promotion)
        return ofOrder + steps(of: promotion).flatMap(lineErrors) + gates(promotion)
    }

    /// What works and is perhaps not meant: a soak, and values that one of two neighbours has alone.
    func warnings(of promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        soak(promotion) + unmatched(promotion) + unasked(promotion)
    }

    /// Arguments of a gate that none of its templates asks for, such as misspelt ones.
    private func unasked(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        (promotion.document.spec.gates ?? []).enumerated().flatMap { index, gate -> [Diagnostic] in
            guard case .analysis(let spec) = gate, let known = declared(by: spec) else { return [] }
            return (spec.args ?? []).enumerated().compactMap { number, argument in
                guard !known.contains(argument.name) else { return nil }
                let place = ("spec.gates" as FieldPath).appending(index).appending("analysis").appending("args")
                let near = Spelling.nearest(to: argument.name, among: known)
                return promotion.diagnostic(
                    at: place.appending(number), "no template of this gate has an argument \"\(argument.name)\"",
                    hint: near.map { "did you mean \"\($0)\"?" } ?? "leave it out")
            }
        }
    }

    /// The names of the arguments that the templates of an analysis have; nil where one of them names others.
    private func declared(by spec: AnalysisSpec) -> [String]? {
        var names: [String] = []
        for reference in spec.templates {
            let kind = reference.clusterScope == true ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
            let file = documents.templates.first { $0.kind == kind && $0.name == reference.templateName }
            guard let template = try? file?.template.get(), template.spec.templates?.isEmpty ?? true else { return nil }
            names += (template.spec.args ?? []).map(\.name)
        }
        return names
    }

    /// A soak whose unit nobody has written.
    private func soak(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let document = promotion.stream.documents[promotion.index]
        guard let soak = promotion.document.spec.soak, case .found(let place) = document.node(at: "spec.soak") else {
            return []
        }
        guard let text = place.node.text, Int(text) != nil else { return [] }
        if soak.duration == .zero {
            guard promotion.document.spec.gates?.isEmpty ?? true else { return [] }
            return [
                promotion.diagnostic(
                    at: "spec.soak", "without a soak and without a gate a release goes on as soon as it is Stable",
                    hint: "write how long it has to stay Stable, such as 30m, or 0s where that is meant")
            ]
        }
        return [
            promotion.diagnostic(
                at: "spec.soak", "\(text) has no unit and means \(text) seconds",
                hint: "write \(text)s, or \(text)m where minutes are meant")
        ]
    }

    private func unmatched(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        steps(of: promotion).flatMap { step -> [Diagnostic] in
            let names = [step.source, step.target].map { rollout in
                Set(rollout.line.places.keys.filter(Release.isCarried))
            }
            guard !names[0].isDisjoint(with: names[1]) else { return [] }
            return names[0].symmetricDifference(names[1]).sorted().map { name in
                let (one, other) = names[0].contains(name) ? (step.source, step.target) : (step.target, step.source)
                return promotion.diagnostic(
                    at: Self.place(step.index), "\(name) does not go on: \(one.id) states it and \(other.id) does not",
                    hint: "state it in both, or in neither")
            }
        }
    }

    // MARK: The order

    private static func place(_ index: Int) -> FieldPath {
        FieldPath([.field("spec"), .field("order"), .field(String(index))])
    }

    private func unknownRollouts(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let known = documents.rollouts.map(\.id) + documents.broken.compactMap(\.id)
        return promotion.document.spec.order.enumerated().compactMap { index, id in
            let roots = documents.config.roots
            guard roots[id.environment] != nil else {
                if let whole = Self.whole(id, among: known) {
                    return promotion.diagnostic(
                        at: Self.place(index), "\(id) names no rollout: an order has whole names",
                        hint: "write environment/namespace/name: \(whole)")
                }
                return promotion.diagnostic(
                    at: Self.place(index), "there is no environment \"\(id.environment)\"",
                    hint: "it has to be one of: \(roots.keys.sorted().joined(separator: ", "))")
            }
            guard !known.contains(id) else { return nil }
            let near = Spelling.nearest(to: "\(id)", among: known.map(\.description))
            let all = Set(known.map(\.description)).sorted().joined(separator: ", ")
            return promotion.diagnostic(
                at: Self.place(index), "there is no rollout \"\(id)\"",
                hint: near.map { "did you mean \($0)?" } ?? (all.isEmpty ? "there are none" : "there are \(all)"))
        }
    }

    /// The rollout that an order means by a name of two parts, such as `staging/checkout` or `shop/checkout`.
    private static func whole(_ id: RolloutID, among known: [RolloutID]) -> String? {
        guard id.environment == RolloutID.defaultEnvironment else { return nil }
        let meant = known.filter { $0.name == id.name && [$0.environment, $0.namespace].contains(id.namespace) }
        return meant.isEmpty ? nil : Set(meant.map(\.description)).sorted().joined(separator: " or ")
    }

    private func repeated(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        var seen: Set<RolloutID> = []
        return promotion.document.spec.order.enumerated().compactMap { index, id in
            guard !seen.insert(id).inserted else { return nil }
            return promotion.diagnostic(
                at: Self.place(index), "\(id) stands in the order twice", hint: "a release comes to a rollout once")
        }
    }

    /// What each rollout's release goes on to, by all Promotions.
    private var followers: [RolloutID: Set<RolloutID>] {
        var found: [RolloutID: Set<RolloutID>] = [:]
        for order in documents.promotions.map(\.document.spec.order) {
            for (source, target) in zip(order, order.dropFirst()) { found[source, default: []].insert(target) }
        }
        return found
    }

    /// A release that comes back to where it began would go round for ever.
    private func cycles(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let followers = followers
        let order = promotion.document.spec.order
        for (index, pair) in zip(order, order.dropFirst()).enumerated() where pair.0 != pair.1 {
            var seen: Set<RolloutID> = []
            var waiting = [pair.1]
            while let id = waiting.popLast() {
                guard seen.insert(id).inserted else { continue }
                guard id != pair.0 else {
                    let others = documents.promotions.filter { other in
                        other.name != promotion.name && !Set(other.document.spec.order).isDisjoint(with: seen)
                    }
                    let names = others.map(\.name).joined(separator: ", ")
                    return [
                        promotion.diagnostic(
                            at: Self.place(index + 1),
                            "from \(pair.1) a release would come back to \(pair.0)"
                                + (names.isEmpty ? "" : ", by way of \(names)"),
                            hint: "take one of the steps out")
                    ]
                }
                waiting += followers[id] ?? []
            }
        }
        return []
    }

    /// Two sources of one target would undo each other's releases.
    private func rivals(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let order = promotion.document.spec.order
        return order.dropFirst().enumerated().compactMap { index, id in
            let others = documents.promotions.filter {
                $0.name != promotion.name && $0.document.spec.order.dropFirst().contains(id)
            }
            guard !others.isEmpty else { return nil }
            return promotion.diagnostic(
                at: Self.place(index + 1),
                "releases come to \(id) by \(others.map(\.name).joined(separator: ", ")) too",
                hint: "let one Promotion bring them")
        }
    }

    // MARK: The lines

    private struct Side {
        let id: RolloutID
        let file: String
        let line: ReleaseLine
        let hasTemplate: Bool
    }

    private struct Step {
        let promotion: RepositoryDocuments.LoadedPromotion
        /// Of the target in the order.
        let index: Int
        let source: Side
        let target: Side
    }

    /// The steps between rollouts that can be read.
    private func steps(of promotion: RepositoryDocuments.LoadedPromotion) -> [Step] {
        func side(_ id: RolloutID) -> Side? {
            guard let rollout = documents.rollouts.first(where: { $0.id == id }) else { return nil }
            let release = rollout.source.document.spec.release
            return Side(
                id: id, file: rollout.file, line: ReleaseLine(of: id, release), hasTemplate: release.template != nil)
        }
        let order = promotion.document.spec.order
        return zip(order, order.dropFirst()).enumerated().compactMap { index, pair in
            guard pair.0 != pair.1, let source = side(pair.0), let target = side(pair.1) else { return nil }
            return Step(promotion: promotion, index: index + 1, source: source, target: target)
        }
    }

    private func lineErrors(_ step: Step) -> [Diagnostic] {
        let place = Self.place(step.index)
        for side in [step.source, step.target] where side.hasTemplate {
            return [
                step.promotion.diagnostic(
                    at: place, "\(side.id) delivers a template, which does not go on",
                    hint: "a Promotion carries images and values: state release.images instead")
            ]
        }
        let names = step.source.line.places.keys.filter { name in
            Release.isCarried(name) && step.target.line.places[name] != nil
        }
        guard !names.isEmpty else {
            let stated = [step.source, step.target].map { side in
                "\(side.id) has \(side.line.places.keys.sorted().joined(separator: ", "))"
            }
            return [
                step.promotion.diagnostic(
                    at: place, "\(step.source.id) and \(step.target.id) name no value that both have",
                    hint: stated.joined(separator: "; "))
            ]
        }
        return names.sorted().compactMap { name in
            guard case .file(let file, _)? = step.source.line.places[name],
                step.source.line.places[name] == step.target.line.places[name]
            else { return nil }
            return step.promotion.diagnostic(
                at: place, "\(step.source.id) and \(step.target.id) both read \(name) from \(file)",
                hint: "give each a place of its own, or it comes to both at once")
        }
    }

    // MARK: Gates

    private func gates(_ promotion: RepositoryDocuments.LoadedPromotion) -> [Diagnostic] {
        let gates = promotion.document.spec.gates ?? []
        var found: [Diagnostic] = []
        for (index, gate) in gates.enumerated() {
            let place = FieldPath([.field("spec"), .field("gates"), .field(String(index))])
            switch gate {
            case .approval where gates[..<index].contains(.approval):
                found.append(
                    promotion.diagnostic(at: place, "an approval is asked for twice", hint: "one key answers it"))
            case .approval: break
            case .analysis(let spec): found += problems(of: spec, at: place.appending("analysis"), promotion)
            }
        }
        return found
    }

    private func problems(
        of spec: AnalysisSpec, at place: FieldPath, _ promotion: RepositoryDocuments.LoadedPromotion
    ) -> [Diagnostic] {
        let unknown = spec.templates.compactMap { reference -> Diagnostic? in
            let kind = reference.clusterScope == true ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
            let known = documents.templates.filter { $0.kind == kind }.map(\.name)
            guard !known.contains(reference.templateName) else { return nil }
            return promotion.diagnostic(
                at: place, "there is no \(kind) \"\(reference.templateName)\"",
                hint: known.isEmpty
                    ? "put it beside the Rollouts, in .headgate/rollouts"
                    : "known: \(known.sorted().joined(separator: ", "))")
        }
        guard unknown.isEmpty else { return unknown }
        let order = promotion.document.spec.order.dropLast()
        for rollout in documents.rollouts where order.contains(rollout.id) {
            guard let job = try? JobFinder(documents.templates).jobs(of: [spec], for: rollout.source).first else {
                continue
            }
            return [
                promotion.diagnostic(
                    at: place, "a gate starts no Job, and \(job) is one",
                    hint: "let a stage of \(rollout.id) start it, and judge metrics here")
            ]
        }
        return []
    }
}
