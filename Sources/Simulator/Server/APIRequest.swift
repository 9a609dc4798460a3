/// A request to the simulated API server, apart from any HTTP library.
package struct APIRequest: Sendable {
    package var method: String
    package var path: String
    package var query: [String: String]
    package var token: String?
    package var body: [UInt8]

    package init(
        _ method: String = "GET", _ path: String, query: [String: String] = [:], token: String? = nil,
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.token = token
        self.body = body
    }
}

/// An answer of the simulated API server.
package struct APIResponse: Sendable {
    package var status: Int
    package var contentType: String
    package var body: String

    package static func json(_ value: Value, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "application/json", body: value.text + "\n")
    }

    package static func text(_ text: String, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "text/plain; charset=utf-8", body: text)
    }

    /// What the API server says about a path that belongs to no group it knows.
    static let unknownPath = text("404 page not found\n", status: 404)

    /// An error in the API's form.
    static func failure(_ code: Int, _ reason: String, _ message: String, details: Value? = nil) -> APIResponse {
        var status: Value = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "reason": .string(reason),
        ]
        status["details"] = details
        status["code"] = .integer(code)
        return json(status, status: code)
    }
}
