import Analysis
import Rollouts

/// The port through which the agent sees the simulated cluster: answers are parsed from the text that an API server sends.
extension SimulatedCluster: Rollouts.Cluster {
    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
        let answer = answer(kind: reference.kind, namespace: reference.namespace, name: reference.name)
        guard let answer else { throw .down }
        if answer.status == 404 { return Optional<JSON>.none }
        return try Self.parse(answer.body)
    }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] {
        let answer = answer(kind: kind.kind, namespace: namespace, name: nil, selector: selector.text)
        guard let answer else { throw .down }
        return try Self.parse(answer.body)["items"]?.array ?? []
    }

    func time() async throws(ClusterFailure) -> Timestamp {
        guard answer(kind: "Pod", namespace: "shop", name: nil) != nil else { throw .down }
        return Timestamp(milliseconds: milliseconds / 1000 * 1000)
    }

    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions {
        Permissions(rules: [], isIncomplete: true)
    }

    private static func parse(_ text: String) throws(ClusterFailure) -> JSON {
        do {
            return try JSON(parsing: Array(text.utf8))
        } catch {
            throw ClusterFailure(.garbage, "\(error)")
        }
    }
}

extension ClusterFailure {
    fileprivate static let down = ClusterFailure(.unreachable, "the cluster does not answer")
}
