internal import Analysis
package import Manifests
package import Rollouts
package import YAML

/// Everything that `.headgate` says at one commit; what cannot be read is a problem and never an absence.
package struct RepositoryDocuments: Sendable {
    package var config = Config()
    /// Its text, for the places of what is wrong in it.
    var configText: YAMLDocument?
    /// One for each Rollout document that can be read, in the order of their ids.
    package var rollouts: [LoadedRollout] = []
    /// Rollouts that cannot be read, by id as far as it is known.
    package var broken: [BrokenRollout] = []
    /// One for each Promotion that can be read, by name.
    package internal(set) var promotions: [LoadedPromotion] = []
    package var plans: [String: PlanDocument] = [:]
    package var metricSets: [String: MetricSetDocument] = [:]
    /// The sets of the traffic providers, by the providers' names: the repository's own before those that are shipped.
    package var standardSets: [String: String] = [:]
    package var templates: [TemplateDocument] = []
    package var problems: [Diagnostic] = []
    /// The configuration cannot be read: nobody knows what it holds or forbids.
    package var configProblem: Diagnostic?
    /// There is a file in which Rollouts may stand that nobody can read: none may be taken for deleted.
    package var mayHideRollouts = false

    /// An analysis template as it stands in a file.
    package struct TemplateDocument: Sendable {
        package let stream: YAMLStream
        package let document: YAMLDocument
        package var file: String { stream.file }
        package let kind: String
        package let name: String
        private let reading = TemplateReading()

        init(stream: YAMLStream, document: YAMLDocument, kind: String, name: String) {
            (self.stream, self.document, self.kind, self.name) = (stream, document, kind, name)
        }

        /// What it says, or what is wrong with it.
        var template: Result<AnalysisTemplate, YAMLProblems> { reading.result(of: document) }
    }

    package struct LoadedRollout: Sendable {
        package internal(set) var source: RolloutSource
        package let environment: Environment
        package var id: RolloutID { source.id }
        package var file: String { source.stream.file }
    }

    package struct BrokenRollout: Sendable, Equatable {
        package let file: String
        package let id: RolloutID?
        package let problems: [Diagnostic]
    }
}

