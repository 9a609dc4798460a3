internal import Analysis
internal import Manifests
internal import Rollouts

/// Reads from the cluster what one rollout's comparison needs: its bound objects, and the pods of the pair.
struct LiveReader {
    let cluster: any Cluster

    func read(_ bound: BoundRollout) async throws(ClusterFailure) -> LiveReading {
        let comparison = LiveComparison(bound)
        var objects: [ObjectReference: JSON] = [:]
        for reference in comparison.objectsToRead {
            if let object = try await cluster.object(reference) { objects[reference] = object }
        }
        var pods: [Side: [JSON]] = [:]
        for side in Side.allCases {
            // By which labels a chart's pods are found, only the live workload says.
            guard let selector = comparison.pods(of: side, in: objects) else { continue }
            pods[side] = try await cluster.objects(
                ObjectKind(group: "", kind: "Pod"), namespace: bound.id.namespace, matching: selector)
        }
        var podsOfJobs: [String: [JSON]] = [:]
        for (job, selector) in comparison.podsOfJobs(in: objects) {
            podsOfJobs[job] = try await cluster.objects(
                ObjectKind(group: "", kind: "Pod"), namespace: bound.id.namespace, matching: selector)
        }
        let time = try await cluster.time()
        return comparison.reading(.init(objects: objects, pods: pods, time: time, podsOfJobs: podsOfJobs))
    }
}
