internal import Analysis

/// The state as the file in `.headgate/state` has it.
///
/// The text is a function of the values alone, so its digest is the state's canonical digest: a reformatted file still
/// has the digest of what it says.
extension RolloutState {
    package var canonicalDigest: Digest { Digest(of: text) }

    package var text: String {
        var lines = [
            "# What Headgate has rolled out. Written by the agent in the commit of each stage; never edit it by hand.",
            "apiVersion: \(apiVersion)",
            "kind: \(kind)",
            "at: {serial: \(at.serial), action: \(at.action.rawValue), stage: \(at.stage)}",
            "phase: \(phase.rawValue)",
            "release:",
        ]
        lines += record(release)
        if let previous { lines += ["previous:"] + record(previous) }
        if let recent, !recent.isEmpty { lines += list("recent", recent.map(\.description)) }
        lines.append(
            "stage: {index: \(stage.index), count: \(stage.count), key: \(stage.key), kind: \(stage.kind.rawValue), "
                + "weight: \(stage.weight.percent), max: \(stage.max.percent), capacity: \(stage.capacity)"
                + (stage.stable.map { ", stable: \($0)}" } ?? "}"))
        lines.append("plan: \(plan)")
        if let bindings { lines.append("bindings: \(bindings)") }
        if let base { lines.append("base: {replicas: \(base.replicas), from: \(base.from.rawValue)}") }
        lines += list("restore", restore.map(entry))
        if let failure { lines.append("failure: {stage: \(failure.stage), reason: \(JSONText.quote(failure.reason))}") }
        lines += list(
            "rejected",
            rejected.map {
                "{digest: \($0.digest), attempt: \($0.attempt), since: \($0.since), reason: \(JSONText.quote($0.reason))}"
            })
        return lines.joined(separator: "\n") + "\n"
    }

    private func record(_ record: Record) -> [String] {
        var lines = ["  digest: \(record.digest)", "  attempt: \(record.attempt)", "  since: \(record.since)"]
        if let served = record.served { lines.append("  served: \(JSONText.quote(served.rfc3339))") }
        if let promoted = record.promoted { lines.append("  promoted: \(JSONText.quote(promoted.rfc3339))") }
        let values = record.values.values.sorted { $0.key < $1.key }
        lines.append(values.isEmpty ? "  values: {}" : "  values:")
        lines += values.map { "    \(JSONText.quote($0.key)): \(JSONText.quote($0.value))" }
        return lines
    }

    private func entry(_ restore: Restore) -> String {
        let value = restore.value.map { ", value: \(JSONText.quote($0))" } ?? ""
        return "{binding: \(JSONText.quote(restore.binding.text)), manifest: \(JSONText.quote(restore.manifest)), "
            + "path: \(JSONText.quote(restore.path))\(value)}"
    }

    private func list(_ name: String, _ entries: [String]) -> [String] {
        entries.isEmpty ? ["\(name): []"] : ["\(name):"] + entries.map { "- \($0)" }
    }
}
