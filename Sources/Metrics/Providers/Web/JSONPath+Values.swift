internal import Rollouts

extension JSONPath {
    /// More values than this are not followed: each `..` may multiply them.
    private static let most = 100_000

    /// All that the path finds, in the order of the document.
    func values(in document: JSON) throws(JSONPathError) -> [JSON] {
        try Self.values(parts, in: document)
    }

    private static func values(_ parts: [Part], in document: JSON) throws(JSONPathError) -> [JSON] {
        var values: [JSON] = []
        for part in parts {
            switch part {
            case .text(let text): values.append(.string(text))
            case .path(let steps): values += try following(steps, from: [document])
            case .range(let steps, let body):
                for element in try following(steps, from: [document]) { values += try Self.values(body, in: element) }
            }
            try bound(values)
        }
        return values
    }

    private static func following(_ steps: [Step], from start: [JSON]) throws(JSONPathError) -> [JSON] {
        var values = start
        for step in steps {
            // Nothing is known of what is null.
            values = try following(step, from: values.filter { !$0.isNull })
            try bound(values)
        }
        return values
    }

    private static func following(_ step: Step, from values: [JSON]) throws(JSONPathError) -> [JSON] {
        switch step {
        case .field(let name): try found(values.compactMap { $0[name] }, name, in: values)
        case .key(let key, let path): try self.key(key, path, from: values)
        case .wildcard: values.flatMap(\.children)
        case .recursive: try descendants(of: values)
        case .index(let index): try element(index, of: values)
        case .slice(let start, let end, let step): try slice(values, start, end, step ?? 1)
        case .union(let choices): try union(choices, from: values)
        case .filter(let left, let comparison, let right): try filter(values, left, comparison, right)
        }
    }

    // MARK: Names

    private static func key(_ key: String, _ path: [String], from values: [JSON]) throws(JSONPathError) -> [JSON] {
        let whole = values.compactMap { $0[key] }
        guard whole.isEmpty, path.count > 1 else { return try found(whole, key, in: values) }
        var values = values
        for name in path { values = try found(values.compactMap { $0[name] }, name, in: values) }
        return values
    }

    private static func found(_ values: [JSON], _ name: String, in inputs: [JSON]) throws(JSONPathError) -> [JSON] {
        guard values.isEmpty, let input = inputs.first else { return values }
        let names = (input.members ?? []).map(\.name).prefix(8).joined(separator: ", ")
        throw JSONPathError("\(name) is not found", hint: names.isEmpty ? nil : "there are \(names)")
    }

    // MARK: Lists

    private static func list(_ value: JSON) throws(JSONPathError) -> [JSON] {
        guard let list = value.array else { throw JSONPathError("\(value.kind) is no list") }
        return list
    }

    private static func element(_ index: Int, of values: [JSON]) throws(JSONPathError) -> [JSON] {
        var elements: [JSON] = []
        for value in values {
            let list = try list(value)
            let position = index < 0 ? index + list.count : index
            guard list.indices.contains(position) else {
                throw JSONPathError("there is no element \(index) in a list of \(list.count)")
            }
            elements.append(list[position])
        }
        return elements
    }

    private static func slice(
        _ values: [JSON], _ start: Int?, _ end: Int?, _ step: Int
    ) throws(JSONPathError) -> [JSON] {
        var elements: [JSON] = []
        for value in values {
            let list = try list(value)
            func position(_ bound: Int) -> Int { bound < 0 ? bound + list.count : bound }
            let first = position(start ?? 0)
            let last = end.map(position) ?? list.count
            guard first != last else { continue }
            guard first >= 0, last <= list.count, first < last else {
                throw JSONPathError("there are no elements \(first)..<\(last) in a list of \(list.count)")
            }
            elements += stride(from: first, to: last, by: step).map { list[$0] }
        }
        return elements
    }

    private static func union(_ choices: [[Step]], from values: [JSON]) throws(JSONPathError) -> [JSON] {
        var found: [JSON] = []
        for choice in choices { found += try following(choice, from: values) }
        return found
    }

    /// Every list and object with something in it, each before what it contains.
    private static func descendants(of values: [JSON]) throws(JSONPathError) -> [JSON] {
        var found: [JSON] = []
        var pending = Array(values.reversed())
        while let value = pending.popLast() {
            let children = value.children
            guard !children.isEmpty else { continue }
            found.append(value)
            pending += children.reversed()
            try bound(found)
        }
        return found
    }

    private static func bound(_ values: [JSON]) throws(JSONPathError) {
        guard values.count <= most else { throw JSONPathError("the path finds more than \(most) values") }
    }

    // MARK: Filters

    private static func filter(
        _ values: [JSON], _ left: Operand, _ comparison: Comparison?, _ right: Operand?
    ) throws(JSONPathError) -> [JSON] {
        var found: [JSON] = []
        for value in values {
            for element in try list(value) {
                guard let comparison, let right else {
                    if !operands(left, element).isEmpty { found.append(element) }
                    continue
                }
                let (lefts, rights) = (operands(left, element), operands(right, element))
                guard lefts.count <= 1, rights.count <= 1 else {
                    throw JSONPathError("a filter compares one value with one, not \(max(lefts.count, rights.count))")
                }
                guard let one = lefts.first, let other = rights.first else { continue }
                if try comparison.holds(one, other) { found.append(element) }
            }
        }
        return found
    }

    /// What an operand is in an element; an element without it has none.
    private static func operands(_ operand: Operand, _ element: JSON) -> [JSON] {
        switch operand {
        case .literal(let value): [value]
        case .path(let steps): (try? following(steps, from: [element])) ?? []
        }
    }
}

extension JSONPath.Comparison {
    fileprivate func holds(_ left: JSON, _ right: JSON) throws(JSONPathError) -> Bool {
        if let left = left.double, let right = right.double { return holds(left, right) }
        if let left = left.string, let right = right.string { return holds(left, right) }
        if left.isNull || right.isNull { return false }
        if let left = left.bool, let right = right.bool, self == .equal || self == .notEqual {
            return (left == right) == (self == .equal)
        }
        throw JSONPathError(
            "\(left.kind) cannot be compared with \(right.kind)", hint: "texts are in quotes, numbers are not")
    }

    private func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

extension JSON {
    fileprivate var children: [JSON] { array ?? members?.map(\.value) ?? [] }

    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
