internal import CGitTransport
internal import CLibGit2
internal import FoundationEssentials

/// One exchange with a remote, from connecting to hanging up; owns the C side's settings and findings.
final class Conversation {
    let remote: Remote
    let pointer: UnsafeMutablePointer<headgate_conversation>

    init(with remote: Remote, operation: String) throws(GitError) {
        guard let pointer = headgate_conversation_new() else {
            throw GitError(.unreachable, operation, "out of memory")
        }
        self.remote = remote
        self.pointer = pointer
        let limits = remote.limits
        pointer.pointee.connect_timeout_ms = limits.connect.wholeMilliseconds
        pointer.pointee.silence_timeout_ms = limits.silence.wholeMilliseconds
        pointer.pointee.deadline_ms = headgate_now_ms() + limits.total.wholeMilliseconds
        pointer.pointee.allow_plaintext = remote.allowsPlaintext
        pointer.pointee.tls_1_3_only = remote.requiresTLS13
        switch remote.location {
        case .http(let url): try prepareHTTP(url, operation)
        case .ssh: prepareSSH()
        case .local(let path):
            add(HEADGATE_UPLOAD_PACK, ["git-upload-pack", path])
            add(HEADGATE_RECEIVE_PACK, ["git-receive-pack", path])
            addEnvironment()
        }
    }

    deinit { headgate_conversation_free(pointer) }

    /// Whether the server says that it takes several references all or none.
    var offersAtomic: Bool { pointer.pointee.atomic_offered }

    var asksAtomic: Bool {
        get { pointer.pointee.ask_atomic }
        set { pointer.pointee.ask_atomic = newValue }
    }

    private func prepareHTTP(_ url: String, _ operation: String) throws(GitError) {
        if url.hasPrefix("http://"), !remote.allowsPlaintext {
            throw GitError(.invalid, operation, "plain http is not allowed for \(url)")
        }
        pointer.pointee.over_http = true
        set(HEADGATE_URL, url)
        switch remote.credential {
        case .basic(let username, let password):
            set(HEADGATE_USERNAME, username)
            set(HEADGATE_PASSWORD, password.revealed)
        case .bearer(let token): set(HEADGATE_BEARER, token.revealed)
        case .key: throw GitError(.invalid, operation, "an SSH key is no credential for \(url)")
        case nil: break
        }
        if let authorities = remote.authorities { set(HEADGATE_AUTHORITIES, authorities) }
        if let proxy = remote.proxy { set(HEADGATE_PROXY, proxy) }
    }

    private func prepareSSH() {
        add(HEADGATE_UPLOAD_PACK, SecureShell.arguments(for: remote, service: "git-upload-pack"))
        add(HEADGATE_RECEIVE_PACK, SecureShell.arguments(for: remote, service: "git-receive-pack"))
        addEnvironment()
    }

    private func addEnvironment() {
        let environment = remote.environment ?? ProcessEnvironment.needed
        add(HEADGATE_ENVIRONMENT, environment.map { "\($0.key)=\($0.value)" })
    }

    private func set(_ setting: headgate_setting, _ value: String) {
        _ = headgate_conversation_set(pointer, setting, value)
    }

    private func add(_ list: headgate_list, _ values: [String]) {
        for value in values { _ = headgate_conversation_add(pointer, list, value) }
    }
}

/// What child processes get of this process's environment: nothing that changes what git does.
enum ProcessEnvironment {
    static var needed: [String: String] {
        let ours = ProcessInfo.processInfo.environment
        var environment = ["LC_ALL": "C"]
        for name in ["PATH", "HOME", "TMPDIR", "SSH_AUTH_SOCK"] {
            environment[name] = ours[name]
        }
        return environment
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 1_000_000_000 else { return 1_000_000_000_000 }
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
