/// One operation of a JSON patch (RFC 6902): add, replace, remove or test.
struct JSONPatchOperation {
    private let file: String
    private let name: String
    private let path: String
    private let value: Value?

    init(reading operation: Value, file: String) throws(BuildFailure) {
        guard let name = operation["op"]?.string, ["add", "replace", "remove", "test"].contains(name) else {
            throw BuildFailure("\(file): op is add, replace, remove or test")
        }
        guard let path = operation["path"]?.string, path.hasPrefix("/") else {
            throw BuildFailure("\(file): path is a JSON pointer that begins with a slash")
        }
        self.file = file
        self.name = name
        self.path = path
        value = operation["value"]
    }

    func apply(to document: inout Value) throws(BuildFailure) {
        let tokens = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.unescape)
        document = try changed(document, at: tokens[...])
    }

    private func changed(_ value: Value, at tokens: ArraySlice<String>) throws(BuildFailure) -> Value {
        guard let token = tokens.first else { return value }
        if tokens.count == 1 { return try changed(value, member: token) }
        switch value {
        case .object(var fields):
            guard let child = fields[token] else { throw missing }
            fields[token] = try changed(child, at: tokens.dropFirst())
            return .object(fields)
        case .array(var elements):
            guard let index = Int(token), elements.indices.contains(index) else { throw missing }
            elements[index] = try changed(elements[index], at: tokens.dropFirst())
            return .array(elements)
        default: throw missing
        }
    }

    private func changed(_ value: Value, member token: String) throws(BuildFailure) -> Value {
        switch value {
        case .object(var fields):
            if name != "add", fields[token] == nil { throw missing }
            if name == "test" { return try tested(fields[token], value) }
            fields[token] = name == "remove" ? nil : self.value ?? .null
            return .object(fields)
        case .array(var elements):
            let end = name == "add" ? elements.count + 1 : elements.count
            guard let index = token == "-" && name == "add" ? elements.count : Int(token), (0..<end).contains(index)
            else { throw missing }
            switch name {
            case "add": elements.insert(self.value ?? .null, at: index)
            case "remove": elements.remove(at: index)
            case "test": return try tested(elements[index], value)
            default: elements[index] = self.value ?? .null
            }
            return .array(elements)
        default: throw missing
        }
    }

    private func tested(_ found: Value?, _ whole: Value) throws(BuildFailure) -> Value {
        guard found == value else { throw BuildFailure("\(file): test of \(path) failed") }
        return whole
    }

    private var missing: BuildFailure { BuildFailure("\(file): \(name) \(path): no such place in the document") }

    private static func unescape(_ token: Substring) -> String {
        var text = ""
        var rest = token
        while let character = rest.popFirst() {
            if character == "~", let next = rest.first, next == "0" || next == "1" {
                text.append(next == "1" ? "/" : "~")
                rest.removeFirst()
            } else {
                text.append(character)
            }
        }
        return text
    }
}
