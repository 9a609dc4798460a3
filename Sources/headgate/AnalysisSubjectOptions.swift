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

    @Option(name: [.customShort("f"), .customLong("file")], help: "A file with templates, instead of a repository.")
    var file: String?

    @Option(name: .customLong("arg"), help: "A value for an argument, as NAME=VALUE; may be repeated.")
    var arguments: [String] = []

    @Option(help: "argo: judge exactly as Argo Rollouts does.")
    var compat: AnalysisSpec.Compatibility?

    var isEmpty: Bool { template.isEmpty && file == nil }

    func validate() throws {
        for argument in arguments where !argument.contains("=") {
            throw ValidationError("--arg \(argument) has no value; write NAME=VALUE")
        }
        if isEmpty, !arguments.isEmpty {
            throw ValidationError("--arg is for templates; name them by --template or -f")
        }
    }

    /// What `--arg` says, by name.
    private var values: [String: String] {
        var values: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0])] = String(parts[1])
        }
        return values
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
    func spec(_ further: [String: String] = [:], templates names: [String]? = nil) throws -> AnalysisSpec? {
        let names = names ?? template
        guard !names.isEmpty else { return nil }
        let values = further.merging(values) { $1 }
        var spec = AnalysisSpec(
            templates: names.map { .init(templateName: $0, clusterScope: clusterScope ? true : nil) },
            args: values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        spec.compat = compat
        return spec
    }

    /// A trial of templates that no rollout needs to name.
    func trial(_ connection: ConnectionOptions, further: [String: String] = [:]) throws -> AnalysisTrial {
        let documents = try documents()
        if let problem = documents.problems.first {
            throw CommandError(problem.description, hint: problem.hint, code: .findings)
        }
        let all = documents.templates.filter { $0.kind != "MetricTemplate" }
        let names = template.isEmpty ? all.map(\.name) : template
        guard let spec = try spec(further, templates: names) else {
            throw CommandError("\(file ?? "the repository") has no AnalysisTemplate", code: .usage)
        }
        for name in names where !all.contains(where: { $0.name == name }) {
            throw CommandError(
                "there is no template \"\(name)\"",
                hint: all.isEmpty
                    ? "templates stand in .headgate/rollouts of the current folder; or name a file by -f"
                    : "known: \(all.map(\.name).sorted().joined(separator: ", "))",
                code: .usage)
        }
        let trial = AnalysisTrial.templates(
            spec, in: documents, sources: Wiring.metricSources(connection), now: Wiring.now())
        try refuseUnknownArguments(of: trial)
        return trial
    }

    private func documents() throws -> RepositoryDocuments {
        guard let file else {
            return DocumentReader.read(try WorkTree(at: ".").tree(), shipped: Wiring.shipped)
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError("cannot read \(file)", hint: "check the path and its permissions", code: .usage)
        }
        // Read as the repository would have it, so that its mistakes are told alike.
        let place = ".headgate/rollouts/templates.yaml"
        let tree = Tree(entries: [place: .init(blob: "file")], contents: ["file": Array(data)])
        var documents = DocumentReader.read(tree, shipped: Wiring.shipped)
        for index in documents.problems.indices { documents.problems[index].file = file }
        return documents
    }
}

extension AnalysisSpec.Compatibility: ExpressibleByArgument {}

/// A moment on the command line.
struct TimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(rfc3339: argument) else { return nil }
        self.time = time
    }
}

/// A length of time on the command line: as in documents, or whole days.
struct LengthArgument: ExpressibleByArgument {
    let length: Duration

    init(_ length: Duration) { self.length = length }

    init?(argument: String) {
        if argument.hasSuffix("d"), let days = Int(argument.dropLast()), (1...3650).contains(days) {
            length = .seconds(days * 86_400)
            return
        }
        guard let span = Span(argument), span.duration > .zero else { return nil }
        length = span.duration
    }

    var defaultValueDescription: String { length == .seconds(30 * 86_400) ? "30d" : "\(Span(length))" }
}