/// Reads `.headgate` from a tree, beside the policies that the program ships.
package struct DocumentReader {
    let tree: Tree
    let shipped: ShippedPolicies
    var documents = RepositoryDocuments()

    /// The shipped data files by name.
    package struct ShippedPolicies: Sendable {
        package var plans: [String: [UInt8]]
        package var metrics: [String: [UInt8]]
        package var traffic: [String: [UInt8]]

        package init(plans: [String: [UInt8]], metrics: [String: [UInt8]], traffic: [String: [UInt8]]) {
            self.plans = plans
            self.metrics = metrics
            self.traffic = traffic
        }
    }

    package static func read(_ tree: Tree, shipped: ShippedPolicies) -> RepositoryDocuments {
        var reader = DocumentReader(tree: tree, shipped: shipped)
        reader.readPolicies()
        reader.readConfig()
        reader.readRollouts()
        reader.findJobs()
        reader.readPromotions()
        return reader.documents
    }

    private init(tree: Tree, shipped: ShippedPolicies) {
        self.tree = tree
        self.shipped = shipped
    }

    private static let folder = ".headgate/"

    private mutating func readConfig() {
        let file = Self.folder + "config.yaml"
        guard let bytes = tree.bytes(at: file) else { return }
        let known = documents.problems.count
        if let document = document(bytes, file), let config: Config = decode(document, as: "Config") {
            documents.config = config
            documents.configText = document
        } else {
            documents.configProblem =
                documents.problems.dropFirst(known).first ?? Diagnostic(file: file, message: "cannot be read")
        }
    }

    private mutating func readPolicies() {
        var files = shipped.plans.map { ("policies/plans/\($0).yaml", $1) }
        files += shipped.metrics.map { ("policies/metrics/\($0).yaml", $1) }
        // The repository's own come last and win.
        files += tree.files(below: Self.folder + "policies/plans/")
        files += tree.files(below: Self.folder + "policies/metrics/")
        var own: [String: YAMLDocument] = [:]
        for (file, bytes) in files {
            if file.contains("policies/plans/") {
                let (name, plan, _) = policy(bytes, file) { (check, plan: PlanDocument) in check.problems(of: plan) }
                documents.plans[name] = plan
            } else {
                let (name, set, document) = policy(bytes, file) { (check, set: MetricSetDocument) in
                    check.problems(of: set)
                }
                documents.metricSets[name] = set
                if file.hasPrefix(Self.folder) { own[name] = document }
            }
        }
        assignSets(own)
    }

    /// Gives each traffic provider the set that says so; of the repository's own only one may.
    private mutating func assignSets(_ own: [String: YAMLDocument]) {
        let sets = documents.metricSets.sorted { $0.key < $1.key }
        for (name, set) in sets where own[name] == nil {
            for provider in set.spec.providers ?? [] { documents.standardSets[provider] = name }
        }
        var claimed: [String: String] = [:]
        for (name, set) in sets {
            guard let document = own[name] else { continue }
            for (number, provider) in (set.spec.providers ?? []).enumerated() {
                if let other = claimed[provider] {
                    let place = FieldPath([.field("spec"), .field("providers"), .field(String(number))])
                    documents.problems.append(
                        Diagnostic(
                            document, at: place, "\(provider) has the set \(other) already",
                            hint: "let one of them have it"))
                } else {
                    claimed[provider] = name
                    documents.standardSets[provider] = name
                }
            }
        }
    }

    /// A policy by the name that it states; nil where it cannot be followed, so that its shipped namesake does not stay
    /// in its place.
    private mutating func policy<Policy: Decodable>(
        _ bytes: [UInt8], _ file: String, _ check: (PolicyCheck, Policy) -> [Diagnostic]
    ) -> (name: String, policy: Policy?, document: YAMLDocument?) {
        guard let document = document(bytes, file) else { return ("", nil, nil) }
        let name = document.root["metadata"]?["name"]?.string ?? ""
        guard let policy: Policy = decode(document) else { return (name, nil, document) }
        let problems = check(PolicyCheck(document), policy)
        documents.problems += problems
        return (name, problems.isEmpty ? policy : nil, document)
    }

    private mutating func document(_ bytes: [UInt8], _ file: String) -> YAMLDocument? {
        do throws(YAMLError) {
            return try YAMLStream(parsing: bytes, file: file).single
        } catch {
            documents.problems.append(Diagnostic(error))
            return nil
        }
    }

    private mutating func decode<T: Decodable>(_ document: YAMLDocument, as kind: String = "") -> T? {
        do throws(YAMLProblems) {
            return try YAMLDecoder().decode(T.self, from: document)
        } catch {
            documents.problems += error.errors.map(FieldHint(document: document, kind: kind).adding)
            return nil
        }
    }

    // MARK: Rollouts

    private mutating func readRollouts() {
        let prefix = Self.folder + "rollouts/"
        for (path, bytes) in tree.files(below: prefix) {
            let folder = path.dropFirst(prefix.count).split(separator: "/").dropLast().first.map(String.init)
            let guess = path.split(separator: "/").last.map { String($0.split(separator: ".").first ?? "") } ?? ""
            do {
                let stream = try YAMLStream(parsing: bytes, file: path)
                if stream.documents.isEmpty {
                    documents.mayHideRollouts = true
                    documents.problems.append(
                        Diagnostic(file: path, message: "the file is empty", hint: "remove it, or state a Rollout"))
                }
                for (index, document) in stream.documents.enumerated() {
                    read(document, index, of: stream, folder: folder)
                }
            } catch {
                let id = RolloutID(environment: folder ?? onlyEnvironment ?? "", namespace: "", name: guess)
                documents.broken.append(.init(file: path, id: id, problems: [Diagnostic(error)]))
                documents.mayHideRollouts = true
            }
        }
        documents.rollouts.sort { $0.id < $1.id }
        refuseDuplicates()
    }

    /// Where nobody can tell a Job, the rollout's specification says so.
    private mutating func findJobs() {
        let finder = JobFinder(documents.templates)
        for index in documents.rollouts.indices {
            let source = documents.rollouts[index].source
            let jobs = try? finder.jobs(of: documents.analyses(of: source), for: source)
            documents.rollouts[index].source.jobs = jobs ?? []
        }
    }

    private var onlyEnvironment: String? {
        let names = documents.config.roots.keys
        return names.count == 1 ? names.first : nil
    }

    private mutating func read(_ document: YAMLDocument, _ index: Int, of stream: YAMLStream, folder: String?) {
        switch document.root["kind"]?.string {
        case "Rollout": readRollout(document, index, of: stream, folder: folder)
        case let kind? where ["AnalysisTemplate", "ClusterAnalysisTemplate", "MetricTemplate"].contains(kind):
            let name = document.root["metadata"]?["name"]?.string ?? ""
            documents.templates.append(.init(stream: stream, document: document, kind: kind, name: name))
        case let kind:
            documents.mayHideRollouts = true
            let hint =
                kind == "Promotion"
                ? "Promotions stand in .headgate/promotions: move it there"
                : "write kind: Rollout, AnalysisTemplate, ClusterAnalysisTemplate or MetricTemplate"
            let message = kind.map { "a document of kind \($0) is not read here" } ?? "a document without a kind"
            documents.problems.append(
                Diagnostic(stream.file, document.root["kind"] ?? document.root, message, hint: hint))
        }
    }

    private mutating func readRollout(_ document: YAMLDocument, _ index: Int, of stream: YAMLStream, folder: String?) {
        let stated = document.root["spec"]?["environment"]?.string
        let name = document.root["metadata"]?["name"]?.string ?? ""
        let namespace = document.root["metadata"]?["namespace"]?.string ?? "default"
        let environment = stated ?? folder ?? onlyEnvironment
        let id = RolloutID(environment: environment ?? "", namespace: namespace, name: name)
        if name.isEmpty || environment.map({ documents.config.roots[$0] == nil }) ?? true {
            documents.mayHideRollouts = true
        }
        do {
            let rollout = try YAMLDecoder().decode(RolloutDocument.self, from: document)
            guard rollout.apiVersion == RolloutState.version else {
                throw Diagnostic(
                    stream.file, document.root["apiVersion"] ?? document.root,
                    "a Rollout of \(rollout.apiVersion) is not Headgate's",
                    hint: "write apiVersion: \(RolloutState.version)")
            }
            guard let environment, let root = documents.config.roots[environment] else {
                let names = documents.config.roots.keys.sorted().joined(separator: ", ")
                throw Diagnostic(
                    stream.file, document.root["spec"]?["environment"] ?? document.root,
                    environment.map { "there is no environment \"\($0)\"" } ?? "the Rollout names no environment",
                    hint: "state spec.environment as one of: \(names)")
            }
            guard id.isWellFormed else {
                throw Diagnostic(
                    stream.file, document.root["metadata"] ?? document.root,
                    "the Rollout's name, namespace and environment have to be names as Kubernetes has them",
                    hint: "use lower case letters, digits, - and .")
            }
            documents.rollouts.append(
                .init(
                    source: RolloutSource(id: id, document: rollout, stream: stream, index: index),
                    environment: Environment(name: environment, root: root == "." ? "" : root)))
        } catch let problems as YAMLProblems {
            let hints = FieldHint(document: document, kind: "Rollout")
            documents.broken.append(.init(file: stream.file, id: id, problems: problems.errors.map(hints.adding)))
        } catch let problem as Diagnostic {
            documents.broken.append(.init(file: stream.file, id: id, problems: [problem]))
        } catch {}
    }

    /// Two documents of one id: neither is followed, since nobody can tell which one is meant.
    private mutating func refuseDuplicates() {
        for (id, group) in Dictionary(grouping: documents.rollouts, by: \.id) where group.count > 1 {
            documents.rollouts.removeAll { $0.id == id }
            let places = group.map(\.file).joined(separator: ", ")
            for rollout in group {
                documents.broken.append(
                    .init(
                        file: rollout.file, id: id,
                        problems: [
                            rollout.source.diagnostic(
                                at: "metadata.name", "the Rollout \(id) is stated more than once: \(places)",
                                hint: "keep one of the documents")
                        ]))
            }
        }
    }
}
