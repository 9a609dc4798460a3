internal import Rollouts
internal import YAML

/// What backends call the two sides.
struct BackendPair: Hashable, Sendable {
    let stable: String
    let canary: String
    let namespace: String
    /// Where both sides are one Service: the subsets of its pods.
    var subsets: Sides?
    /// How the route itself names the Services, where its texts name them otherwise.
    var routed: Sides?

    struct Sides: Hashable, Sendable {
        let stable: String
        let canary: String
    }

    /// A side as messages name it.
    func title(_ side: Side) -> String {
        let service = side == .stable ? stable : canary
        guard let subsets else { return service }
        return "\(service) with the subset \(side == .stable ? subsets.stable : subsets.canary)"
    }
}

/// Which side a backend is.
extension TrafficProvider {
    func role(of backend: Backend, _ pair: BackendPair) -> BackendList.Role {
        let backends = spec.backends
        if let kind = text(backends.kind, of: backend), !(backends.kinds ?? ["Service"]).contains(kind) {
            return .other
        }
        if let namespace = text(backends.namespace, of: backend), namespace != pair.namespace { return .other }
        let names =
            backend.key.map { [$0] } ?? (backends.name?.paths ?? []).compactMap { backend.tree.value(at: $0)?.text }
        let isStable = names.contains { matches($0, pair.stable, pair.namespace) }
        if let subsets = pair.subsets {
            guard isStable, let subset = text(backends.subset, of: backend) else { return .other }
            return subset == subsets.canary ? .canary : subset == subsets.stable ? .stable : .other
        }
        let isCanary = names.contains { matches($0, pair.canary, pair.namespace) }
        // What names both sides at once is neither's.
        guard isStable != isCanary else { return .other }
        return isCanary ? .canary : .stable
    }

    private func text(_ path: String?, of backend: Backend) -> String? {
        path.flatMap(Self.path).flatMap { backend.tree.value(at: $0)?.text }
    }

    /// Whether a name means the Service: by its short name, or by its host name in the cluster.
    func matches(_ name: String, _ service: String, _ namespace: String) -> Bool {
        switch spec.backends.form ?? .name {
        case .name: name == service
        case .host: isHost(name, service, namespace)
        case .address: isHost(Self.host(of: name), service, namespace)
        }
    }

    private func isHost(_ name: String, _ service: String, _ namespace: String) -> Bool {
        let host = "\(service).\(namespace)"
        return name == service || name == host || name == "\(host).svc" || name.hasPrefix("\(host).svc.")
    }

    /// The host of `https://checkout.shop:80`.
    private static func host(of address: String) -> String {
        var rest = address[...]
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        return String(rest.prefix { $0 != ":" && $0 != "/" })
    }
}

extension StringProtocol {
    /// The first place of `other`.
    fileprivate func range(of other: String) -> Range<Index>? { ranges(of: other).first }
}
