import Git
import Simulator
import Support
import Synchronization

/// A simulated cluster with an engine that follows the branch, by the clock of the test; it answers in the wire format.
final class SimulatedCluster: Sendable {
    private struct Contents: Sendable {
        var cluster: Cluster
        var environments: [Environment]
        var isDown = false
    }

    private let contents: Mutex<Contents>
    private let branch: GitBranch

    /// Applies the environments, folders by their names, from the branch.
    init(
        following remote: Remote, branch name: String = "main", environments: [String: String], cache: String,
        from milliseconds: Int64
    ) throws {
        branch = try GitBranch(name, of: remote, cache: cache)
        var cluster = Cluster(seed: 7, startingAt: Moment(milliseconds: Int(milliseconds)))
        cluster.pace.step = .seconds(1)
        cluster.load.requestsPerSecond = 0
        contents = Mutex(
            Contents(
                cluster: cluster,
                environments: environments.sorted { $0.key < $1.key }.map { Environment(name: $0.key, path: $0.value) })
        )
    }

    /// Applies the tip of the branch, and lets time pass.
    func advance(to milliseconds: Int64) async throws {
        let commit = try await branch.head()
        let tree = try await branch.tree(at: commit)
        contents.withLock { contents in
            let now = contents.cluster.now
            for index in contents.environments.indices {
                contents.cluster.register(contents.environments[index], at: now)
                contents.cluster.reconcile(&contents.environments[index], with: tree, revision: "main@sha1:\(commit)")
            }
            contents.cluster.advance(to: Moment(milliseconds: Int(milliseconds)))
        }
    }

    // MARK: What the API server says

    var milliseconds: Int64 { contents.withLock { Int64($0.cluster.now.milliseconds) } }

    /// Asks for one object, or without a name for all of a kind; nil while the cluster is down.
    func answer(
        kind: String, namespace: String, name: String?, selector: String? = nil
    ) -> (status: Int, body: String)? {
        guard let kind = ResourceKind.all.first(where: { $0.name == kind }) else { return (404, "") }
        let prefix = kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)/\(kind.version)"
        let path = "\(prefix)/namespaces/\(namespace)/\(kind.plural)" + (name.map { "/" + $0 } ?? "")
        let request = APIRequest("GET", path, query: selector.map { ["labelSelector": $0] } ?? [:])
        return contents.withLock { contents in
            if contents.isDown { return nil }
            let response = APIServer().respond(to: request, from: contents.cluster)
            return (response.status, response.body)
        }
    }

    // MARK: What happens to the cluster

    /// The API server cannot be reached from now on, or can again.
    func setDown(_ isDown: Bool) { contents.withLock { $0.isDown = isDown } }

    /// The engine applies nothing more, or goes on.
    func suspend(_ isSuspended: Bool) {
        contents.withLock { contents in
            for index in contents.environments.indices { contents.environments[index].isSuspended = isSuspended }
        }
    }

    func setBehaviour(_ image: String, _ change: (inout Behaviour) -> Void) {
        contents.withLock { contents in
            var behaviour = contents.cluster.behaviours.entries[image] ?? Behaviour()
            change(&behaviour)
            contents.cluster.behaviours.entries[image] = behaviour
        }
    }

    /// A cluster made anew from nothing.
    func rebuild() {
        contents.withLock { contents in
            contents.cluster.rebuild()
            contents.environments = contents.environments.map { Environment(name: $0.name, path: $0.path) }
        }
    }

    // MARK: What it serves

    /// The weights that the gateway serves by, by Service.
    func weights(of route: String) -> [String: Int] {
        let routes = contents.withLock { $0.cluster.state["weights"]?.array ?? [] }
        let members = routes.first { $0["route"]?.string == "shop/" + route }?["weights"]?.fields?.members ?? []
        return members.reduce(into: [:]) { $0[$1.name] = $1.value.integer }
    }

    /// The names of a workload's pods.
    func pods(of workload: String) -> [String] {
        let pods = contents.withLock { $0.cluster.state["pods"]?.array ?? [] }
        return pods.filter { $0["workload"]?.string == workload }.compactMap { $0["pod"]?.string }
    }

    /// The images of a workload's ready pods, each as often as it runs.
    func images(of workload: String) -> [String] {
        let pods = contents.withLock { $0.cluster.state["pods"]?.array ?? [] }
        return pods.filter { $0["workload"]?.string == workload && $0["ready"]?.bool == true }
            .compactMap { $0["image"]?.string }
    }
}
