import Agent
import Analysis
import FoundationEssentials
import Git
import Glibc
import HTTP
import Kubernetes
import Metrics
import Policies
import Rollouts
import YAML

/// Puts the parts together; the only place that names a concrete service.
enum Wiring {
    static let shipped = DocumentReader.ShippedPolicies(
        plans: Policies.plans, metrics: Policies.metrics, traffic: Policies.traffic)

    /// What is known of the services that metrics come from.
    static let providers = ProviderCheck { provider, interval in
        ProviderRegistry.problems(of: provider, interval: interval)
    } obstacle: { need, provider, interval in
        ProviderRegistry.obstacle(to: need, of: provider, interval: interval)
    }

    /// Milliseconds since 1970 by the system's clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// - Parameters:
    ///   - isOffline: neither the cluster nor the metrics are asked.
    ///   - isLooking: for a person who looks at what another agent does, who may have been told more than they: a store
    ///     that nobody has named here is one that does not answer, and not a mistake.
    ///   - compat: whose rules all analyses follow; nil for those that the repository states.
    ///   - limits: how long the repository is waited for.
    static func agent(
        _ options: ConnectionOptions, isShadow: Bool = false, isOffline: Bool = false,
        isLooking: Bool = false, compat: AnalysisSpec.Compatibility? = nil, limits: RemoteLimits = RemoteLimits(),
        deadline: Duration = .seconds(240)
    ) throws -> Agent {
        try connected(
            options, isShadow: isShadow, isOffline: isOffline, isLooking: isLooking, compat: compat, limits: limits,
            deadline: deadline
        ).agent
    }

    /// The same, for a program that stays, or that asks the forge itself.
    static func connected(
        _ options: ConnectionOptions, isShadow: Bool = false, isOffline: Bool = false,
        isLooking: Bool = false, compat: AnalysisSpec.Compatibility? = nil, limits: RemoteLimits = RemoteLimits(),
        deadline: Duration = .seconds(240), forgePace: Duration = .zero
    ) throws -> ConnectedAgent {
        guard let branch = ReferenceName.branch(options.branch) else {
            throw CommandError("\"\(options.branch)\" is no name of a branch", code: .usage)
        }
        var settings = AgentSettings(
            branch: branch, environments: options.environment.isEmpty ? nil : Set(options.environment),
            isShadow: isShadow, shipped: shipped, deadline: deadline)
        settings.compat = compat
        settings.forgePace = forgePace
        let location = try location(options)
        let forge = try forge(options, location)
        var ports = isOffline ? offlinePorts : ports(options, isLooking: isLooking)
        if !isOffline { ports.forge = forge.forge }
        let repository = try repository(options, location, forge, limits)
        return ConnectedAgent(agent: Agent(settings: settings, repository: repository, ports: ports), forge: forge)
    }

    // MARK: Git

    static func location(_ options: ConnectionOptions) throws -> RemoteLocation {
        let text = options.repo ?? Environment["HEADGATE_REPO"] ?? FileManager.default.currentDirectoryPath
        return try RemoteLocation(parsing: absolute(text))
    }

    private static func repository(
        _ options: ConnectionOptions, _ location: RemoteLocation, _ forge: StatedForge, _ limits: RemoteLimits
    ) throws -> Repository {
        var remote = Remote(location)
        remote.limits = limits
        remote.knownHosts = options.knownHosts
        remote.authorities = options.caFile
        remote.credential = try credential(options, remote.location)
        if remote.credential == nil { remote.credentials = forge.gitCredentials }
        return try Repository(
            mirroring: remote, in: options.cache ?? Environment["HEADGATE_CACHE"] ?? defaultCache,
            signing: options.signingKey.map { CommitSigning(key: $0) })
    }

    private static func absolute(_ text: String) -> String {
        guard !text.hasPrefix("/"), !text.contains(":") else { return text }
        return FileManager.default.currentDirectoryPath + "/" + text
    }

    private static var defaultCache: String {
        let home = Environment["XDG_CACHE_HOME"] ?? Environment["HOME"].map { $0 + "/.cache" }
        return (home ?? FileManager.default.temporaryDirectory.path) + "/headgate"
    }

    private static func credential(_ options: ConnectionOptions, _ location: RemoteLocation) throws -> Git.Credential? {
        if let key = options.sshKey { return .key(file: key) }
        if let file = options.tokenFile { return .basic(username: "git", password: Git.Secret(try text(of: file))) }
        return Environment["HEADGATE_TOKEN"].map { .basic(username: "git", password: Git.Secret($0)) }
    }

