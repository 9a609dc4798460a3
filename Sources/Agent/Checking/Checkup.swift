package import Manifests
package import Rollouts
internal import YAML

/// Everything that can be said about a repository from its files alone: no cluster, no network, no history.
package struct Checkup: Sendable {
    package private(set) var findings: [Finding] = []
    /// The rollouts that can be followed.
    package private(set) var subjects: [Subject] = []
    package let documents: RepositoryDocuments
    let tree: Tree

    /// A rollout with all that it comes to.
    package struct Subject: Sendable {
        package let rollout: RepositoryDocuments.LoadedRollout
        package let bound: BoundRollout
        package let specification: Specification
        /// The set of metrics by whose counters it is judged, where it states no analysis.
        package var set: MetricSetDocument?
        /// What the repository says of the delivery of all rollouts.
        package var common: DeliverySpec?
    }

    package init(
        of tree: Tree, shipped: DocumentReader.ShippedPolicies, providers: ProviderCheck = .none
    ) {
        self.tree = tree
        documents = DocumentReader.read(tree, shipped: shipped)
        let (binder, problems) = RolloutBinder.over(tree, documents, shipped: shipped)
        add(.error, problems + documents.problems)
        add(.error, StateCheck.problems(in: tree))
        add(.error, TemplateCheck(documents: documents, providers: providers).problems)
        // Without the configuration nobody knows the environments, and all that follows would be guesses.
        if documents.configProblem == nil {
            for broken in documents.broken { add(.error, broken.problems) }
            checkPresence()
            checkEnvironments(binder.index)
            for rollout in documents.rollouts { check(rollout, binder, providers) }
            checkFieldsApart()
            checkPromotions()
            checkDelivery()
            checkFolders()
        }
        findings = Array(Set(findings)).sorted {
            let (one, other) = ($0.diagnostic, $1.diagnostic)
            return (one.file, one.line, one.column, one.message) < (other.file, other.line, other.column, other.message)
        }
    }

    private static let configuration = ".headgate/config.yaml"

    package var errors: Int { findings.count { $0.severity == .error } }
    package var warnings: Int { findings.count { $0.severity == .warning } }

    /// What there is, for the last line of the command.
    package var summary: String {
        let promotions = documents.promotions.count
        let parts =
            [Self.count(documents.rollouts.count + documents.broken.count, "rollout")]
            + (promotions == 0 ? [] : [Self.count(promotions, "promotion")])
            + [Self.count(errors, "error"), Self.count(warnings, "warning")]
        return parts.joined(separator: ", ")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    mutating func add(_ severity: Finding.Severity, _ diagnostics: [Diagnostic]) {
        findings += diagnostics.map { Finding(severity, $0) }
    }

    // MARK: The repository

    private mutating func checkPresence() {
        guard documents.rollouts.isEmpty, documents.broken.isEmpty, documents.problems.isEmpty else { return }
        add(
            .error,
            [
                Diagnostic(
                    file: ".headgate/rollouts", message: "there is no Rollout here",
                    hint: "run it in the root of the configuration repository; headgate init writes the first Rollouts")
            ])
    }

    private mutating func checkEnvironments(_ index: ManifestIndex) {
        for (name, root) in documents.config.roots.sorted(by: { $0.key < $1.key }) {
            let environment = Environment(name: name, root: root == "." ? "" : root)
            // A file that cannot be read is an error only for the rollout that misses its objects.
            add(.warning, index.diagnostics(of: environment))
            add(.error, index.appliedPathProblems(of: environment))
            let folder = environment.root
            if !folder.isEmpty, !tree.entries.keys.contains(where: { $0.hasPrefix(folder + "/") }) {
                let file = Self.configuration
                let stream = tree.bytes(at: file).flatMap { try? YAMLStream(parsing: $0, file: file) }
                let node = stream?.documents.first?.root["environments"]?[name]
                let message = "the environment \(name) has no folder \(folder)"
                add(.error, [node.map { Diagnostic(file, $0, message) } ?? Diagnostic(file: file, message: message)])
            }
        }
    }

    private mutating func checkPromotions() {
        let check = PromotionCheck(documents: documents)
        for promotion in documents.promotions {
            add(.error, check.errors(of: promotion))
            add(.warning, check.warnings(of: promotion))
        }
    }

    /// Stages that the repository wants by pull request and that no rollout has, or that some have not.
    private mutating func checkDelivery() {
        let stages = Set(subjects.flatMap { $0.specification.plan.stages.map(\.key) })
        guard !stages.isEmpty else { return }
        for (index, key) in (documents.config.delivery?.pullRequest ?? []).enumerated() {
            let place = DeliveryResolver.place(index)
            guard stages.contains(key) else {
                let problem = documents.configDiagnostic(
                    at: place, "delivery.pullRequest: no rollout has a stage \"\(key)\"",
                    hint: "there are: \(stages.map(\.text).sorted().joined(separator: ", "))")
                add(.error, [problem])
                continue
            }
            let without = subjects.filter { subject in
                let own = subject.rollout.source.document.spec.delivery
                return own?.mode == nil && own?.pullRequest == nil && subject.specification.plan.index(of: key) == nil
            }
            guard let first = without.first else { continue }
            let more = without.count > 1 ? ", nor have \(without.count - 1) more rollouts" : ""
            let problem = documents.configDiagnostic(
                at: place, "\(first.rollout.id) has no stage \"\(key)\"\(more): nothing waits for people there",
                hint: "its stages: \(DeliveryResolver.listed(first.specification.plan.stages.map(\.key))); or state "
                    + "spec.delivery in the Rollout")
            add(.warning, [problem])
        }
    }

    /// Files of `.headgate` that nobody reads, such as those of a misspelt folder.
    private mutating func checkFolders() {
        let known = ["rollouts", "promotions", "policies", "state", "config.yaml"]
        var seen: Set<String> = []
        for path in tree.entries.keys.sorted() where path.hasPrefix(".headgate/") {
            let parts = path.split(separator: "/")
            let name = String(parts[1])
            guard !known.contains(name), path.hasSuffix(".yaml") || path.hasSuffix(".yml"), seen.insert(name).inserted
            else { continue }
            let near = Spelling.nearest(to: name, among: known)
            add(
                .warning,
                [
                    Diagnostic(
                        file: path, message: "nobody reads .headgate/\(name)",
                        hint: near.map { "did you mean .headgate/\($0)?" }
                            ?? "read are: \(known.map { ".headgate/\($0)" }.joined(separator: ", "))")
                ])
        }
    }

    // MARK: One rollout

    private mutating func check(
        _ rollout: RepositoryDocuments.LoadedRollout, _ binder: RolloutBinder, _ providers: ProviderCheck
    ) {
        let binding = binder.bind(rollout.source, in: rollout.environment)
        add(.error, binding.problems + [documents.sharedFile(of: rollout)].compactMap(\.self))
        guard let bound = binding.rollout else { return }
        add(.warning, bound.findings)
        let builder = SpecificationBuilder(documents: documents, tree: tree)
        let metrics = builder.flaggerMetrics(of: rollout.source, bound)
        add(.error, metrics.errors + metrics.problems(by: providers))
        add(.warning, metrics.warnings)
        do {
            let (specification, _) = try builder.specification(of: rollout, bound: bound)
            let set = specification.background == .builtIn ? documents.metricSet(for: bound) : nil
            subjects.append(
                Subject(
                    rollout: rollout, bound: bound, specification: specification, set: set,
                    common: documents.config.delivery))
            let plan = PlanCheck(rollout: rollout, bound: bound, specification: specification)
            add(.error, plan.errors + missingValues(of: rollout, bound) + servedCanary(of: rollout, bound))
            add(.warning, plan.warnings + DeliveryResolver.warnings(of: rollout))
            if let subject = subjects.last { findings += AnalysisLint(documents: documents, subject: subject).findings }
        } catch {
            add(.error, [error])
        }
    }

    /// A canary that has traffic in Git although nothing is delivered: the agent would hold the rollout.
    private func servedCanary(
        of rollout: RepositoryDocuments.LoadedRollout, _ bound: BoundRollout
    ) -> [Diagnostic] {
        let path = rollout.id.statePath
        let state = StateReader.read(tree.bytes(at: path), file: path).state
        if let state, state.phase == .progressing || state.phase == .rollingBack { return [] }
        guard !bound.reading().canaryHasNoTraffic, let route = bound.route else { return [] }
        let share = bound.reading().values[.weight] ?? "a share"
        if route.isRendered, let field = bound.field(.weight) {
            return [
                Diagnostic(
                    file: field.place.file, line: field.place.line,
                    message: "the canary has \(share) of 100 of the traffic, and nothing is delivered",
                    hint: "set the canary's weight to 0")
            ]
        }
        return [
            route.object.diagnostic(
                at: bound.field(.weight)?.livePath ?? "spec",
                "the canary has \(share) of 100 of the traffic, and nothing is delivered",
                hint: "set the canary's weight to 0 and the stable one's to the rest")
        ]
    }

    /// Fields that the release states and that have no place to be written at.
    private func missingValues(
        of rollout: RepositoryDocuments.LoadedRollout, _ bound: BoundRollout
    ) -> [Diagnostic] {
        let values = bound.fields.filter { $0.binding.text.hasPrefix("stable.value.") && $0.text == nil }
        return values.compactMap { field in
            guard field.object == bound.stable.object.reference, let parent = field.livePath.parent,
                bound.stable.object.node(at: parent) == nil
            else { return nil }
            return rollout.source.diagnostic(
                at: "spec.release.values", "\(bound.stable.object.title) has no \(parent)",
                hint: "write it into \(field.place.file) first; a release changes what is there")
        }
    }

    /// Two rollouts that change the same field would undo each other's stages.
    private mutating func checkFieldsApart() {
        var owners: [String: (RolloutID, BoundField)] = [:]
        var reported: Set<String> = []
        for subject in subjects {
            for field in subject.bound.fields {
                let address = "\(field.place.file)#\(field.place.document) \(field.place.address)"
                guard let (other, its) = owners[address], other != subject.rollout.id else {
                    owners[address] = (subject.rollout.id, field)
                    continue
                }
                guard reported.insert("\(subject.rollout.id) \(other)").inserted else { continue }
                add(
                    .error,
                    [
                        subject.rollout.source.diagnostic(
                            at: "metadata.name",
                            "\(subject.rollout.id) and \(other) both change \(field.place.address) in "
                                + "\(field.place.file):\(its.place.line)",
                            hint: "one workload and one route belong to one Rollout")
                    ])
            }
        }
    }
}
