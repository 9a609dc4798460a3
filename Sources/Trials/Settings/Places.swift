internal import Analysis
internal import YAML

/// Where each setting of a metric comes from, for messages about it.
struct Places {
    let file: String
    let node: YAMLNode
    let base: FieldPath
    /// What comes before the file, from the lowest to the highest.
    let layers: [SettingLayer]

    /// The error with the file that states what it is about.
    func corrected(_ error: YAMLError) -> YAMLError {
        let steps = (error.path?.names ?? []).dropFirst(base.steps.count)
        guard !steps.isEmpty,
            let layer = layers.last(where: { $0.position(of: steps)?.depth == steps.count })
        else { return error }
        return YAMLError(
            file: layer.file, position: error.position, path: error.path, message: error.message, hint: error.hint)
    }

    /// The error at the place that its path leads to, as far as it is stated anywhere.
    func error(_ error: TemplateError, below: String? = nil) -> YAMLError {
        let steps = (below.map { [$0] } ?? []) + error.path.split(separator: ".").map(String.init)
        let own = SettingLayer(file: file, node: node)
        var found: (layer: SettingLayer, position: YAMLPosition, depth: Int)?
        for layer in [own] + layers {
            guard let place = layer.position(of: steps), place.depth >= found?.depth ?? 0 else { continue }
            found = (layer, place.position, place.depth)
        }
        let path = base + FieldPath(steps.map { .field($0) })
        return YAMLError(
            file: found?.layer.file ?? file, position: found?.position ?? node.position, path: path,
            message: "\(path): \(error.message)", hint: error.hint)
    }
}

extension FieldPath {
    fileprivate var names: [String] {
        steps.map { step in if case .field(let name) = step { name } else { "" } }
    }
}
