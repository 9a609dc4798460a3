internal import Manifests
internal import Rollouts
internal import YAML

/// State files that the agent cannot have written: it holds a rollout whose state it cannot read.
enum StateCheck {
    static func problems(in tree: Tree) -> [Diagnostic] {
        let prefix = ".headgate/state/"
        let paths = tree.entries.keys.filter { $0.hasPrefix(prefix) }.sorted()
        return paths.flatMap { path -> [Diagnostic] in
            guard RolloutID(statePath: path) != nil else {
                return [
                    Diagnostic(
                        file: path, message: "this is no state of a rollout",
                        hint: "only the agent writes .headgate/state; remove it")
                ]
            }
            return tree.bytes(at: path).map { problems($0, path) } ?? []
        }
    }

    private static func problems(_ bytes: [UInt8], _ path: String) -> [Diagnostic] {
        let hint = "state is never edited by hand; take the file back to what the agent last committed"
        do {
            let document = try YAMLStream(parsing: bytes, file: path).single
            let state = try YAMLDecoder().decode(RolloutState.self, from: document)
            guard state.at.serial < 1 else { return [] }
            let node = document.root["at"]?["serial"] ?? document.root
            return [Diagnostic(path, node, "a serial is at least 1, not \(state.at.serial)", hint: hint)]
        } catch let error as YAMLError {
            return [Diagnostic(file: path, line: error.line, column: error.column, message: error.message, hint: hint)]
        } catch let problems as YAMLProblems {
            return problems.errors.map {
                Diagnostic(file: path, line: $0.line, column: $0.column, message: $0.message, hint: hint)
            }
        } catch {
            return [Diagnostic(file: path, message: "\(error)", hint: hint)]
        }
    }
}
