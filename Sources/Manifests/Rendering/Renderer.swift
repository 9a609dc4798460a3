package import Rollouts
internal import YAML

/// Turns the changes of a transition into the new bytes of files.
///
/// Nothing is returned unless the result, parsed again, differs from what was there in the rollout's bound fields alone.
package struct Renderer {
    let rollout: BoundRollout
    let tree: Tree
    let past: Past?

    /// - Parameters:
    ///   - tree: the one that `rollout` was bound in.
    ///   - past: what the way back is made from.
    package init(_ rollout: BoundRollout, in tree: Tree, past: Past? = nil) {
        self.rollout = rollout
        self.tree = tree
        self.past = past
    }

    /// The trees that a rollback looks at, and Git's merge.
    package struct Past: Sendable {
        /// Before the release's `start`.
        package let before: Tree
        /// The newest commit of a stage.
        package let stage: Tree
        /// A three-way merge of a file's bytes, of `base`, `ours` and `theirs` in this order; nil for a conflict.
        package let merge: @Sendable (_ base: [UInt8], _ ours: [UInt8], _ theirs: [UInt8]) -> [UInt8]?

        package init(
            before: Tree, stage: Tree,
            merge: @escaping @Sendable (_ base: [UInt8], _ ours: [UInt8], _ theirs: [UInt8]) -> [UInt8]?
        ) {
            self.before = before
            self.stage = stage
            self.merge = merge
        }
    }

    /// New bytes by path; a file that does not change is not among them.
    package struct Rendering: Equatable, Sendable {
        package var files: [String: [UInt8]]
        /// Files whose lines somebody has changed since, so that the recorded values were written into them.
        package var afresh: [String]
    }

    /// All changes of one commit.
    package func render(_ changes: [Change]) throws(Diagnostic) -> Rendering {
        var workbench = Workbench(tree)
        var reverted: [String: [UInt8]] = [:]
        var afresh: [String] = []
        var verification = Verification(rollout, before: tree)
        for change in changes {
            switch change {
            case .canaryRelease(let release): try writeCanary(release, on: &workbench)
            case .stableRelease(let release):
                try writeStable(release, on: &workbench)
                verification.allowsStableTemplate = release.values["template"] != nil
            case .weight(let weight): try writeWeight(weight, on: &workbench)
            case .canaryCapacity(let pods):
                try writeCapacity(pods, rollout.canary, [.canaryFloor, .canaryReplicas], on: &workbench)
            case .stableReplicas(let pods): try writeCapacity(pods, rollout.stable, [.stableReplicas], on: &workbench)
            case .stableFloor(let pods): try writeCapacity(pods, rollout.stable, [.stableFloor], on: &workbench)
            case .runJob(let job, let key): try run(job, key, on: &workbench)
            case .restore(let values): try restore(values, on: &workbench)
            case .revert(let values):
                let result = try revert(values)
                reverted.merge(result.files) { $1 }
                afresh += result.afresh
                verification.allowsStableTemplate = rollout.source.spec.release.template != nil
            case .stateRelease(let release):
                try writeStatement(release, on: &workbench)
                verification.allowsStatement = true
            }
        }
        let files = workbench.changed.merging(reverted) { $1 }.filter { tree.bytes(at: $0.key) != $0.value }
        try verification.check(files)
        return Rendering(files: files, afresh: afresh.sorted())
    }

    // MARK: Weights and capacity

    private func writeWeight(_ weight: Weight, on workbench: inout Workbench) throws(Diagnostic) {
        guard let route = rollout.route else {
            throw rollout.source.diagnostic(
                at: "spec.traffic", "there is no route to give the canary \(weight)", hint: "name one in traffic.route")
        }
        if route.isRendered { return try writePercent(weight, of: route, on: &workbench) }
        let field = route.provider.spec.weight
        for list in route.lists {
            guard let weights = list.weights.giving(weight, total: field.total, maximum: field.maximum) else {
                throw route.object.diagnostic(
                    at: list.path, "the weights at \(list.path) cannot give the canary exactly \(weight)",
                    hint: "choose weights for the other backends that leave the pair a multiple of 100")
            }
            for (item, value) in list.assigning(weights) where value != (item.weight ?? list.unwritten) {
                guard let field = rollout.fields.first(where: { $0.binding == .weight && $0.livePath == item.path })
                else { continue }
                try workbench.write(String(value), to: field)
            }
        }
    }

    private func writeCapacity(
        _ pods: Int, _ workload: BoundRollout.Workload, _ bindings: [BindingName], on workbench: inout Workbench
    ) throws(Diagnostic) {
        guard let field = bindings.lazy.compactMap({ rollout.field($0) }).first else { return }
        if field.place.format == .marker {
            let text = pods == 0 ? "true" : nil
            return field.text == text ? () : try workbench.write(text, to: field)
        }
        let scaler = workload.autoscaler
        let count = scaler.map { max($0.lowest, pods) } ?? pods
        if let scaler, let most = scaler.ceiling, most < count {
            throw scaler.object.diagnostic(
                at: scaler.ceilingPath, "\(scaler.object.title) allows \(most) pods, and \(count) are needed",
                hint:
                    "raise \(scaler.ceilingPath.last.map { FieldPath([$0]).description } ?? "it") to at least \(count)")
        }
        if field.value != String(count) { try workbench.write(String(count), to: field) }
    }

    private func run(_ job: String, _ key: String, on workbench: inout Workbench) throws(Diagnostic) {
        for (binding, text) in [(BindingName.jobSuspended(job), "false"), (.jobRun(job), key)] {
            guard let field = rollout.field(binding) else {
                throw rollout.source.diagnostic(at: "spec.analysis", "Job/\(job) is no Job that the Rollout can start")
            }
            if field.value != text { try workbench.write(text, to: field) }
        }
    }

    // MARK: Recorded values

    func restore(_ values: [RolloutState.Restore], on workbench: inout Workbench) throws(Diagnostic) {
        for value in values { try workbench.write(value.value, to: try field(of: value)) }
    }

    /// The field that a record speaks of, wherever the manifest is now.
    private func field(of record: RolloutState.Restore) throws(Diagnostic) -> BoundField {
        let named = rollout.fields(record.binding).filter { $0.place.address == record.path }
        guard let field = named.first(where: { $0.place.file == record.manifest }) ?? named.first else {
            throw Diagnostic(
                file: record.manifest, message: "\(record.path), which the state records as \(record.binding), is gone",
                hint: "put the field back, so that its recorded value can be written")
        }
        return field
    }
}
