internal import Analysis
internal import HTTP
internal import Rollouts

/// Any HTTP service that answers with a value, with the fields that Argo Rollouts has for it.
///
/// What it says is about now, so each measurement is claimed and made once.
struct WebProvider: ProviderKind {
    static let name = "web"

    private(set) var question: Question
    private let path: JSONPath
    /// Whether the template says where in a JSON document the value is, so that anything but JSON is none.
    private let isPathStated: Bool
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        timeout = fields.seconds("timeoutSeconds", default: .seconds(10))
        isPathStated = fields.text("jsonPath").map { $0 != "{$}" } ?? false
        path = Self.path(&fields)
        let method = fields.word("method", of: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) ?? "GET"
        question = Question(.init(rawValue: method) ?? .get, Self.url(&fields))
        question.isRepeatable = method != "POST" && method != "PATCH"
        question.responseLimit = 4 << 20
        question.skipsVerification = fields.flag("insecure")
        question.authentication = Self.authentication(&fields)
        question.headers = fields.headers()
        if question.authentication != nil,
            question.headers.contains(where: { $0.name.lowercased() == "authorization" })
        {
            fields.refuse("headers", "Authorization stands beside authentication", hint: "state one of them")
        }
        let body = Self.body(&fields, method: method)
        question.body = body?.text
        if body?.isJSON == true {
            question.headers.removeAll { $0.name.lowercased() == "content-type" }
            question.headers.append(.init("Content-Type", "application/json"))
        }
    }

    var isRetroactive: Bool { false }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: question.url)?.host ?? question.url
        let (question, path, isPathStated, timeout) = (question, path, isPathStated, timeout)
        let traits = MetricTraits(isRetroactive: isRetroactive, delay: .zero, place: place)
        return PerTimeSource(traits) { _ throws(MetricFailure) in
            var question = question
            question.deadline = timeout
            let response = try await connection.answer(to: question)
            return try WebAnswer.reading(response, path, isPathStated: isPathStated)
        }
    }

    // MARK: Settings

    private static func url(_ fields: inout ProviderFields) -> String {
        let address = fields.address("url")
        guard !address.isEmpty, let url = fields.text("url") else { return "" }
        if HTTPClient.Request.origin(of: url) == nil {
            fields.refuse(
                "url", "is no URL that can be asked",
                hint: "encode spaces as %20, and state a user name under authentication.basicAuth")
        }
        return url
    }

    private static func path(_ fields: inout ProviderFields) -> JSONPath {
        guard let text = fields.text("jsonPath") else { return .root }
        do throws(JSONPathError) { return try JSONPath(parsing: text) } catch {
            fields.refuse("jsonPath", "\"\(text)\": \(error.description)", hint: error.hint)
            return .root
        }
    }

    private static func authentication(_ fields: inout ProviderFields) -> Question.Authentication? {
        let authentication = fields.nested("authentication") { ways -> Question.Authentication? in
            let basic = PrometheusAuthentication.basic(&ways)
            let oauth2 = PrometheusAuthentication.oauth2(&ways)
            if basic != nil, oauth2 != nil {
                ways.refuse("", "has several ways", hint: "state one of basicAuth and oauth2")
            }
            if ways.value("sigv4") != nil {
                ways.refuse("sigv4", "web metrics are not signed", hint: "use prometheus or cloudWatch for AWS")
            }
            return basic ?? oauth2
        }
        return authentication ?? nil
    }

    private static func body(_ fields: inout ProviderFields, method: String) -> (text: String, isJSON: Bool)? {
        let text = fields.text("body")
        let value = fields.value("jsonBody")
        guard text != nil || value != nil else { return nil }
        let name = text == nil ? "jsonBody" : "body"
        if text != nil, value != nil {
            fields.refuse("jsonBody", "body and jsonBody are both stated", hint: "state one")
        }
        if method == "GET" || method == "HEAD" {
            fields.refuse(name, "a \(method) has no body", hint: "state method: POST or PUT")
        }
        if let text { return (text, false) }
        guard let json = value?.json else {
            fields.refuse("jsonBody", "has a number that JSON has not")
            return nil
        }
        return (json.text, true)
    }
}
