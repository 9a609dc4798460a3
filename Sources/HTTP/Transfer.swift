import CCurl
import Glibc
import Synchronization

/// One request with its curl handle and what has been received so far.
///
/// `@unchecked Sendable`: made by the task that sends, then used by the loop's thread alone; only `isCancelled` is
/// shared.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPClient.Response, HTTPError>

    let easy: UnsafeMutableRawPointer
    let isCancelled = Atomic(false)
    var continuation: CheckedContinuation<Outcome, Never>?

    fileprivate let checksPeer: Bool
    fileprivate let limit: Int
    /// Whether the time to connect ends before the request's deadline.
    fileprivate let outlastsConnecting: Bool
    fileprivate var headers: [HTTPClient.Header] = []
    fileprivate var headerBytes = 0
    fileprivate var body: [UInt8] = []
    fileprivate var isTooLarge = false
    fileprivate var didRefuseAddress = false
    private let operation: String
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    init(
        _ request: HTTPClient.Request, to url: URLParts, _ configuration: HTTPClient.Configuration, operation: String
    ) throws(HTTPError) {
        let isExempt = configuration.addresses.exempts(host: url.host)
        if !isExempt, url.isLocal {
            throw HTTPError(.refusedAddress, operation: operation, message: Self.refusal)
        }
        guard let easy = curl_easy_init() else {
            throw HTTPError(.unreachable, operation: operation, message: "no memory for the request")
        }
        let proxy = configuration.proxies.proxy(for: url)
        self.easy = easy
        self.operation = operation
        // A proxy resolves the name itself, and its own address is the deployment's choice.
        checksPeer = !isExempt && proxy == nil
        limit = request.responseLimit
        outlastsConnecting = configuration.connectTimeout < request.deadline
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try apply(request, url, configuration)
        curl_set_text(easy, CURLOPT_PROXY, proxy?.revealed ?? "")
        curl_set_text(easy, CURLOPT_NOPROXY, "")
    }

    deinit {
        curl_easy_cleanup(easy)
        lists.forEach { curl_slist_free_all($0) }
        errorText.deallocate()
    }

    static let refusal = "loopback, link-local and metadata addresses are not allowed here"
}

// MARK: - Options

extension Transfer {
    private func apply(
        _ request: HTTPClient.Request, _ url: URLParts, _ configuration: HTTPClient.Configuration
    ) throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.deadline.curlMilliseconds)
        curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.curlMilliseconds)
        curl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(1, request.responseLimit)))
        curl_set_text(easy, CURLOPT_ACCEPT_ENCODING, "")
        curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        curl_set_long(easy, CURLOPT_PIPEWAIT, 1)
        curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        curl_set_text(easy, CURLOPT_USERAGENT, configuration.userAgent)
        curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        curl_set_receiver(easy, CURLOPT_WRITEFUNCTION, receiveBody)
        curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        curl_set_receiver(easy, CURLOPT_HEADERFUNCTION, receiveHeader)
        curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        curl_set_socket_opener(easy, openSocket)
        curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
        var headers = request.headers + (request.credential?.headers ?? [])
        try apply(configuration, url, &headers)
        apply(request.method, request.body)
        try apply(headers)
    }

    /// TLS, and the address where the certificate's name is another than the URL's.
    private func apply(
        _ configuration: HTTPClient.Configuration, _ url: URLParts, _ headers: inout [HTTPClient.Header]
    ) throws(HTTPError) {
        let verifies = !configuration.skipsVerification
        curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0)
        curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
        curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        switch configuration.trust {
        case .system: break
        case .file(let path):
            curl_set_text(easy, CURLOPT_CAINFO, path)
            curl_set_text(easy, CURLOPT_CAPATH, nil)
        case .pem(let bytes):
            setBlob(CURLOPT_CAINFO_BLOB, bytes)
            // curl would still look into the system's folder of certificates.
            curl_set_text(easy, CURLOPT_CAPATH, nil)
        }
        if let identity = configuration.identity {
            curl_set_text(easy, CURLOPT_SSLCERTTYPE, "PEM")
            setBlob(CURLOPT_SSLCERT_BLOB, identity.certificate)
            curl_set_text(easy, CURLOPT_SSLKEYTYPE, "PEM")
            setBlob(CURLOPT_SSLKEY_BLOB, Array(identity.key.revealed.utf8))
        }
        guard let name = configuration.serverName, url.scheme == "https" else {
            curl_set_text(easy, CURLOPT_URL, url.text)
            return
        }
        guard let renamed = url.withHost(name) else {
            throw HTTPError(.invalidRequest, operation: operation, message: "'\(name)' is not a server name")
        }
        curl_set_text(easy, CURLOPT_URL, renamed.text)
        try append("\(name):\(url.port):\(url.host):\(url.port)", CURLOPT_CONNECT_TO)
        headers.append(HTTPClient.Header("Host", url.port == "443" ? url.host : "\(url.host):\(url.port)"))
    }

    private func apply(_ method: HTTPClient.Request.Method, _ body: [UInt8]?) {
        switch method {
        case .get: curl_set_long(easy, CURLOPT_HTTPGET, 1)
        case .head: curl_set_long(easy, CURLOPT_NOBODY, 1)
        case .post, .put, .patch, .delete: break
        }
        guard method != .get, method != .head else { return }
        if body != nil || method != .delete {
            let body = body ?? []
            curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            body.withUnsafeBytes { bytes in
                // Copied by curl in the given length, so that the end needs no zero.
                _ = curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, bytes.assumingMemoryBound(to: CChar.self).baseAddress)
            }
            if body.isEmpty { curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, "") }
        }
        curl_set_text(easy, CURLOPT_CUSTOMREQUEST, method.rawValue)
    }

    private func apply(_ headers: [HTTPClient.Header]) throws(HTTPError) {
        var lines = ["Expect:"]
        for header in headers {
            let isToken = !header.name.isEmpty && header.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
            guard isToken, header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw HTTPError(
                    .invalidRequest, operation: operation, message: "a header contains a control character")
            }
            // A header with an empty value is written with a semicolon; a colon would remove it.
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            list = curl_slist_append(list, line)
        }
        if let list { lists.append(list) }
        curl_set_list(easy, CURLOPT_HTTPHEADER, list)
    }

    private func append(_ line: String, _ option: CURLoption) throws(HTTPError) {
        guard let list = curl_slist_append(nil, line) else {
            throw HTTPError(.unreachable, operation: operation, message: "no memory for the request")
        }
        lists.append(list)
        curl_set_list(easy, option, list)
    }

    private func setBlob(_ option: CURLoption, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = curl_set_blob(easy, option, $0.baseAddress, $0.count) }
    }
}

