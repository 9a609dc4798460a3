import FoundationEssentials

/// The answer to a list request: selectors, pages, and a token for the next page.
struct ObjectList {
    private let address: ResourceAddress
    private let query: [String: String]
    private let cluster: Cluster

    init(_ address: ResourceAddress, _ query: [String: String], _ cluster: Cluster) {
        self.address = address
        self.query = query
        self.cluster = cluster
    }

    var response: APIResponse {
        do throws(Refusal) {
            return .json(try list())
        } catch {
            return .failure(400, "BadRequest", error.message)
        }
    }

    private struct Refusal: Error {
        let message: String
    }

    private func list() throws(Refusal) -> Value {
        let all = try selected()
        let start = try query["continue"].map { token throws(Refusal) in try Self.start(of: token) }
        let rest = start.map { start in all.filter { Self.position(of: $0) >= start } } ?? all
        let limit = query["limit"].flatMap { Int($0) } ?? 0
        let page = limit > 0 ? Array(rest.prefix(limit)) : rest

        var metadata: Value = ["resourceVersion": .string(String(cluster.store.resourceVersion))]
        if page.count < rest.count, let last = page.last {
            metadata["continue"] = .string(token(after: last))
            if query["labelSelector"] == nil, query["fieldSelector"] == nil {
                metadata["remainingItemCount"] = .integer(rest.count - page.count)
            }
        }
        let kind = address.kind
        let list: Value = [
            "kind": .string(kind.name + "List"), "apiVersion": .string(kind.apiVersion), "metadata": metadata,
            "items": .array(page.map { $0.rendered(inList: true) }),
        ]
        return kind.isCustom ? list.sorted : list
    }

    private func selected() throws(Refusal) -> [StoredObject] {
        var objects = cluster.store.all(address.kind)
        if let namespace = address.namespace { objects.removeAll { $0.key.namespace != namespace } }
        if let text = query["labelSelector"], !text.isEmpty {
            guard let selector = LabelSelector(text) else {
                throw Refusal(message: "unable to parse requirement: \(text)")
            }
            objects.removeAll { !selector.matches($0.labels) }
        }
        for requirement in query["fieldSelector"]?.split(separator: ",") ?? [] {
            let parts = requirement.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Refusal(message: "invalid selector: '\(requirement)'") }
            switch parts[0] {
            case "metadata.name": objects.removeAll { $0.key.name != parts[1] }
            case "metadata.namespace": objects.removeAll { $0.key.namespace != parts[1] }
            default: throw Refusal(message: "field label not supported: \(parts[0])")
            }
        }
        return objects
    }

    /// Where an object stands in the order of the list: a separator below all letters keeps `shop` before `shop-staging`.
    private static func position(of object: StoredObject) -> String { "\(object.key.namespace)\0\(object.key.name)" }

    private func token(after object: StoredObject) -> String {
        let content: Value = [
            "v": "meta.k8s.io/v1", "rv": .integer(cluster.store.resourceVersion),
            "start": .string(Self.position(of: object) + "\0"),
        ]
        return Data(content.text.utf8).base64EncodedString().filter { $0 != "=" }
    }

    private static func start(of token: String) throws(Refusal) -> String {
        let padded = token + String(repeating: "=", count: (4 - token.count % 4) % 4)
        guard let data = Data(base64Encoded: padded) else {
            throw Refusal(message: "invalid continue token: continue key is not valid: illegal base64 data")
        }
        let content: Value
        do throws(ValueReader.Failure) {
            content = try ValueReader.read(Array(data))
        } catch {
            throw Refusal(message: "invalid continue token: continue key is not valid: \(error)")
        }
        guard let start = content["start"]?.string else {
            throw Refusal(message: "invalid continue token: continue key is not valid: no start")
        }
        return start
    }
}
