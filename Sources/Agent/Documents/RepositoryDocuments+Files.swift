internal import Manifests
internal import Rollouts
internal import YAML

/// Templates that belong to no repository yet.
extension RepositoryDocuments {
    /// The analysis templates of files, under the names by which these were given.
    ///
    /// A Rollout beside them is left alone; another kind is a problem, since it was perhaps meant for a template.
    package init(templatesIn files: [(name: String, bytes: [UInt8])]) {
        for (name, bytes) in files {
            do throws(YAMLError) {
                let stream = try YAMLStream(parsing: bytes, file: name)
                if stream.documents.isEmpty {
                    problems.append(
                        Diagnostic(file: name, message: "the file is empty", hint: "state an AnalysisTemplate in it"))
                }
                for document in stream.documents { take(document, of: stream) }
            } catch {
                problems.append(Diagnostic(error))
            }
        }
    }

    private mutating func take(_ document: YAMLDocument, of stream: YAMLStream) {
        let kind = document.root["kind"]?.string
        switch kind {
        case "Rollout"?: return
        case let kind? where ["AnalysisTemplate", "ClusterAnalysisTemplate", "MetricTemplate"].contains(kind):
            let name = document.root["metadata"]?["name"]?.string ?? ""
            templates.append(TemplateDocument(stream: stream, document: document, kind: kind, name: name))
        default:
            problems.append(
                Diagnostic(
                    stream.file, document.root["kind"] ?? document.root,
                    kind.map { "a document of kind \($0) is no template" } ?? "a document without a kind",
                    hint: "write kind: AnalysisTemplate or ClusterAnalysisTemplate"))
        }
    }
}
