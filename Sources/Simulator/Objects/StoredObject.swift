/// One object as the API server keeps it: its content and who owns which of its fields.
package struct StoredObject: Sendable, Equatable {
    /// One entry of `managedFields`: one manager, operation and subresource, with one time for all its fields.
    struct Owner: Sendable, Equatable {
        let manager: String
        let isApply: Bool
        let subresource: String?
        var time: Moment
        var fields: FieldSet

        func isSame(_ manager: String, isApply: Bool, subresource: String?) -> Bool {
            self.manager == manager && self.isApply == isApply && self.subresource == subresource
        }
    }

    package let key: ObjectKey
    /// Everything but `managedFields`.
    package internal(set) var content: Value
    var owners: [Owner] = []

    package var uid: String { content["metadata", "uid"]?.string ?? "" }
    package var generation: Int { content["metadata", "generation"]?.integer ?? 0 }
    package var labels: [String: String] { content["metadata", "labels"]?.strings ?? [:] }
    package var spec: Value { content["spec"] ?? .empty }
    package var status: Value { content["status"] ?? .empty }

    /// The object as an answer shows it; elements of a built-in list leave out what the list says.
    package func rendered(inList: Bool = false) -> Value {
        var result = Fields()
        if !inList || key.kind.isCustom {
            result["kind"] = .string(key.kind.name)
            result["apiVersion"] = .string(key.kind.apiVersion)
        }
        result["metadata"] = metadata
        for (name, value) in content.fields?.members ?? []
        where !["kind", "apiVersion", "metadata", "status"].contains(name) {
            result[name] = value
        }
        result["status"] = content["status"]
        return key.kind.isCustom ? Value.object(result).sorted : .object(result)
    }

    private var metadata: Value {
        let order = [
            "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
            "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences",
            "finalizers",
        ]
        var result = Fields()
        for name in order {
            result[name] = content["metadata", name]
        }
        result["managedFields"] = .array(sortedOwners.map(entry))
        return .object(result)
    }

    /// Applies before updates, then by time and name, as the API server sorts them.
    private var sortedOwners: [Owner] {
        owners.sorted { left, right in
            if left.isApply != right.isApply { return left.isApply }
            let (early, late) = (left.time.description, right.time.description)
            return (early, left.manager, left.subresource ?? "") < (late, right.manager, right.subresource ?? "")
        }
    }

    private func entry(of owner: Owner) -> Value {
        var entry = Fields([
            ("manager", .string(owner.manager)),
            ("operation", owner.isApply ? "Apply" : "Update"),
            ("apiVersion", .string(key.kind.apiVersion)),
            ("time", .string(owner.time.description)),
            ("fieldsType", "FieldsV1"),
            ("fieldsV1", owner.fields.value),
        ])
        entry["subresource"] = owner.subresource.map(Value.string)
        return .object(entry)
    }
}
