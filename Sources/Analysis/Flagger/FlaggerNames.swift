/// What the functions of a Flagger query stand for: the names of the canary that it asks about.
package struct FlaggerNames: Hashable, Sendable {
    /// The Canary's own name.
    package var name: String
    package var namespace: String
    /// The workload that runs the new release.
    package var target: String
    package var service: String
    package var ingress: String
    /// Of APISIX the route; of Knative the revision.
    package var route: String
    /// The metric's window as it is written, such as `1m`; empty where the metric states none.
    package var interval: String
    /// The metric's `templateVariables`.
    package var variables: [String: String]

    /// - Parameters: a Service, an Ingress or a route that is not given has the target's name.
    package init(
        name: String, namespace: String, target: String, service: String? = nil, ingress: String? = nil,
        route: String? = nil, interval: String, variables: [String: String] = [:]
    ) {
        self.name = name
        self.namespace = namespace
        self.target = target
        self.service = service ?? target
        self.ingress = ingress ?? target
        self.route = route ?? target
        self.interval = interval
        self.variables = variables
    }

    /// The functions that a query can use, beside those of the language.
    package static let functions = [
        "name", "namespace", "target", "service", "ingress", "route", "interval", "variables",
    ]

    func value(of function: String) -> GoTemplateValue? {
        switch function {
        case "name": .string(name)
        case "namespace": .string(namespace)
        case "target": .string(target)
        case "service": .string(service)
        case "ingress": .string(ingress)
        case "route": .string(route)
        case "interval": .string(interval)
        case "variables": .map(variables)
        default: nil
        }
    }

    /// The names as some backends have them in labels, with `_` for every character that is no ASCII letter, digit or `_`.
    package var inWordCharacters: FlaggerNames {
        var names = self
        names.name = Self.inWordCharacters(name)
        names.namespace = Self.inWordCharacters(namespace)
        names.target = Self.inWordCharacters(target)
        names.service = Self.inWordCharacters(service)
        names.ingress = Self.inWordCharacters(ingress)
        return names
    }

    package static func inWordCharacters(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_": scalar
                    default: "_"
                    }
                }))
    }
}

extension FlaggerNames {
    /// A workload or Service that Flagger would have made beside this one and that is not there, where a query asks for
    /// it: `checkout-canary-primary`.
    ///
    /// - Parameter known: the workloads and Services that there are.
    package func absentee(in query: String, known: Set<String>) -> String? {
        for name in [target, service] {
            for end in ["-primary", "-canary"] where !known.contains(name + end) && query.contains(name + end) {
                return name + end
            }
        }
        return nil
    }
}
