internal import HTTP
internal import Rollouts

/// One request to a forge.
struct ForgeRequest: Sendable {
    var method: HTTPClient.Request.Method
    /// Below the root of the API, with its escapes; or a whole URL of the same host.
    var path: String
    var query: [(String, String)] = []
    var body: JSON?
    var headers: [HTTPClient.Header] = []
    /// Whether sending it twice does no more than sending it once, so that it is repeated after a failure.
    var isRepeatable: Bool
    /// Statuses of refusals that the caller understands.
    var accepted: Set<Int> = []
    /// In the place of the connection's own.
    var credential: HTTPClient.Credential?
    /// Whether an answer that is no JSON, or none at all, will do.
    var needsNoJSON = false
    /// Whether redirects at the same host are followed.
    var followsRedirects = false

    init(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.accepted = accepted
        isRepeatable = method == .get || method == .put || method == .patch || method == .delete
    }

    /// The same, for what does no more when it is sent twice.
    var repeatable: Self {
        var copy = self
        copy.isRepeatable = true
        return copy
    }

    /// The whole URL below a root.
    func url(below root: String) -> String {
        let base = path.hasPrefix("/") ? root + path : path
        guard !query.isEmpty else { return base }
        let text = query.map { "\(PercentEncoding.part($0.0))=\(PercentEncoding.part($0.1))" }.joined(separator: "&")
        return "\(base)\(base.contains("?") ? "&" : "?")\(text)"
    }
}
