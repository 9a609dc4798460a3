/// The members of a JSON object in their order; equality does not look at the order.
package struct Fields: Sendable {
    package private(set) var members: [(name: String, value: Value)]

    package init(_ members: [(String, Value)] = []) {
        self.members = []
        for (name, value) in members {
            self[name] = value
        }
    }

    package subscript(name: String) -> Value? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var names: [String] { members.map(\.name) }

    package func sorted() -> Fields {
        var result = self
        result.members.sort { $0.name < $1.name }
        return result
    }
}

extension Fields: Equatable {
    package static func == (left: Fields, right: Fields) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}
