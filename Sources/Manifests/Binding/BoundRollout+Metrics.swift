package import Rollouts

/// The names under which a mesh or an ingress counts the requests of each side.
extension BoundRollout {
    /// The traffic provider's name; of counts of pods `replicas`.
    package var trafficProvider: String { route?.provider.name ?? "replicas" }

    /// The names of one side; where no Service tells the sides apart, the workload's stands in its place.
    ///
    /// The Ingress is the main one, which the metrics of ingress-nginx name. Knative has a route for every revision, whose
    /// name is the workload's with a number: a pattern stands for it, since the queries match by one.
    package func metricSide(_ side: Side) -> MetricSide {
        let target = workload(side).object.reference.name
        let service = side == .stable ? services?.stable : services?.canary
        let isIngress = route?.object.kind == "Ingress"
        return MetricSide(
            namespace: id.namespace, service: service?.reference.name ?? target, target: target,
            ingress: isIngress ? route?.main ?? route?.object.reference.name : nil,
            route: workload(side).isKnative ? "\(target)-[0-9]+" : route?.object.reference.name)
    }
}
