import Foundation
package import Rollouts
package import YAML

/// The OpenAPI schema of one custom resource, as its definition publishes it.
///
/// It knows the keywords that structural schemas use (Kubernetes, *Extend the Kubernetes API with
/// CustomResourceDefinitions*), and leaves out rules in CEL and formats. For annotations it also knows `patternProperties`,
/// by the beginning of the name, and `contentSchema` of texts that hold JSON (JSON Schema 2020-12).
package struct ResourceSchema: Sendable {
    private let root: JSON

    /// The schema of `kind` in a file with one or more definitions; nil where it is not there.
    ///
    /// - Parameter version: nil for the version that is stored.
    package init?(of kind: String, version: String?, in bytes: [UInt8]) throws {
        for document in try YAMLStream(parsing: bytes, file: "schema.yaml").documents {
            guard document.root["spec"]?["names"]?["kind"]?.string == kind else { continue }
            for candidate in document.root["spec"]?["versions"]?.items ?? [] {
                let isMeant =
                    version.map { candidate["name"]?.string == $0 } ?? (candidate["storage"]?.typed == .bool(true))
                guard isMeant, let schema = candidate["schema"]?["openAPIV3Schema"] else { continue }
                root = JSON(schema)
                return
            }
        }
        return nil
    }

    /// What is wrong with an object, by path; empty for a valid one.
    package func problems(of object: JSON) -> [String] { Self.check(object, against: root, at: "") }

    private static func check(_ value: JSON, against schema: JSON, at path: String) -> [String] {
        var problems = type(value, schema, path)
        if let allowed = schema["enum"]?.array, !allowed.contains(value) { problems.append("\(path): not allowed") }
        if let number = value.double {
            if let least = schema["minimum"]?.double, number < least { problems.append("\(path): below \(least)") }
            if let most = schema["maximum"]?.double, number > most { problems.append("\(path): above \(most)") }
        }
        if let text = value.string {
            if let least = schema["minLength"]?.int, text.count < least { problems.append("\(path): too short") }
            if let most = schema["maxLength"]?.int, text.count > most { problems.append("\(path): too long") }
            if let pattern = schema["pattern"]?.string, let regex = try? Regex(pattern),
                text.firstMatch(of: regex) == nil
            {
                problems.append("\(path): does not match \(pattern)")
            }
            if let inner = schema["contentSchema"] {
                let content = try? JSON(parsing: text)
                problems += content.map { check($0, against: inner, at: "\(path):") } ?? ["\(path): no JSON"]
            }
        }
        if let items = value.array { problems += list(items, schema, path) }
        if let members = value.members { problems += object(members, schema, path) }
        return problems + combinations(value, schema, path)
    }

    private static func type(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if value == .null { return schema["nullable"] == .bool(true) ? [] : ["\(path): null"] }
        if schema["x-kubernetes-int-or-string"] == .bool(true) {
            return value.int != nil || value.string != nil ? [] : ["\(path): neither int nor string"]
        }
        let fits =
            switch schema["type"]?.string {
            case "string": value.string != nil
            case "integer": value.int != nil
            case "number": value.double != nil
            case "boolean": value == .bool(true) || value == .bool(false)
            case "array": value.array != nil
            case "object": value.members != nil
            default: true
            }
        return fits ? [] : ["\(path): no \(schema["type"]?.string ?? "")"]
    }

    private static func list(_ items: [JSON], _ schema: JSON, _ path: String) -> [String] {
        var problems: [String] = []
        if let least = schema["minItems"]?.int, items.count < least { problems.append("\(path): too few items") }
        if let most = schema["maxItems"]?.int, items.count > most { problems.append("\(path): too many items") }
        guard let inner = schema["items"] else { return problems }
        return problems + items.enumerated().flatMap { check($1, against: inner, at: "\(path)[\($0)]") }
    }

    private static func object(_ members: [JSON.Member], _ schema: JSON, _ path: String) -> [String] {
        let properties = schema["properties"]
        var problems = (schema["required"]?.array ?? []).compactMap(\.string).filter { name in
            !members.contains { $0.name == name }
        }.map { "\(path).\($0): missing" }
        for member in members {
            let place = "\(path).\(member.name)"
            if let inner = properties?[member.name] {
                problems += check(member.value, against: inner, at: place)
            } else if let inner = schema["patternProperties"]?.members?.first(where: { member.name.hasPrefix($0.name) })
            {
                problems += check(member.value, against: inner.value, at: place)
            } else if let inner = schema["additionalProperties"], inner.members != nil {
                problems += check(member.value, against: inner, at: place)
            } else if properties != nil, schema["x-kubernetes-preserve-unknown-fields"] != .bool(true),
                schema["additionalProperties"] == nil, !["apiVersion", "kind", "metadata"].contains(member.name)
            {
                problems.append("\(place): unknown")
            }
        }
        return problems
    }

    private static func combinations(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        func fitting(_ schemas: [JSON]) -> Int { schemas.count { check(value, against: open($0), at: path).isEmpty } }
        var problems: [String] = []
        if let all = schema["allOf"]?.array, fitting(all) < all.count { problems.append("\(path): not all of allOf") }
        if let any = schema["anyOf"]?.array, fitting(any) == 0 { problems.append("\(path): none of anyOf") }
        if let one = schema["oneOf"]?.array, fitting(one) != 1 { problems.append("\(path): not one of oneOf") }
        if let not = schema["not"], fitting([not]) > 0 { problems.append("\(path): what must not be") }
        return problems
    }

    /// A part of a combination says nothing about properties that it does not name.
    private static func open(_ schema: JSON) -> JSON {
        guard let members = schema.members else { return schema }
        return .object(members + [.init(name: "x-kubernetes-preserve-unknown-fields", value: .bool(true))])
    }
}

extension JSON {
    /// What a YAML node says, with aliases resolved.
    package init(_ node: YAMLNode) {
        let node = node.resolved
        if !node.entries.isEmpty || node.isMapping {
            self = .object(node.entries.map { JSON.Member(name: $0.name ?? "", value: JSON($0.value)) })
        } else if node.isSequence {
            self = .array(node.items.map { JSON($0) })
        } else {
            switch node.typed {
            case .string(let text): self = .string(text)
            case .int(let number): self = .number(String(number))
            case .float(let number): self = .number("\(number)")
            case .bool(let flag): self = .bool(flag)
            case .null, nil: self = .null
            }
        }
    }
}
