internal import Manifests
internal import Rollouts
internal import YAML

/// The route's second backend.
extension Setup {
    mutating func addBackends(of subject: SetupSubject) throws(SetupRefusal) {
        let gaps = subject.gaps.filter { !$0.hasCanary }
        guard !gaps.isEmpty else { return }
        let stable = subject.service.writtenName
        let canary = try canaryNames(of: subject).service
        if !owns(subject.route.file) { return try patchBackends(of: subject, stable: stable, canary: canary) }
        let provider = subject.provider
        let document = subject.route.document
        guard let weight = provider.spec.weight.path.texts.first.flatMap(FieldPath.init(parsing:)) else { return }
        try changes.edit(subject.route.file) { (editor) throws(YAMLError) in
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
