import Agent
import Analysis
import ArgumentParser
import FoundationEssentials
import Manifests
import Rollouts

/// Which templates are judged, where that is not what a Rollout says.
struct AnalysisSubjectOptions: ParsableArguments {
    @Option(help: "An AnalysisTemplate of the repository in the current folder; may be repeated.")
    var template: [String] = []

    @Flag(help: "The templates are ClusterAnalysisTemplates.")
    var clusterScope = false

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "A file with templates, instead of a repository; - is standard input; may be repeated.")
    var files: [String] = []

    @Option(name: .customLong("arg"), help: "A value for an argument, as NAME=VALUE; may be repeated.")
    var arguments: [String] = []

    @Option(help: "argo or flagger: judge exactly as Argo Rollouts or Flagger does.")
    var compat: AnalysisSpec.Compatibility?

    var isEmpty: Bool { template.isEmpty && files.isEmpty }

    func validate() throws {
        for argument in arguments where !argument.contains("=") {
            throw ValidationError("--arg \(argument) has no value; write NAME=VALUE")
        }
        if isEmpty, !arguments.isEmpty {
            throw ValidationError("--arg is for templates; name them by --template or -f")
        }
        if isEmpty, clusterScope {
            throw ValidationError("--cluster-scope is for templates; name them by --template or -f")
        }
    }

    /// What `--arg` says, by name.
    var values: [String: String] {
        var values: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0])] = String(parts[1])
        }
        return values
    }

    /// - Throws: `CommandError` for an argument that nothing gives a value.
    func requireArguments(of trial: AnalysisTrial) throws {
        guard !isEmpty, let missing = trial.missingArgument else { return }
        let names = trial.spec?.templates.map(\.templateName) ?? []
        throw CommandError(
            "the argument \(missing) of \(names.joined(separator: ", ")) has no value",
            hint: "give it one: --arg \(missing)=VALUE", code: .findings)
    }

    /// - Throws: `CommandError` for the name of an argument that none of the templates has.
    func refuseUnknownArguments(of trial: AnalysisTrial) throws {
        guard let known = trial.arguments, let wrong = values.keys.sorted().first(where: { !known.contains($0) }) else {
            return
        }
        let names = trial.spec?.templates.map(\.templateName) ?? []
        throw CommandError(
            "\(names.joined(separator: ", ")) \(names.count == 1 ? "has" : "have") no argument \"\(wrong)\"",
            hint: known.isEmpty ? "leave --arg out: it declares none" : "known: \(known.joined(separator: ", "))",
            code: .usage)
    }

    /// The templates that are named; nil where none is.
    func spec() -> AnalysisSpec? {
        template.isEmpty ? nil : spec(template.map { .init(templateName: $0, clusterScope: clusterScope ? true : nil) })
    }

    private func spec(
        _ templates: [AnalysisSpec.TemplateReference], further: [String: String] = [:]
    ) -> AnalysisSpec {
        let values = further.merging(values) { $1 }
        var spec = AnalysisSpec(
            templates: templates, args: values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        spec.compat = compat
        return spec
    }

    /// A trial of templates that no rollout needs to name.
    ///
    /// - Throws: `CommandError` for templates that `check` refuses, and for names of none.
    func trial(
        _ connection: ConnectionOptions, in documents: RepositoryDocuments, further: [String: String] = [:]
    ) throws -> AnalysisTrial {
        try Self.refuse(documents.problems)
        let all = documents.templates.filter { $0.kind != "MetricTemplate" }
        let names = template.isEmpty ? all.map(\.name) : template
        guard !names.isEmpty else { throw noTemplate(among: documents.templates.map(\.name)) }
        for name in names where !all.contains(where: { $0.name == name }) {
            throw CommandError(
                "there is no template \"\(name)\"",
                hint: all.isEmpty
                    ? "templates stand in .headgate/rollouts of the current folder; or name a file by -f"
                    : "known: \(all.map(\.name).sorted().joined(separator: ", "))",
                code: .usage)
        }
        let references = names.map { name in
            let kinds = all.filter { $0.name == name }.map(\.kind)
            // What there is only one of is meant.
            let isOfCluster = clusterScope || !kinds.contains("AnalysisTemplate")
            return AnalysisSpec.TemplateReference(templateName: name, clusterScope: isOfCluster ? true : nil)
        }
        let trial = AnalysisTrial.templates(
            spec(references, further: further), in: documents, sources: Wiring.metricSources(connection),
            now: Wiring.now())
        try refuseUnknownArguments(of: trial)
        try Self.refuse(trial.errors(by: Wiring.providers))
        try requireArguments(of: trial)
        return trial
    }

    /// The files, or the repository in the current folder.
    func documents() throws -> RepositoryDocuments {
        guard !files.isEmpty else {
            return DocumentReader.read(try WorkTree(at: ".").tree(), shipped: Wiring.shipped)
        }
        return RepositoryDocuments(templatesIn: try files.map { (name: $0, bytes: try InputText.bytes(of: $0)) })
    }

    private func noTemplate(among metricTemplates: [String]) -> CommandError {
        let place = files.isEmpty ? "the repository" : files.joined(separator: ", ")
        guard let name = metricTemplates.first else {
            return CommandError(
                "\(place) has no AnalysisTemplate", hint: "write one of kind: AnalysisTemplate into it", code: .usage)
        }
        return CommandError(
            "\(place) has the MetricTemplate \(name) and no AnalysisTemplate",
            hint: "a MetricTemplate has no bounds of its own: name it in a Rollout, by spec.analysis.metrics: "
                + "[{name: \(name), templateRef: {name: \(name)}, thresholdRange: {max: 1}}], and analyze that rollout",
            code: .usage)
    }

    private static func refuse(_ problems: [Diagnostic]) throws {
        guard let first = problems.first else { return }
        guard problems.count > 1 else {
            throw CommandError(first.description, hint: first.hint, code: .findings)
        }
        throw CommandError(
            "\(problems.count) things are wrong with the templates",
            causes: problems.map { problem in problem.description + (problem.hint.map { " (\($0))" } ?? "") },
            code: .findings)
    }
}

extension AnalysisSpec.Compatibility: ExpressibleByArgument {}

/// A moment on the command line.
enum TimeArgument {
    /// - Throws: `ValidationError` with an example, of the same time where one can be told.
    static func read(_ text: String) throws -> Timestamp {
        if let time = Timestamp(rfc3339: text) { return time }
        let start = text.replacing(" ", with: "T")
        let whole = ["Z", ":00Z", "T00:00:00Z"].lazy.compactMap { Timestamp(rfc3339: start + $0) }.first
        throw ValidationError(
            whole.map { "say the zone, too: \($0.rfc3339), or +02:00 in the place of Z" }
                ?? "\(text) is no time; write one like 2026-08-01T12:00:00Z")
    }
}

/// A length of time on the command line: as in documents, or whole days.
struct LengthArgument: ExpressibleByArgument {
    let length: Duration

    init?(argument: String) {
        if argument.hasSuffix("d"), let days = Int(argument.dropLast()), (1...3650).contains(days) {
            length = .seconds(days * 86_400)
            return
        }
        guard let span = Span(argument), span.duration > .zero else { return nil }
        length = span.duration
    }
}
