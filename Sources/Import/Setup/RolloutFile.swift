internal import Manifests
internal import Rollouts
internal import YAML

/// The Rollout document: seven lines, and more only where names differ from the defaults.
struct RolloutFile {
    let id: RolloutID
    /// By container name.
    var image: (container: String, reference: String)
    let kind: String
    /// Nil where the counts of pods split the traffic.
    let route: String?
    /// Nil where the route itself tells it.
    let provider: String?
    let workload: (stable: String, canary: String)
    /// Nil where no Services tell the sides apart.
    let services: (stable: String, canary: String)?
    let isJudged: Bool
    /// Steps in the place of a plan.
    var weights: [Int]?
    /// Where one Service is before both sides: the subsets of its pods.
    var subsets: (stable: String, canary: String)?

    var path: String { Self.folder(of: id) + "\(id.name).yaml" }

    private static func folder(of id: RolloutID) -> String {
        id.environment == RolloutID.defaultEnvironment ? ".headgate/rollouts/" : ".headgate/rollouts/\(id.environment)/"
    }

    var text: String {
        var spec: YAMLTree = [
            "release": YAMLTree.mapping([
                .init("images", .mapping([.init(image.container, .string(image.reference))]))
            ]).flow
        ]
        if let pair = pair { spec["workload"] = pair.flow }
        var traffic: YAMLTree = [:]
        if let provider { traffic["provider"] = .string(provider) }
        if let route { traffic["route"] = .string(route) }
        if let subsets {
            if let name = services?.stable, name != workload.stable {
                let own: YAMLTree = ["stable": .string(name)]
                traffic["services"] = own
            }
            traffic["subsets"] = Self.pair(subsets)
        } else if let services, services != workload {
            traffic["services"] = Self.pair(services)
        }
        if !traffic.members.isEmpty { spec["traffic"] = traffic.flow }
        if let weights { spec["steps"] = Self.steps(weights) } else { spec["plan"] = "standard" }
        if !isJudged { spec["analysis"] = "none" }
        return YAMLWriter.text([
            "apiVersion": "headgate.dev/v1alpha1", "kind": "Rollout",
            "metadata": YAMLTree.mapping([
                .init("name", .string(id.name)), .init("namespace", .string(id.namespace)),
            ]).flow,
            "spec": spec,
        ])
    }

    /// What differs from a Deployment of the rollout's name.
    private var pair: YAMLTree? {
        var pair: YAMLTree = [:]
        if kind != "Deployment" { pair["kind"] = .string(kind) }
        if workload != (id.name, "\(id.name)-canary") {
            pair["stable"] = .string(workload.stable)
            pair["canary"] = .string(workload.canary)
        }
        return pair.members.isEmpty ? nil : pair
    }

    /// Ten minutes at each weight, as the plan `standard` has them.
    private static func steps(_ weights: [Int]) -> YAMLTree {
        let pause: YAMLTree = ["pause": YAMLTree.mapping([.init("duration", "10m")]).flow]
        return .sequence(weights.flatMap { [["setWeight": .int($0)], pause] })
    }

    private static func pair(_ names: (stable: String, canary: String)) -> YAMLTree {
        ["stable": .string(names.stable), "canary": .string(names.canary)]
    }

    /// The Rollout of that id, wherever it stands.
    static func find(_ id: RolloutID, in tree: Tree, environments: [Environment]) -> RolloutSource? {
        let prefix = ".headgate/rollouts/"
        for path in tree.entries.keys.sorted() where path.hasPrefix(prefix) && Tree.wants(path) {
            guard let bytes = tree.bytes(at: path), let stream = try? YAMLStream(parsing: bytes, file: path) else {
                continue
            }
            let folder = path.dropFirst(prefix.count).split(separator: "/").dropLast().first.map(String.init)
            for document in stream.documents where document.root["kind"]?.string == "Rollout" {
                let stated = document.root["spec"]?["environment"]?.string ?? folder
                let environment = stated ?? (environments.count == 1 ? environments[0].name : nil)
                guard environment == id.environment, document.root["metadata"]?["name"]?.string == id.name,
                    (document.root["metadata"]?["namespace"]?.string ?? "default") == id.namespace,
                    let source = try? source(id, stream, document)
                else { continue }
                return source
            }
        }
        return nil
    }

    private static func source(_ id: RolloutID, _ stream: YAMLStream, _ document: YAMLDocument) throws -> RolloutSource
    {
        let rollout = try YAMLDecoder().decode(RolloutDocument.self, from: document)
        return RolloutSource(id: id, document: rollout, stream: stream, index: document.index)
    }

    /// The document as the binder takes it.
    func source() throws(SetupRefusal) -> RolloutSource {
        do {
            let stream = try YAMLStream(parsing: text, file: path)
            return try Self.source(id, stream, try stream.single)
        } catch {
            throw SetupRefusal("the Rollout that would be written cannot be read: \(error)")
        }
    }
}
