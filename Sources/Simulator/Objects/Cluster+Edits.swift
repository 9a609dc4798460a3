extension Cluster {
    /// Changes an object behind the engine's back: objects are merged, null removes, all else is replaced.
    package mutating func edit(_ key: ObjectKey, manager: String = "kubectl-edit", merging change: Value) {
        store.update(key, manager: manager, at: now) { content in
            content = Self.merged(change, into: content)
        }
    }

    package mutating func delete(_ key: ObjectKey) {
        if key.kind == .pod {
            terminate(key, at: now)
        } else {
            store.delete(key)
        }
    }

    private static func merged(_ change: Value, into value: Value?) -> Value {
        guard let fields = change.fields else { return change }
        var result = value?.fields ?? Fields()
        for (name, change) in fields.members {
            result[name] = change == .null ? nil : merged(change, into: result[name])
        }
        return .object(result)
    }
}
