internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// Flagger's MetricTemplates of a repository, as they are read.
package struct FlaggerTemplates: Sendable {
    /// One document of kind MetricTemplate.
    struct Entry: Sendable {
        let file: RepositoryDocuments.TemplateDocument
        /// Nil where it cannot be read.
        let template: FlaggerMetricTemplate?
        /// What is wrong with it whoever uses it.
        let problems: [Diagnostic]
    }

    let entries: [Entry]

    init(_ documents: [RepositoryDocuments.TemplateDocument]) {
        entries = documents.filter { $0.kind == Self.kind }.map(Entry.init)
    }

    static let kind = "MetricTemplate"

    /// The template that a metric of a Rollout in `namespace` means; one without a namespace is there for all of them.
    func entry(
        for reference: FlaggerMetric.TemplateReference, from namespace: String
    ) throws(TemplateError) -> Entry {
        let wanted = reference.namespace ?? namespace
        let named = entries.filter { $0.file.name == reference.name }
        if let entry = named.first(where: { $0.namespace == wanted }) ?? named.first(where: { $0.namespace == nil }) {
            return entry
        }
        let known = entries.map { entry in
            entry.file.name + (entry.namespace.map { " in \($0)" } ?? "")
        }
        throw TemplateError(
            "there is no MetricTemplate \"\(reference.name)\" in namespace \(wanted)", at: "templateRef",
            hint: known.isEmpty
                ? "put it beside the Rollout, in .headgate/rollouts"
                : "known: \(known.sorted().joined(separator: ", "))")
    }
}

extension FlaggerTemplates.Entry {
    init(_ file: RepositoryDocuments.TemplateDocument) {
        self.file = file
        do throws(YAMLProblems) {
            let template = try YAMLDecoder().decode(FlaggerMetricTemplate.self, from: file.document)
            self.template = template
            problems = Self.problems(of: template, in: file)
        } catch {
            template = nil
            problems = error.errors.map(Diagnostic.init)
        }
    }

    var namespace: String? { file.document.root["metadata"]?["namespace"]?.string }

    /// What is wrong, with the place inside the query.
    private static func problems(
        of template: FlaggerMetricTemplate, in file: RepositoryDocuments.TemplateDocument
    ) -> [Diagnostic] {
        do throws(GoTemplateError) {
            _ = try GoTemplate(parsing: template.spec.query)
        } catch {
            let others = template.findings().filter { $0.path != "spec.query" }.map { file.diagnostic($0) }
            return others + [file.stream.diagnostic(error, inTextOf: file.document.root["spec"]?["query"])]
        }
        return template.findings().map { file.diagnostic($0) }
    }
}

extension RepositoryDocuments.TemplateDocument {
    func diagnostic(_ error: TemplateError) -> Diagnostic {
        Diagnostic(document, at: error.fieldPath(below: .root), error.message, hint: error.hint)
    }
}

extension TemplateError {
    /// `metrics[0].count` is written `metrics.0.count` in a field path.
    func fieldPath(below parent: FieldPath) -> FieldPath {
        let text = path.replacing("[", with: ".").replacing("]", with: "")
        return text.isEmpty ? parent : parent + (FieldPath(parsing: text) ?? .root)
    }
}

extension YAMLStream {
    /// An error of a query's template, at its place in the file.
    func diagnostic(_ error: GoTemplateError, inTextOf node: YAMLNode?) -> Diagnostic {
        guard let node, let place = position(ofCharacter: error.offset, inTextOf: node) else {
            let words = TemplateError(error, at: "")
            return node.map { Diagnostic(file, $0, words.message, hint: words.hint) }
                ?? Diagnostic(file: file, message: words.message, hint: words.hint)
        }
        return Diagnostic(
            file: file, line: place.line, column: place.column, message: error.message, hint: error.hint)
    }
}
