internal import Manifests
package import Rollouts
package import YAML

extension RepositoryDocuments {
    /// A Promotion document and where it stands.
    package struct LoadedPromotion: Sendable {
        package let document: PromotionDocument
        package let stream: YAMLStream
        /// The number of the document in its file, from 0.
        package let index: Int
        package var name: String { document.metadata.name }
        package var file: String { stream.file }

        /// About the field at `path`, or the nearest that is written.
        func diagnostic(at path: FieldPath, _ message: String, hint: String? = nil) -> Diagnostic {
            Diagnostic(stream.documents[index], at: path, message, hint: hint)
        }
    }

    /// About a field of `config.yaml`, or the nearest that is written.
    func configDiagnostic(at path: FieldPath, _ message: String, hint: String? = nil) -> Diagnostic {
        configText.map { Diagnostic($0, at: path, message, hint: hint) }
            ?? Diagnostic(file: ".headgate/config.yaml", message: message, hint: hint)
    }

    /// The rollouts of other environments that say whether releases go on to those of `isServed`.
    func promotedFrom(_ isServed: (String) -> Bool) -> [LoadedRollout] {
        let orders = promotions.map(\.document.spec.order).filter {
            $0.dropFirst().contains { isServed($0.environment) }
        }
        let named = Set(orders.joined())
        return rollouts.filter { named.contains($0.id) && !isServed($0.environment.name) }
    }
}

extension DocumentReader {
    mutating func readPromotions() {
        for (path, bytes) in tree.files(below: ".headgate/promotions/") {
            do throws(YAMLError) {
                let stream = try YAMLStream(parsing: bytes, file: path)
                if stream.documents.isEmpty {
                    documents.problems.append(
                        Diagnostic(file: path, message: "the file is empty", hint: "remove it, or state a Promotion"))
                }
                for index in stream.documents.indices { readPromotion(index, of: stream) }
            } catch {
                documents.problems.append(Diagnostic(error))
            }
        }
        documents.promotions.sort { $0.name < $1.name }
        refuseDuplicatePromotions()
    }

    private mutating func readPromotion(_ index: Int, of stream: YAMLStream) {
        let document = stream.documents[index]
        func problem(_ node: YAMLNode?, _ message: String, hint: String) -> Diagnostic {
            Diagnostic(stream.file, node ?? document.root, message, hint: hint)
        }
        do {
            guard document.root["kind"]?.string == "Promotion" else {
                let kind = document.root["kind"]?.string
                throw problem(
                    document.root["kind"],
                    kind.map { "a document of kind \($0) is not read here" } ?? "a document without a kind",
                    hint: "write kind: Promotion; Rollouts stand in .headgate/rollouts")
            }
            let promotion = try YAMLDecoder().decode(PromotionDocument.self, from: document)
            guard promotion.apiVersion == RolloutState.version else {
                throw problem(
                    document.root["apiVersion"], "a Promotion of \(promotion.apiVersion) is not Headgate's",
                    hint: "write apiVersion: \(RolloutState.version)")
            }
            guard RolloutID(namespace: "x", name: promotion.metadata.name).isWellFormed else {
                throw problem(
                    document.root["metadata"]?["name"], "the Promotion's name has to be one as Kubernetes has them",
                    hint: "use lower case letters, digits, - and .")
            }
            documents.promotions.append(.init(document: promotion, stream: stream, index: index))
        } catch let problems as YAMLProblems {
            documents.problems += problems.errors.map(FieldHint(document: document, kind: "Promotion").adding)
        } catch let problem as Diagnostic {
            documents.problems.append(problem)
        } catch {}
    }

    /// Two documents of one name: neither is followed, since nobody can tell which one is meant.
    private mutating func refuseDuplicatePromotions() {
        for (name, group) in Dictionary(grouping: documents.promotions, by: \.name) where group.count > 1 {
            documents.promotions.removeAll { $0.name == name }
            let places = group.map(\.file).joined(separator: ", ")
            documents.problems += group.map { promotion in
                promotion.diagnostic(
                    at: "metadata.name", "the Promotion \(name) is stated more than once: \(places)",
                    hint: "keep one of the documents")
            }
        }
    }
}
