/// The objects of the simulated cluster, written the way a Kubernetes API server writes them.
///
/// Server-side apply, updates by others, resource versions and generations follow the recorded answers of a real one; every
/// write takes the time at which it happens.
package struct ObjectStore: Sendable {
    package enum Outcome: Equatable, Sendable { case created, configured, unchanged }

    package private(set) var resourceVersion: Int
    private var objects: [ResourceKind: [ObjectKey: StoredObject]] = [:]
    private var random: RandomSource

    package init(seed: UInt64) {
        random = RandomSource(seed: seed ^ 0x5A5A)
        resourceVersion = 300
    }

    package subscript(key: ObjectKey) -> StoredObject? { objects[key.kind]?[key] }

    /// All objects of a kind, by namespace and name.
    package func all(_ kind: ResourceKind) -> [StoredObject] {
        (objects[kind] ?? [:]).values.sorted { $0.key < $1.key }
    }

    package var count: Int { objects.values.reduce(0) { $0 + $1.count } }

    /// Applies a manifest for a manager with force: takes fields from others where the values differ, drops its own that the
    /// manifest has no more, and moves the manager's time only when something has changed.
    @discardableResult
    package mutating func apply(_ manifest: Value, key: ObjectKey, manager: String, at now: Moment) -> Outcome {
        var manifest = manifest
        manifest["status"] = nil
        let fields = FieldSet.owned(by: manifest, kind: key.kind, style: .apply)
        guard var object = self[key] else {
            insert(manifest, key: key, owner: .init(manager, isApply: true, at: now, fields), at: now)
            return .created
        }
        let merge = Merge(kind: key.kind)
        let mine = object.owners.first { $0.isSame(manager, isApply: true, subresource: nil) }?.fields ?? FieldSet()
        let theirs = object.owners.filter { !$0.isSame(manager, isApply: true, subresource: nil) }
        let shared = theirs.reduce(FieldSet()) { $0.union($1.fields) }
        let dropped = mine.subtracting(fields).subtracting(shared)

        var content = merge.remove(dropped, from: object.content) ?? object.content
        content = Defaults.fill(merge.merge(manifest.withoutIdentity, into: content), kind: key.kind)
        guard content != object.content || mine != fields else { return .unchanged }

        let taken = FieldSet.changed(from: object.content, to: content, kind: key.kind)
        object.disown(taken, except: manager)
        object.setOwner(.init(manager, isApply: true, at: now, fields))
        replace(object, with: content)
        return .configured
    }

    /// Creates an object as a controller or a person does; nil where it is there already.
    @discardableResult
    package mutating func create(_ content: Value, key: ObjectKey, manager: String, at now: Moment) -> StoredObject? {
        guard self[key] == nil else { return nil }
        let fields = FieldSet.owned(by: content, kind: key.kind, style: .update)
        insert(content, key: key, owner: .init(manager, isApply: false, at: now, fields), at: now)
        return self[key]
    }

    /// Changes an object as a controller or a person does; nothing happens where the change changes nothing.
    @discardableResult
    package mutating func update(
        _ key: ObjectKey, manager: String, subresource: String? = nil, at now: Moment, _ change: (inout Value) -> Void
    ) -> Outcome {
        guard var object = self[key] else { return .unchanged }
        var content = object.content
        change(&content)
        guard content != object.content else { return .unchanged }
        if content["spec"] != object.content["spec"] { content = Defaults.fill(content, kind: key.kind) }
        let changed = FieldSet.changed(from: object.content, to: content, kind: key.kind)
        let before = FieldSet.owned(by: object.content, kind: key.kind, style: .update)
        let after = FieldSet.owned(by: content, kind: key.kind, style: .update)
        object.disown(before.subtracting(after), except: nil)
        object.disown(changed, except: manager)
        let owner = object.owners.first { $0.isSame(manager, isApply: false, subresource: subresource) }
        let fields = (owner?.fields ?? FieldSet()).union(changed)
        if !fields.isEmpty {
            object.setOwner(.init(manager, isApply: false, subresource: subresource, at: now, fields))
        }
        replace(object, with: content)
        return .configured
    }

    @discardableResult
    package mutating func delete(_ key: ObjectKey) -> StoredObject? {
        guard let removed = objects[key.kind]?.removeValue(forKey: key) else { return nil }
        resourceVersion += 1
        return removed
    }

    private mutating func insert(_ manifest: Value, key: ObjectKey, owner: StoredObject.Owner, at now: Moment) {
        resourceVersion += 1
        var content = Defaults.fill(manifest.withoutIdentity, kind: key.kind)
        content["metadata", "name"] = .string(key.name)
        if key.kind.isNamespaced { content["metadata", "namespace"] = .string(key.namespace) }
        content["metadata", "uid"] = .string(random.uid())
        content["metadata", "resourceVersion"] = .string(String(resourceVersion))
        content["metadata", "creationTimestamp"] = .string(now.description)
        if key.kind.hasGeneration { content["metadata", "generation"] = 1 }
        objects[key.kind, default: [:]][key] = StoredObject(key: key, content: content, owners: [owner])
    }

    private mutating func replace(_ object: StoredObject, with content: Value) {
        resourceVersion += 1
        var (object, content) = (object, content)
        if object.key.kind.hasGeneration, content.desired != object.content.desired {
            content["metadata", "generation"] = .integer(object.generation + 1)
        }
        content["metadata", "resourceVersion"] = .string(String(resourceVersion))
        object.content = content
        objects[object.key.kind, default: [:]][object.key] = object
    }
}

extension StoredObject.Owner {
    init(_ manager: String, isApply: Bool, subresource: String? = nil, at time: Moment, _ fields: FieldSet) {
        self.init(manager: manager, isApply: isApply, subresource: subresource, time: time, fields: fields)
    }
}

extension StoredObject {
    /// Takes fields away from all owners but one manager; an owner that is left with nothing is dropped.
    mutating func disown(_ fields: FieldSet, except manager: String?) {
        for index in owners.indices where owners[index].manager != manager {
            let before = owners[index].fields
            owners[index].fields = before.subtracting(fields).withoutHollows(before: before)
        }
        owners.removeAll { $0.fields.isEmpty }
    }

    mutating func setOwner(_ owner: Owner) {
        owners.removeAll { $0.isSame(owner.manager, isApply: owner.isApply, subresource: owner.subresource) }
        if !owner.fields.isEmpty { owners.append(owner) }
    }
}

extension Value {
    /// The content without the members that are the object's key.
    fileprivate var withoutIdentity: Value {
        var result = self
        for name in ["apiVersion", "kind"] { result[name] = nil }
        return result
    }

    /// What counts for the generation: all but metadata and status.
    fileprivate var desired: Value {
        var result = self
        for name in ["metadata", "status"] { result[name] = nil }
        return result
    }
}
