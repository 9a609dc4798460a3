internal import Manifests
internal import Rollouts
internal import YAML

/// The environments that a repository's configuration names, and the one that is set up.
struct SetupEnvironments {
    let environment: Environment
    /// All of them, the one that is set up included.
    let all: [Environment]
    /// Whether `config.yaml` has to learn of it.
    let isNew: Bool

    static let configPath = ".headgate/config.yaml"

    init(_ text: String?, in tree: Tree) throws(SetupRefusal) {
        let roots = try Self.configured(tree)
        let parts = (text ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            self = try Self.named(parts[0], at: parts[1], roots, tree)
            return
        }
        let known = (roots ?? [RolloutID.defaultEnvironment: "."]).map { Self.environment($0.key, $0.value) }
            .sorted { $0.name < $1.name }
        let wanted = text.map { text in known.filter { $0.name == text } } ?? known
        guard wanted.count == 1 else {
            let names = known.map { "\($0.name) (\($0.root.isEmpty ? "." : $0.root))" }
            throw SetupRefusal(
                text.map { "there is no environment \($0)" } ?? "the repository has \(known.count) environments",
                causes: names,
                steps: [
                    text == nil
                        ? "choose one: --environment \(known.first?.name ?? "NAME")"
                        : "for a new one say which folder its cluster applies: --environment \(text ?? "NAME")=FOLDER"
                ])
        }
        self.init(environment: wanted[0], all: known, isNew: false)
    }

    private init(environment: Environment, all: [Environment], isNew: Bool) {
        self.environment = environment
        self.all = all
        self.isNew = isNew
    }

    private static func named(
        _ name: String, at folder: String, _ roots: [String: String]?, _ tree: Tree
    ) throws(SetupRefusal) -> SetupEnvironments {
        let wanted = environment(name, folder)
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }) else {
            throw SetupRefusal("\"\(name)\" is no name of an environment", steps: ["letters, digits and - only"])
        }
        guard tree.entries.keys.contains(where: { $0.isBelow(wanted.root) }) else {
            throw SetupRefusal("there is no folder \(folder)", steps: ["give the folder from the repository's root"])
        }
        let known = (roots ?? [:]).map { environment($0.key, $0.value) }
        if let other = known.first(where: { $0.name == name }) {
            guard other == wanted else {
                throw SetupRefusal(
                    "\(name) is \(other.root.isEmpty ? "." : other.root) in \(configPath), not \(folder)",
                    steps: ["give --environment \(name), or another name"])
            }
            return SetupEnvironments(environment: wanted, all: known.sorted { $0.name < $1.name }, isNew: false)
        }
        let nameless = tree.entries.keys.first { path in
            path.hasPrefix(".headgate/rollouts/") && path.folder == ".headgate/rollouts"
        }
        if roots == nil, let nameless, wanted.name != RolloutID.defaultEnvironment {
            throw SetupRefusal(
                "the repository has one environment without a name, to which \(nameless) belongs",
                steps: [
                    "name that environment in \(configPath) first, and move its files below .headgate to a folder of that name"
                ])
        }
        return SetupEnvironments(
            environment: wanted, all: (known + [wanted]).sorted { $0.name < $1.name },
            isNew: wanted != environment(RolloutID.defaultEnvironment, "."))
    }

    private static func environment(_ name: String, _ folder: String) -> Environment {
        Environment(name: name, root: folder)
    }

    /// Nil where no environment is named.
    private static func configured(_ tree: Tree) throws(SetupRefusal) -> [String: String]? {
        guard let bytes = tree.bytes(at: configPath) else { return nil }
        do {
            let document = try YAMLStream(parsing: bytes, file: configPath).single
            let config = try YAMLDecoder().decode(Config.self, from: document)
            return config.environments?.isEmpty == false ? config.roots : nil
        } catch let error as YAMLError {
            throw SetupRefusal(error)
        } catch let problems as YAMLProblems {
            throw SetupRefusal("\(configPath) cannot be read", causes: problems.errors.map(\.description))
        } catch {
            throw SetupRefusal("\(configPath) cannot be read")
        }
    }
}
