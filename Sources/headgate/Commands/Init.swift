import Agent
import ArgumentParser
import Import
import Manifests
import Report
import Rollouts

/// Sets up a rollout for an application from its manifests.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set up a rollout: the canary's manifests, the route's second backend, the Rollout.",
        discussion: """
            Looks at the files of a work tree; needs neither a cluster nor a server, and commits nothing. Prints the \
            whole change as one diff, and writes it with --write. The canary rests without pods and without traffic \
            until a release is stated in the Rollout, so that merging the change alters nothing that runs.
            What is there already is kept: a second run changes nothing.
            """)

    @Argument(help: "The root of the configuration repository.")
    var path = "."

    @Option(help: "The rollout's name; without it the workload's.")
    var name: String?

    @Option(help: "The namespace, where the manifests state none or several.")
    var namespace: String?

    @Option(help: "An environment of .headgate/config.yaml, or NAME=FOLDER for a new one: what one cluster applies.")
    var environment: String?

    @Option(help: "Deployment/NAME, StatefulSet/NAME or DaemonSet/NAME, where it is not called like the rollout.")
    var workload: String?

    @Option(
        help:
            "The route, such as HTTPRoute/NAME, where several lead to the application; none where the counts of pods split the traffic."
    )
    var route: String?

    @Option(help: "The traffic provider, such as nginx, where the class of an Ingress has a name of its own.")
    var provider: String?

    @Option(
        help: "KEY=VALUE: the label by which the canary's pods are told from stable's, where init cannot choose one.")
    var label: String?

    @Option(help: "none: readiness and the time of each step alone decide on a release.", transform: Self.analysis)
    var analysis: String?

    @Option(help: "The set of metrics that tells good releases from bad ones.")
    var metrics: String?

    @Option(help: "The address of Prometheus, for .headgate/config.yaml.")
    var prometheus: String?

    @Flag(help: "Write the files, instead of printing the change.")
    var write = false

    func run() throws {
        let workTree = try WorkTree(at: path)
        try workTree.requireWholeRepository()
        let tree = try workTree.tree()
        let plan: SetupPlan
        let before = Checkup(of: tree, shipped: Wiring.shipped, providers: Wiring.providers)
        let (binder, _) = RolloutBinder.over(
            tree, before.documents, shipped: Wiring.shipped)
        var request = request
        request.standardSets = before.documents.standardSets.compactMapValues { before.documents.metricSets[$0] }
        do throws(SetupRefusal) {
            plan = try Setup.plan(request, in: tree, providers: binder.providers)
        } catch {
            throw CommandError(error)
        }
        let warnings = try newWarnings(of: plan, since: before)
        guard !plan.files.isEmpty else {
            Terminal.print("\(plan.title) is already set up.")
            return
        }
        if write {
            try workTree.write(plan.files)
            for path in plan.files.keys.sorted() {
                Terminal.print("\(tree.entries[path] == nil ? "created" : "changed")  \(path)")
            }
        } else {
            for (path, bytes) in plan.files.sorted(by: { $0.key < $1.key }) {
                let diff = LineDiff.unified(path, from: tree.text(at: path), to: String(decoding: bytes, as: UTF8.self))
                Terminal.print(String(diff.dropLast()))
            }
        }
        tell(plan, warnings)
    }

    private static func analysis(_ text: String) throws -> String {
        guard text == "none" else {
            throw ValidationError("only \"none\" can be said here; write any other spec.analysis into the Rollout")
        }
        return text
    }

    private var request: SetupRequest {
        var request = SetupRequest()
        request.name = name
        request.namespace = namespace
        request.environment = environment
        request.workload = workload
        request.route = route
        request.provider = provider
        request.label = label
        request.analysis = analysis
        request.metrics = metrics
        request.prometheus = prometheus
        return request
    }

    /// Checks the result as `check` will, so that nothing is proposed that the first tick would refuse.
    ///
    /// - Throws: the first error that was not there before.
    /// - Returns: the warnings that were not.
    private func newWarnings(of plan: SetupPlan, since before: Checkup) throws -> [Diagnostic] {
        func sentence(_ finding: Finding) -> String { "\(finding.diagnostic.file): \(finding.diagnostic.message)" }
        let known = Set(before.findings.map(sentence))
        let new = Checkup(of: plan.tree, shipped: Wiring.shipped, providers: Wiring.providers).findings.filter {
            !known.contains(sentence($0))
        }
        if let error = new.first(where: { $0.severity == .error }) { throw error.diagnostic }
        return new.map(\.diagnostic)
    }

    /// Notes go to standard error, so that the diff can be piped into `git apply`.
    private func tell(_ plan: SetupPlan, _ warnings: [Diagnostic]) {
        var lines = plan.notes.map { "Note: \($0)" }
        lines += warnings.map { "Note: \($0)" + ($0.hint.map { " (\($0))" } ?? "") }
        lines.append(
            write
                ? "\(plan.title) is set up. Review and commit the change; the first tick after it adopts what runs now."
                : "This would set up \(plan.title). Nothing was written; add --write to do it.")
        Terminal.error("\n" + lines.joined(separator: "\n"))
    }
}

extension CommandError {
    fileprivate init(_ refusal: SetupRefusal) {
        guard !refusal.further.isEmpty else {
            self.init(Self.lines(refusal).joined(separator: "\n"), hint: Self.hint(refusal))
            return
        }
        // What does not go with one another is numbered, so that each has its own way out.
        let all = [refusal] + refusal.further
        let messages = all.enumerated().map { number, refusal in
            "\n  \(number + 1). " + Self.lines(refusal).joined(separator: "\n   ")
        }
        let hints = all.enumerated().compactMap { number, refusal in
            Self.hint(refusal).map { "\n  \(number + 1). " + $0.replacing("\n", with: "\n   ") }
        }
        self.init(
            "\(all.count) things are in the way" + messages.joined(),
            hint: hints.isEmpty ? nil : "for each" + hints.joined())
    }

    private static func lines(_ refusal: SetupRefusal) -> [String] {
        [refusal.message] + refusal.causes.map { "  \($0)" }
    }

    private static func hint(_ refusal: SetupRefusal) -> String? {
        var hint = refusal.steps.first
        if refusal.steps.count > 1 {
            hint = "in this order" + refusal.steps.enumerated().map { "\n  \($0.offset + 1). \($0.element)" }.joined()
        }
        guard let alternative = refusal.alternative else { return hint }
        return (hint.map { $0 + "\n" } ?? "") + "or \(alternative)"
    }
}