    static func text(of file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError("cannot read \(file)", hint: "check the path and its permissions")
        }
        let text = String(decoding: data, as: UTF8.self)
        return String(text.reversed().drop { $0.isWhitespace }.reversed())
    }

    // MARK: Cluster and metrics

    private static func ports(_ options: ConnectionOptions, isLooking: Bool) -> AgentPorts {
        let cluster = cluster(options)
        var ports = AgentPorts(cluster: { _ in cluster }, metrics: metrics(options, isLooking: isLooking), now: now)
        ports.hasOneCluster = options.environment.count != 1
        return ports
    }

    private static var offlinePorts: AgentPorts {
        let cluster = UnreachableCluster(failure: ClusterFailure(.unreachable, "not asked"))
        let metrics = MetricSources { _ throws(MetricFailure) in throw MetricFailure(.unavailable, "not asked") }
        return AgentPorts(cluster: { _ in cluster }, metrics: metrics, now: now)
    }

    /// A cluster that cannot be reached is a cluster all the same: commands that need none must run without it.
    static func cluster(_ options: ConnectionOptions) -> any Cluster {
        do {
            return ClusterClient(try access(options), now: now)
        } catch {
            return UnreachableCluster(failure: error)
        }
    }

    /// What is wrong with the kubeconfig that was named, which no answer of a cluster could mend.
    static func clusterMistake(_ options: ConnectionOptions) -> ClusterFailure? {
        guard options.kubeconfig ?? Environment["KUBECONFIG"] != nil else { return nil }
        do {
            _ = try access(options)
            return nil
        } catch {
            return error
        }
    }

    /// What a kubeconfig asks for that weakens the connection.
    static func clusterWarnings(_ options: ConnectionOptions) -> [String] {
        (try? access(options))?.warnings ?? []
    }

    private static func access(_ options: ConnectionOptions) throws(ClusterFailure) -> ClusterAccess {
        let variables = ProcessInfo.processInfo.environment
        if let file = options.kubeconfig ?? Environment["KUBECONFIG"] {
            return try Kubeconfig(contentsOf: file).access(context: options.context)
        }
        if Environment["KUBERNETES_SERVICE_HOST"] != nil { return try ClusterAccess.inCluster(environment: variables) }
        guard let home = Environment["HOME"], FileManager.default.fileExists(atPath: home + "/.kube/config") else {
            throw ClusterFailure(.configuration, "no cluster is named", hint: "give --kubeconfig")
        }
        return try Kubeconfig(contentsOf: home + "/.kube/config").access(context: options.context)
    }

    /// Everything that wants a metric asks here: within what the deployment allows, and nothing more.
    private static func metrics(_ options: ConnectionOptions, isLooking: Bool) -> MetricSources {
        let connection = Result { () throws(MetricFailure) in MetricConnection(try access(to: options)) }
        return MetricSources(
            address: options.prometheus,
            store: { store throws(MetricFailure) in
                let address = try address(of: store, options, isLooking: isLooking)
                return PrometheusStore(.init(url: address), over: try connection.get())
            },
            source: { request throws(MetricFailure) in
                var provider = request.provider
                if provider.kind == "prometheus" {
                    let address = try address(of: request.store, options, isLooking: isLooking)
                    provider = provider.adding([.init("address", .string(address))])
                }
                return try ProviderRegistry.source(
                    provider, interval: request.interval, over: try connection.get())
            })
    }

    static func metricSources(_ options: ConnectionOptions) -> MetricSources { metrics(options, isLooking: false) }

    /// The repository's own Prometheus, which has to be named on the command line here.
    static func standardStore(_ options: ConnectionOptions) throws -> any SeriesStore {
        do throws(MetricFailure) {
            return try metricSources(options).store(.standard(configured: nil))
        } catch {
            throw CommandError(error.message, hint: error.hint, code: .usage)
        }
    }

    private static func address(
        of store: MetricStore, _ options: ConnectionOptions, isLooking: Bool
    ) throws(MetricFailure) -> String {
        if case .standard = store, let url = options.prometheus { return url }
        if let address = store.address { return address }
        throw MetricFailure(
            isLooking ? .unavailable : .configuration,
            isLooking ? "no --prometheus was given to ask them" : "no Prometheus is named",
            hint: "give --prometheus, or state metrics.prometheus.address in .headgate/config.yaml")
    }

    /// The deployment's file, with the host of `--prometheus` beside what it lists: that one may be a local one.
    private static func access(to options: ConnectionOptions) throws(MetricFailure) -> MetricAccess {
        var access = MetricAccess()
        if let file = options.metricAccess ?? Environment["HEADGATE_METRIC_ACCESS"] {
            access = try metricAccess(in: file)
        }
        guard let url = options.prometheus, let origin = HTTPClient.Request.origin(of: url) else { return access }
        var host = access.entry(host: origin.host, port: origin.port) ?? MetricAccess.Host(host: origin.host)
        host.host = "\(origin.host):\(origin.port)"
        host.local = true
        if let file = options.prometheusTokenFile { host.bearerFile = file }
        access.hosts = [host] + (access.hosts ?? [])
        return access
    }
}

/// Environment variables; an empty one counts as absent.
enum Environment {
    static subscript(_ name: String) -> String? {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
        return value
    }
}

/// Stands for a cluster that nobody could say how to reach, or that is not to be asked.
private struct UnreachableCluster: Cluster {
    let failure: ClusterFailure

    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? { throw failure }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] { throw failure }

    func time() async throws(ClusterFailure) -> Timestamp { throw failure }
    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions { throw failure }
}
