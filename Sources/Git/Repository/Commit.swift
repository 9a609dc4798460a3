internal import CLibGit2

/// Who made a commit, and when.
package struct Signature: Hashable, Sendable {
    package let name: String
    package let email: String
    /// Seconds since 1970.
    package let time: Int64
    /// Minutes east of UTC.
    package let offset: Int

    package init(name: String, email: String, time: Int64, offset: Int = 0) {
        self.name = name
        self.email = email
        self.time = time
        self.offset = offset
    }

    init(_ raw: git_signature) {
        name = raw.name.map { String(cString: $0) } ?? ""
        email = raw.email.map { String(cString: $0) } ?? ""
        time = raw.when.time
        offset = Int(raw.when.offset)
    }
}

/// What a commit says about itself.
package struct Commit: Hashable, Sendable {
    package let id: CommitID
    package let tree: TreeID
    package let parents: [CommitID]
    package let author: Signature
    package let committer: Signature
    package let message: String

    /// The message's first paragraph on one line.
    package var subject: String {
        message.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// The `Key: value` lines of the last paragraph, in order; a key may occur more than once.
    package var trailers: [Trailer] { Trailer.all(in: message) }
}

package struct Trailer: Hashable, Sendable {
    package let key: String
    package let value: String

    static func all(in message: String) -> [Trailer] {
        var array = git_message_trailer_array()
        guard Library.started, git_message_trailers(&array, message) == 0 else { return [] }
        defer { git_message_trailer_array_free(&array) }
        return UnsafeBufferPointer(start: array.trailers, count: array.count).compactMap { trailer in
            guard let key = trailer.key, let value = trailer.value else { return nil }
            return Trailer(key: String(cString: key), value: String(cString: value))
        }
    }
}
