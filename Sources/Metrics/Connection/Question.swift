internal import Analysis
internal import HTTP

/// One request to a metrics service, as a source states it: its texts may have the marks of secrets in them.
struct Question: Sendable {
    var method: HTTPClient.Request.Method
    var url: String
    var headers: [HTTPClient.Header] = []
    var authentication: Authentication?
    var body: String?
    /// For the answer with all repetitions; waiting for a turn among other questions does not count.
    var deadline: Duration = .seconds(30)
    /// What further questions for the same answer have to do with together.
    var patience: Patience?
    /// Of the answer, in bytes.
    var responseLimit = 32 << 20
    /// Whether asking twice does no more than asking once, so that a busy service may be asked again.
    var isRepeatable = true
    /// Whether the template asks to believe any certificate.
    var skipsVerification = false
    /// What the body has in it that a server's words must not repeat.
    var concealed: [Secret] = []

    /// Credentials that a template states, in the place of the `Authorization` that the deployment has for the host.
    enum Authentication: Sendable {
        case basic(user: String, password: String)
        /// The key `token` of a Secret, or its keys `username` and `password`: whichever it has.
        case secret(String)
        /// A token of the client credentials grant.
        case oauth2(tokenURL: String, id: String, secret: String, scopes: [String])
        /// The agent's own identity at AWS; what is nil is the deployment's.
        case aws(service: String, region: String?, profile: String?, roleArn: String?)
        /// The key `serviceAccountKey` of a Secret, for Google Cloud; the deployment's account where it has none.
        case google(secret: String)
        /// None, also where the deployment has some for the host.
        case anonymous
        /// What has been found already, without marks.
        case given(HTTPClient.Credential)
        case signed(SigV4Signer)
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

    /// A question whose fields stand in the body, where no server cuts them off.
    static func form(_ url: String, _ fields: [(String, String)]) -> Question {
        var question = Question(.post, url)
        question.body = FormEncoding.text(fields)
        question.headers = [.init("Content-Type", "application/x-www-form-urlencoded")]
        return question
    }

    /// The URL with query items, encoded as a form.
    static func url(_ base: String, _ items: [(String, String)]) -> String {
        items.isEmpty ? base : "\(base)\(base.contains("?") ? "&" : "?")\(FormEncoding.text(items))"
    }
}
