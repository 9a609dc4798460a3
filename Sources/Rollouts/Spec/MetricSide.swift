internal import Analysis

/// The names by which one side of a rollout, stable or canary, stands in the labels of metrics.
package struct MetricSide: Equatable, Sendable {
    package var namespace: String
    package var service: String
    /// The workload.
    package var target: String
    package var ingress: String
    package var route: String

    /// - Parameters: a workload, an Ingress or a route that is not given has the Service's name.
    package init(
        namespace: String, service: String, target: String? = nil, ingress: String? = nil, route: String? = nil
    ) {
        self.namespace = namespace
        self.service = service
        self.target = target ?? service
        self.ingress = ingress ?? service
        self.route = route ?? service
    }

    /// What a placeholder stands for: a name, or `words` before a name for the name in word characters.
    func value(of placeholder: [Substring]) -> String? {
        if placeholder.count == 2, placeholder[0] == "words" {
            return value(of: [placeholder[1]]).map(FlaggerNames.inWordCharacters)
        }
        guard placeholder.count == 1 else { return nil }
        switch placeholder[0] {
        case "namespace": return namespace
        case "service": return service
        case "target": return target
        case "ingress": return ingress
        case "route": return route
        default: return nil
        }
    }
}
