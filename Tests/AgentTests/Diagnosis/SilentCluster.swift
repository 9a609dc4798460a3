import Analysis
import Rollouts

/// A cluster that nobody can reach.
struct SilentCluster: Cluster {
    var failure = ClusterFailure(.unreachable, "the API server cannot be reached")

    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? { throw failure }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] { throw failure }

    func time() async throws(ClusterFailure) -> Timestamp { throw failure }
    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions { throw failure }
}
