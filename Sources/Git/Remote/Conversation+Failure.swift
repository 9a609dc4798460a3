internal import CGitTransport
internal import CLibGit2

extension Conversation {
    /// The error for a call that failed during this conversation; must be called before anything is awaited.
    func failure(_ code: Int32, _ operation: String) -> GitError {
        let library = LibraryFailure(code: code)
        let state = pointer.pointee
        let said = String(
            decoding: UnsafeRawBufferPointer(start: state.text, count: state.text_length), as: UTF8.self)
        let words = RemoteWords.clean(said, without: remote.credential?.secret)
        let kind: GitError.Code
        var message = words
        switch state.problem {
        case HEADGATE_TIMED_OUT:
            kind = .timeout(stage)
            message = "no answer in time (\(stage.rawValue))" + (words.isEmpty ? "" : ": " + words)
        case HEADGATE_CLOSED:
            kind = ChildFailure.classify(said, stage: stage)
            if words.isEmpty { message = "the remote ended the conversation early (\(stage.rawValue))" }
        case HEADGATE_SYSTEM:
            kind = .unreachable
            message = "cannot start the program that reaches it (system error \(state.detail))"
        case HEADGATE_CURL: kind = HTTPFailure.classify(curl: state.detail, stage: stage)
        case HEADGATE_STATUS:
            kind = HTTPFailure.classify(status: state.detail)
            message = "the server answered \(state.detail)" + (words.isEmpty ? "" : ": " + words)
        case HEADGATE_REDIRECTED:
            kind = .redirected
            message = "the server sends elsewhere" + (words.isEmpty ? "" : ": " + words)
        case HEADGATE_CONTENT:
            kind = .protocolViolation
            message = "no git server: it answered with \(words.isEmpty ? "no content type" : words)"
        default:
            kind = library.isLocalDamage ? .damaged : .protocolViolation
            message = RemoteWords.clean(library.message) + (words.isEmpty ? "" : ": " + words)
        }
        return GitError(kind, operation, message)
    }

    private var stage: GitError.Stage {
        switch pointer.pointee.stage {
        case HEADGATE_STAGE_CONNECT: .connect
        case HEADGATE_STAGE_LIST: .list
        case HEADGATE_STAGE_SEND: .send
        default: .receive
        }
    }
}

/// Reads the words of `ssh` and of git's server programs; there is nothing but words to tell their failures apart.
enum ChildFailure {
    static func classify(_ words: String, stage: GitError.Stage) -> GitError.Code {
        let words = words.lowercased()
        for (code, signs) in signs where signs.contains(where: words.contains) { return code }
        return stage == .connect ? .unreachable : .interrupted
    }

    /// In the order in which they decide.
    private static let signs: [(GitError.Code, [String])] = [
        (.hostChanged, ["remote host identification has changed"]),
        (.hostUnknown, ["host key verification failed", "host key is known for"]),
        (.authentication, ["permission denied", "too many authentication failures", "no mutual signature"]),
        (.timeout(.connect), ["connection timed out", "operation timed out"]),
        (
            .unreachable,
            [
                "connection refused", "could not resolve hostname", "no route to host", "network is unreachable",
                "connection closed by", "connection reset", "kex_exchange_identification",
            ]
        ),
        (
            .notFound,
            [
                "does not appear to be a git repository", "not a git repository", "repository not found",
                "does not exist", "could not be found", "no such file or directory",
            ]
        ),
        (.authentication, ["access denied", "not allowed", "unauthorized", "authentication"]),
    ]
}

/// Reads libcurl's result codes and HTTP statuses.
enum HTTPFailure {
    /// Numbers of `CURLcode`, which libcurl keeps for good.
    static func classify(curl code: Int64, stage: GitError.Stage) -> GitError.Code {
        switch code {
        case 3, 58, 77: .invalid
        case 28: .timeout(stage)
        case 51, 60, 83, 90, 91: .certificate
        case 18, 52, 55, 56, 92, 95: .interrupted
        case 67: .authentication
        case 1, 8, 61: .protocolViolation
        default: .unreachable
        }
    }

    static func classify(status: Int64) -> GitError.Code {
        switch status {
        case 401, 403: .authentication
        case 404, 410: .notFound
        case 413: .refused
        case 407, 408, 429, 500...599: .unreachable
        default: .protocolViolation
        }
    }
}
