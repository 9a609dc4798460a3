internal import Analysis
internal import Manifests
package import Rollouts
internal import YAML

/// What `check` says of the templates of a trial, with the arguments that they get.
extension AnalysisTrial {
    /// What is an error to `check`, at its place; nothing where an argument has no value, which the verdict says.
    package func errors(by providers: ProviderCheck) -> [Diagnostic] {
        guard let spec, !spec.templates.isEmpty else { return [] }
        let reader = TemplateReader(templates: runner.subject.templates, facts: runner.subject.facts)
        var documents = RepositoryDocuments()
        let names = Set((try? reader.templates(of: spec).map(\.metadata.name)) ?? spec.templates.map(\.templateName))
        documents.templates = runner.subject.templates.filter {
            $0.kind != FlaggerTemplates.kind && names.contains($0.name)
        }
        var found = TemplateCheck(documents: documents, providers: providers).problems
        guard let merged = try? reader.merged(spec) else { return found }
        for file in documents.templates {
            // What is wrong with a field is said once.
            let known = Set(found.map { Place($0) })
            found += errors(in: file, merged, providers).filter { !known.contains(Place($0)) }
        }
        return found
    }

    private struct Place: Hashable {
        let file: String
        let line: Int

        init(_ diagnostic: Diagnostic) { (file, line) = (diagnostic.file, diagnostic.line) }
    }

    private func errors(
        in file: RepositoryDocuments.TemplateDocument, _ merged: TemplateReader.Merged, _ providers: ProviderCheck
    ) -> [Diagnostic] {
        guard let text = try? TemplateReader.template(in: file).spec else { return [] }
        return (text.metrics ?? []).enumerated().flatMap { index, template -> [Diagnostic] in
            func diagnostic(_ path: String, _ message: String, _ hint: String?) -> Diagnostic {
                let path = "spec.metrics[\(index)]" + (path.isEmpty ? "" : "." + path)
                let fields = path.replacing("[", with: ".").replacing("]", with: "")
                return Diagnostic(file.document, at: FieldPath(parsing: fields) ?? .root, message, hint: hint)
            }
            let mode = merged.mode(of: template.name)
            let metric: ResolvedMetric
            do throws(TemplateError) {
                metric = try ResolvedMetric(template.substituting(merged.arguments), mode: mode)
            } catch {
                return [diagnostic(error.path, error.message, error.hint)]
            }
            let ofSource = MetricCheck(metric, providers).problems.map { diagnostic($0.path, $0.message, $0.hint) }
            let ofLint = MetricLint(metric, mode: mode).findings.filter { $0.severity == .error }
            return ofSource + ofLint.map { diagnostic($0.path, $0.message, $0.hint) }
        }
    }
}
