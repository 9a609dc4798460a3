internal import Analysis
internal import HTTP
internal import Rollouts

/// What the answers of metrics services have in common: what a status means for a verdict, and JSON.
enum ServiceAnswer {
    static func json(_ response: HTTPClient.Response) throws(MetricFailure) -> JSON {
        guard let json = try? JSON(parsing: response.body) else {
            throw MetricFailure(
                .garbage, "the answer is not JSON",
                hint: "check the URL; a login page or another service may answer there")
        }
        return json
    }

    /// An answer that is none: the service may be asked again later where it is busy or away, and somebody has to change
    /// something where it refuses.
    static func failure(_ response: HTTPClient.Response, words: String? = nil) -> MetricFailure {
        let words = (words ?? self.words(of: response)).map { ": \(line($0))" } ?? ""
        let message = "the server answered \(response.status)\(words)"
        switch response.status {
        case 408, 425, 429, 500...: return MetricFailure(.unavailable, message)
        case 401, 403: return MetricFailure(.configuration, message, hint: "check the credentials")
        case 404: return MetricFailure(.configuration, message, hint: "check the URL and its path")
        case 300..<400:
            return MetricFailure(
                .configuration, message, hint: "redirects are not followed: state the address they lead to")
        default: return MetricFailure(.configuration, message)
        }
    }

    static func failure(_ error: HTTPError) -> MetricFailure {
        switch error.code {
        case .unreachable, .connectTimedOut: MetricFailure(.unavailable, error.message, isConnected: false)
        case .timedOut, .interrupted: MetricFailure(.unavailable, error.message)
        case .garbage: MetricFailure(.garbage, error.message)
        case .cancelled: MetricFailure(.cancelled, error.message)
        case .tooLarge:
            MetricFailure(.configuration, error.message, hint: "let the query aggregate, so that it gives fewer series")
        case .tls:
            MetricFailure(.configuration, error.message, hint: "check the certificate authority", isConnected: false)
        case .refusedAddress:
            MetricFailure(
                .configuration, error.message, hint: "the deployment's metric access says which hosts may be local")
        case .invalidRequest: MetricFailure(.configuration, error.message)
        }
    }

    /// What services say about an error, where they say it in JSON.
    private static func words(of response: HTTPClient.Response) -> String? {
        guard let json = try? JSON(parsing: response.body) else { return nil }
        let errors = json["errors"]?.array?.compactMap { $0.string ?? $0["message"]?.string ?? $0["detail"]?.string }
        if let errors, !errors.isEmpty { return errors.joined(separator: "; ") }
        let error = json["error"]
        return error?.string ?? error?["message"]?.string ?? error?["reason"]?.string ?? json["message"]?.string
            ?? json["__type"]?.string
    }

    /// Foreign text on one line of bounded length, without the secrets that it may repeat.
    static func line(_ text: String) -> String {
        ForeignText.line(Disclosure.hidden(in: text))
    }
}
