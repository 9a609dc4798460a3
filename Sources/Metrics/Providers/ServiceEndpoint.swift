internal import Analysis
internal import HTTP
internal import Rollouts

/// Where a service is asked, and with what: the settings that providers over HTTP have in common.
///
/// The deployment's metric access has a host's own credentials; what a template states is sent beside them.
struct ServiceEndpoint: Sendable {
    var address: String
    var headers: [HTTPClient.Header]
    let authentication: Question.Authentication?
    /// For the measurements of one tick, with all parts and repetitions.
    let deadline: Duration
    let skipsVerification: Bool

    /// Reads `address`, `headers`, `authentication`, `timeout` and `insecure`.
    ///
    /// - Parameters:
    ///   - usual: the address where none is stated.
    ///   - takesHosts: whether a host alone is an address, as in Argo Rollouts' templates for some services.
    ///   - schemes: the schemes of `Authorization` that the service knows, by their fields.
    init(
        _ fields: inout ProviderFields, address usual: String? = nil, takesHosts: Bool = false,
        timeout: Duration = .seconds(30), schemes: [(field: String, scheme: String)] = [("bearerToken", "Bearer")]
    ) {
        address = Self.address(&fields, usual, takesHosts)
        deadline = fields.seconds("timeout", default: timeout)
        skipsVerification = fields.flag("insecure")
        var headers = fields.headers()
        let hasOwn = headers.contains { $0.name.lowercased() == "authorization" }
        var basic: Question.Authentication?
        fields.nested("authentication") { ways in
            basic = ways.nested("basicAuth") { basic in
                Question.Authentication.basic(
                    user: basic.requiredText("username", hint: "write the user's name"),
                    password: PrometheusAuthentication.secret("password", &basic))
            }
            let tokens = schemes.filter { ways.text($0.field) != nil }.map { way in
                HTTPClient.Header(
                    "Authorization", "\(way.scheme) \(PrometheusAuthentication.secret(way.field, &ways))")
            }
            headers += tokens
            if tokens.count + (basic == nil ? 0 : 1) + (hasOwn ? 1 : 0) > 1 {
                ways.refuse("", "states several ways to authenticate", hint: "keep one of them")
            }
        }
        authentication = basic
        self.headers = headers
        checkAddress(&fields)
    }

    private static func address(_ fields: inout ProviderFields, _ usual: String?, _ takesHosts: Bool) -> String {
        guard takesHosts, let text = fields.text("address"), !text.contains("://"), !SecretReference.occurs(in: text)
        else { return fields.address("address", default: usual) }
        return "https://" + (text.hasSuffix("/") ? text.dropLast() : text[...])
    }

    private func checkAddress(_ fields: inout ProviderFields) {
        guard !address.isEmpty else { return }
        if address.contains("?") || address.contains("#") {
            fields.refuse("address", "has a query", hint: "write the service's address up to its path")
        } else if HTTPClient.Request.origin(of: address) == nil {
            fields.refuse(
                "address", "\"\(SecretReference.hidden(in: address))\" is no URL that can be asked",
                hint:
                    "write https://, the host, perhaps a port and a path; user names and passwords do not belong there")
        }
    }

    /// Refuses an address that already has the path that is added to it.
    func refusePaths(_ paths: [String], _ fields: inout ProviderFields, added: String) {
        guard let path = paths.first(where: { address.hasSuffix($0) }) else { return }
        fields.refuse("address", "ends in \(path)", hint: "leave it out; \(added) is added to the address")
    }

    /// The host, for people.
    var place: String { HTTPClient.Request.origin(of: address)?.host ?? address }

    /// The time that the questions of one tick have together.
    var patience: Patience { Patience(deadline) }

    /// A question with what the template states.
    func question(
        _ method: HTTPClient.Request.Method = .get, _ path: String, _ items: [(String, String)] = [],
        within patience: Patience
    ) -> Question {
        var question = Question(method, Question.url(address + path, items))
        question.headers = headers + [HTTPClient.Header("Accept", "application/json")]
        question.authentication = authentication
        question.skipsVerification = skipsVerification
        question.deadline = deadline
        question.patience = patience
        return question
    }
}
