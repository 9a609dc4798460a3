internal import Manifests
internal import Rollouts
internal import YAML

/// The route's second backend.
extension Setup {
    mutating func addBackends(by way: SetupWay) throws(SetupRefusal) {
        let gaps = way.gaps.filter { !$0.hasCanary }
        guard !gaps.isEmpty else { return }
        let stable = way.service.writtenName
        let canary = "\(stable)-canary"
        if !owns(way.route.file) { return try patchBackends(of: way, stable: stable, canary: canary) }
        let provider = way.provider
        let document = way.route.document
        guard let weight = provider.spec.weight.path.texts.first.flatMap(FieldPath.init(parsing:)) else { return }
        try changes.edit(way.route.file) { (editor) throws(YAMLError) in
            for gap in gaps {
                guard let backend = provider.canaryBackend(of: gap, stable: stable, canary: canary) else { continue }
                try editor.insert(gap.list.appending(gap.index + 1), backend, in: document)
                let own = gap.list.appending(gap.index) + weight
                // Beside backends of somebody else the weights that are written are shares, and stay.
                guard !gap.hasOthers, gap.weight == nil else { continue }
                try editor.insert(own, .int(100), in: document)
            }
        }
    }
}
