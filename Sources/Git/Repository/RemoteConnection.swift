internal import CGitTransport
internal import CLibGit2

/// A `git_remote` of one conversation, with the callbacks that libgit2 makes during it.
final class RemoteConnection {
    let conversation: Conversation
    private let handle: Handle<RemoteObject>
    private let operation: String

    /// What a push wants each reference to have been, by name, nil for absent; empty for a fetch.
    var expected: [String: git_oid?] = [:]
    /// Whether the push is to stop when the server does not take several references all or none.
    var requiresAtomic = false

    private(set) var moved: [String: git_oid?] = [:]
    private(set) var lacksAtomic = false
    private(set) var statuses: [String: String?] = [:]
    private(set) var progress: [UInt8] = []

    var pointer: OpaquePointer { handle.pointer }

    init(to remote: Remote, of repository: OpaquePointer, operation: String) throws(GitError) {
        conversation = try Conversation(with: remote, operation: operation)
        self.operation = operation
        var options = git_remote_create_options()
        git_remote_create_options_init(&options, UInt32(GIT_REMOTE_CREATE_OPTIONS_VERSION))
        options.repository = repository
        // Looking for `insteadOf` leaks memory in libgit2 1.5, and there must be no such thing.
        options.flags =
            GIT_REMOTE_CREATE_SKIP_INSTEADOF.rawValue | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC.rawValue
        handle = try Library.make(RemoteObject.self, operation) { out in
            git_remote_create_with_opts(out, remote.location.description, &options)
        }
    }

    var callbacks: git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.transport = makeTransport
        callbacks.sideband_progress = hearProgress
        callbacks.push_negotiation = comparePresent
        callbacks.push_update_reference = hearStatus
        return callbacks
    }

    /// Throws the error of a call during the conversation.
    func check(_ code: Int32) throws(GitError) {
        guard code < 0 else { return }
        throw conversation.failure(code, operation)
    }

    /// What hooks and the server said beside the protocol.
    var words: String {
        let text = String(decoding: progress, as: UTF8.self)
        return RemoteWords.clean(text, without: conversation.remote.credential?.secret)
    }

    fileprivate func hear(_ bytes: UnsafeRawBufferPointer) {
        progress.append(contentsOf: bytes.prefix(max(0, 8192 - progress.count)))
    }

    fileprivate func hear(status: String?, of reference: String) {
        statuses[reference] = .some(status)
    }

    /// Compares what the server has, in the very connection of the push, with what was decided on.
    fileprivate func negotiate(_ updates: UnsafeBufferPointer<UnsafePointer<git_push_update>?>) -> Bool {
        for case let update? in updates {
            guard let name = update.pointee.dst_refname.map({ String(cString: $0) }), let wanted = expected[name]
            else { return false }
            let present: git_oid? = isZero(update.pointee.src) ? nil : update.pointee.src
            if !same(present, wanted) { moved[name] = .some(present) }
        }
        lacksAtomic = requiresAtomic && !conversation.offersAtomic
        return moved.isEmpty && !lacksAtomic
    }
}

private func isZero(_ id: git_oid) -> Bool {
    var id = id
    return git_oid_is_zero(&id) == 1
}

private func same(_ left: git_oid?, _ right: git_oid?) -> Bool {
    guard var left, var right else { return left == nil && right == nil }
    return git_oid_equal(&left, &right) == 1
}

// libgit2 calls these on the thread that called it. They are functions of the file, not closures, so that no actor's
// isolation is inferred for them.

private func connection(_ payload: UnsafeMutableRawPointer) -> RemoteConnection {
    Unmanaged<RemoteConnection>.fromOpaque(payload).takeUnretainedValue()
}

private func makeTransport(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, _ owner: OpaquePointer?,
    _ payload: UnsafeMutableRawPointer?
) -> Int32 {
    guard let payload else { return -1 }
    return headgate_transport(out, owner, connection(payload).conversation.pointer)
}

private func hearProgress(_ bytes: UnsafePointer<CChar>?, _ count: Int32, _ payload: UnsafeMutableRawPointer?) -> Int32
{
    guard let payload, let bytes, count > 0 else { return 0 }
    connection(payload).hear(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return 0
}

private func comparePresent(
    _ updates: UnsafeMutablePointer<UnsafePointer<git_push_update>?>?, _ count: Int, _ payload: UnsafeMutableRawPointer?
) -> Int32 {
    guard let payload else { return -1 }
    let agreed = connection(payload).negotiate(UnsafeBufferPointer(start: UnsafePointer(updates), count: count))
    return agreed ? 0 : GIT_EMODIFIED.rawValue
}

private func hearStatus(
    _ reference: UnsafePointer<CChar>?, _ status: UnsafePointer<CChar>?, _ payload: UnsafeMutableRawPointer?
) -> Int32 {
    guard let payload, let reference else { return 0 }
    connection(payload).hear(status: status.map { String(cString: $0) }, of: String(cString: reference))
    return 0
}
