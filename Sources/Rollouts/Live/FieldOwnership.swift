package import Analysis

/// Who owns the fields of a live object and since when, from its `metadata.managedFields`.
///
/// An entry has one time for all its fields, and applying the same again moves no time. Ownership of a whole list or
/// object (`f:rules: {}`) covers everything below it. Entries of the status subresource do not count: they say when a
/// controller looked, not when somebody changed anything.
package struct FieldOwnership: Hashable, Sendable {
    /// One step of the way to a field.
    package enum Step: Hashable, Sendable {
        case field(String)
        case index(Int)
    }

    package struct Owner: Hashable, Sendable {
        package let manager: String
        package let time: Timestamp
    }

    private let object: JSON
    private let entries: [(owner: Owner, fields: JSON)]

    package init(_ object: JSON) {
        self.object = object
        entries = (object["metadata"]?["managedFields"]?.array ?? []).compactMap { entry in
            guard entry["subresource"]?.string == nil, let fields = entry["fieldsV1"],
                let time = entry["time"]?.string.flatMap(Timestamp.init(rfc3339:))
            else { return nil }
            return (Owner(manager: entry["manager"]?.string ?? "", time: time), fields)
        }
    }

    /// The managers of the field, newest first.
    package func owners(of path: [Step]) -> [Owner] {
        entries.filter { Self.owns($0.fields, path[...], object) }.map(\.owner)
            .sorted { ($0.time, $0.manager) > ($1.time, $1.manager) }
    }

    /// When an owner of the field was last moved by a change; nil where nobody owns it.
    package func latestChange(of path: [Step]) -> Timestamp? {
        owners(of: path).first?.time
    }

    /// Follows the path through an entry's tree beside the object itself, whose elements the keys speak about.
    private static func owns(_ fields: JSON, _ path: ArraySlice<Step>, _ value: JSON) -> Bool {
        guard let step = path.first else { return true }
        // Owned as a whole, and so with all that is below.
        if fields.members?.isEmpty ?? true { return true }
        switch step {
        case .field(let name):
            guard let below = fields["f:\(name)"] else { return false }
            return owns(below, path.dropFirst(), value[name] ?? .null)
        case .index(let index):
            guard let element = value[index] else { return false }
            return (fields.members ?? []).contains { member in
                matches(member.name, element, index) && owns(member.value, path.dropFirst(), element)
            }
        }
    }

    /// Whether a key of a list entry means this element: `k:` by fields, `v:` by value, `i:` by position.
    private static func matches(_ key: String, _ element: JSON, _ index: Int) -> Bool {
        let text = String(key.dropFirst(2))
        if key.hasPrefix("k:"), let members = (try? JSON(parsing: text))?.members {
            return members.allSatisfy { element[$0.name]?.canonical == $0.value.canonical }
        }
        if key.hasPrefix("v:"), let value = try? JSON(parsing: text) { return value.canonical == element.canonical }
        return key.hasPrefix("i:") && Int(text) == index
    }

    package static func == (left: Self, right: Self) -> Bool { left.object == right.object }
    package func hash(into hasher: inout Hasher) { hasher.combine(object) }
}