// MARK: - The end

extension Transfer {
    func fail(_ code: HTTPError.Code, _ message: String) {
        continuation?.resume(returning: .failure(HTTPError(code, operation: operation, message: message)))
        continuation = nil
    }

    func finish(_ result: CURLcode) {
        guard result == CURLE_OK else { return fail(code(of: result), message(of: result)) }
        var status = 0
        curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        continuation?.resume(returning: .success(.init(status: status, headers: headers, body: body)))
        continuation = nil
    }

    private func code(of result: CURLcode) -> HTTPError.Code {
        if isTooLarge { return .tooLarge }
        if didRefuseAddress { return .refusedAddress }
        return switch result {
        case CURLE_OPERATION_TIMEDOUT: outlastsConnecting && hasSentNothing ? .connectTimedOut : .timedOut
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY: .unreachable
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            .tls
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2: .garbage
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
        default: .interrupted
        }
    }

    /// Whether not even the request's first line was sent, so that there was no connection to send it on.
    private var hasSentNothing: Bool {
        var bytes = 0
        curl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes)
        return bytes == 0
    }

    private func message(of result: CURLcode) -> String {
        if isTooLarge || result == CURLE_FILESIZE_EXCEEDED { return "the answer has more than \(limit) bytes" }
        if didRefuseAddress { return Self.refusal }
        let detail = String(cString: errorText)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        return String(text.map { $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 ? " " : $0 })
    }
}

extension Duration {
    /// At least one, because zero means without end to curl, and at most a day.
    fileprivate var curlMilliseconds: Int {
        let (seconds, attoseconds) = min(max(self, .zero), .seconds(86_400)).components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

// MARK: - What curl calls

private let headerLimit = 256 << 10

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    guard transfer.body.count + length <= transfer.limit else {
        transfer.isTooLarge = true
        return 0
    }
    transfer.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return length
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    transfer.headerBytes += length
    guard transfer.headerBytes <= headerLimit else {
        transfer.isTooLarge = true
        return 0
    }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
        // What came before was an interim answer.
        transfer.headers = []
    } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
        let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
        transfer.headers.append(HTTPClient.Header(String(line[..<colon]), String(value[..<end])))
    }
    return length
}

/// The last look at the address before a connection to it exists: names have been resolved, nothing has been sent.
private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address else { return -1 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let target = address.pointee
    if transfer.checksPeer, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) {
        let peer = NetworkAddress(socketAddress: UnsafeRawPointer(address) + offset, family: target.family)
        if peer?.isLocal ?? true {
            transfer.didRefuseAddress = true
            return -1
        }
    }
    return socket(target.family, target.socktype | Int32(SOCK_CLOEXEC.rawValue), target.protocol)
}
