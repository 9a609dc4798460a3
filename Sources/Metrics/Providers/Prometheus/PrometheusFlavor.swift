internal import HTTP

/// What the relatives of Prometheus are told so that their answers are whole and exact.
enum PrometheusFlavor: String, CaseIterable {
    case prometheus, thanos, mimir, victoriametrics

    var parameters: [(name: String, value: String)] {
        switch self {
        case .prometheus, .mimir: []
        // https://thanos.io/tip/components/query.md/#partial-response and #auto-downsampling
        case .thanos:
            [
                (name: "partial_response", value: "false"), (name: "dedup", value: "true"),
                (name: "max_source_resolution", value: "0s"),
            ]
        // https://docs.victoriametrics.com/victoriametrics/#prometheus-querying-api-enhancements
        case .victoriametrics: [(name: "nocache", value: "1")]
        }
    }

    /// The header that names a tenant; nil where tenants are part of the address.
    var tenantHeader: String? {
        switch self {
        // https://grafana.com/docs/mimir/latest/manage/secure/authentication-and-authorization/
        case .prometheus, .mimir: "X-Scope-OrgID"
        // https://thanos.io/tip/operating/multi-tenancy.md/
        case .thanos: "THANOS-TENANT"
        case .victoriametrics: nil
        }
    }

    /// VictoriaMetrics gives a vector for a scalar, too.
    var hasScalars: Bool { self != .victoriametrics }
}
