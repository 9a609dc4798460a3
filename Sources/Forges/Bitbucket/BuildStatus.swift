internal import Rollouts

/// A status of a commit as both Bitbuckets have it: with a key of at most 40 characters, and with a link.
struct BuildStatus: Hashable {
    let key: String
    let state: String
    let name: String
    let description: String
    let url: String

    /// - Parameter page: what is linked to where the status has no page of its own.
    init(_ status: CommitStatus, page: String) {
        key = Self.key(of: status.context)
        state =
            switch status.state {
            case .pending: "INPROGRESS"
            case .success: "SUCCESSFUL"
            case .failure, .error: "FAILED"
            }
        name = status.context
        description =
            status.state == .error && !status.description.isEmpty ? "error: \(status.description)" : status.description
        url = status.url ?? page
    }

    var json: JSON {
        [
            "key": .string(key), "state": .string(state), "name": .string(name), "description": .string(description),
            "url": .string(url),
        ]
    }

    func isShown(by json: JSON) -> Bool {
        let texts = [json["state"]?.string, json["description"]?.string ?? "", json["url"]?.string]
        return json["key"]?.string == key && texts == [state, description, url]
    }

    /// The context without slashes, which stand in paths; a long one with a checksum in the place of its end.
    private static func key(of context: String) -> String {
        let plain = context.replacing("/", with: ".")
        guard plain.count > 40 else { return plain }
        // FNV-1a, since the key must be the same tomorrow.
        let sum = context.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(plain.prefix(23))-\(String(sum, radix: 16))"
    }
}
