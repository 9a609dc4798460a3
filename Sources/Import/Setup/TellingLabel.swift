/// The label by which the pods of the two sides are told apart.
struct TellingLabel: Hashable {
    let key: String
    let stable: String
    let canary: String

    /// Labels that say which application a pod belongs to: the canary's pods have them too, since network policies, budgets
    /// and dashboards go by them.
    private static let identities: Set<String> = [
        "app", "name", "k8s-app", "team", "app.kubernetes.io/name", "app.kubernetes.io/instance",
        "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "version",
    ]
    private static let roles: Set<String> = ["stable", "primary", "main", "production", "live"]
    private static let kinds: Set<String> = ["track", "role", "variant", "slot", "deployment-track", "release-track"]

    /// The label among those that both the workload and the Service select on; nil where there is none.
    init?(selector: [String: String], service: [String: String]) {
        let shared = selector.filter { service[$0.key] == $0.value && !Self.identities.contains($0.key) }
        let ranked = shared.sorted { Self.rank($0) == Self.rank($1) ? $0.key < $1.key : Self.rank($0) < Self.rank($1) }
        guard let best = ranked.first(where: { Self.counterpart($0.key, $0.value) != nil }),
            let canary = Self.counterpart(best.key, best.value)
        else { return nil }
        key = best.key
        stable = best.value
        self.canary = canary
    }

    init(key: String, stable: String, canary: String) {
        self.key = key
        self.stable = stable
        self.canary = canary
    }

    private static func rank(_ label: (key: String, value: String)) -> Int {
        if roles.contains(label.value) { return 0 }
        return kinds.contains(label.key) ? 1 : 2
    }

    /// Nil where the value would be too long for a label (63 characters, as Kubernetes has it).
    private static func counterpart(_ key: String, _ value: String) -> String? {
        if roles.contains(value) { return "canary" }
        return value.count <= 56 ? "\(value)-canary" : nil
    }
}
