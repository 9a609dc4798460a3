extension RolloutID {
    /// Reads `<environment>/<namespace>/<name>`, or `<namespace>/<name>` where the repository names no environment; nil
    /// for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 2: self.init(namespace: parts[0], name: parts[1])
        case 3: self.init(environment: parts[0], namespace: parts[1], name: parts[2])
        default: return nil
        }
        guard isWellFormed else { return nil }
    }
}

extension RolloutID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = RolloutID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" names no rollout; write environment/namespace/name, as status does")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
