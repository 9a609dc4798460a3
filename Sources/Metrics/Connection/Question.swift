internal import Analysis
internal import HTTP

/// One request to a metrics service, as a source states it: its texts may have the marks of secrets in them.
struct Question: Sendable {
    var method: HTTPClient.Request.Method
    var url: String
    var headers: [HTTPClient.Header] = []
    var authentication: Authentication?
    var body: String?
    /// For the answer with all repetitions.
    var deadline: Duration = .seconds(30)
    /// Of the answer, in bytes.
    var responseLimit = 32 << 20
    /// Whether asking twice does no more than asking once, so that a busy service may be asked again.
    var isRepeatable = true
    /// Whether the template asks to believe any certificate.
    var skipsVerification = false

    /// Credentials that a template states, beside those that the deployment gives for the host.
    enum Authentication: Hashable, Sendable {
        case basic(user: String, password: String)
    }

    init(_ method: HTTPClient.Request.Method = .get, _ url: String) {
        self.method = method
        self.url = url
    }

    /// A question with a JSON body.
    static func post(_ url: String, json: String) -> Question {
        var question = Question(.post, url)
        question.body = json
        question.headers = [.init("Content-Type", "application/json"), .init("Accept", "application/json")]
        return question
    }

    /// The URL with query items, encoded as a form.
    static func url(_ base: String, _ items: [(String, String)]) -> String {
        items.isEmpty ? base : "\(base)\(base.contains("?") ? "&" : "?")\(FormEncoding.text(items))"
    }
}
