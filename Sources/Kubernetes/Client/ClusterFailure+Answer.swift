import HTTP
import Rollouts

extension ClusterFailure {
    init(_ error: HTTPError) {
        switch error.code {
        case .timedOut, .connectTimedOut: self.init(.timedOut, error.message)
        case .unreachable, .interrupted: self.init(.unreachable, error.message)
        case .tls:
            self.init(.unreachable, error.message, hint: "check the certificate authority of the cluster's entry")
        case .garbage, .tooLarge: self.init(.garbage, error.message)
        case .cancelled: self.init(.cancelled, error.message)
        case .refusedAddress, .invalidRequest: self.init(.configuration, error.message)
        }
    }

    /// What an answer that is no success means; the words are those of the server's `Status`.
    init(_ response: HTTPClient.Response, asking what: String) {
        let status = (try? JSON(parsing: response.body)).flatMap { $0["kind"]?.string == "Status" ? $0 : nil }
        let words = status?["message"]?.string.map { ": \(ForeignText.line($0))" } ?? ""
        let message = "\(what): the API server answered \(response.status)\(words)"
        switch response.status {
        case 401:
            self.init(.unauthorized, message, hint: "renew the credentials of the agent")
        case 403:
            self.init(.forbidden, message, hint: "the agent's role must allow this")
        case 404:
            self.init(.notFoundKind, message)
        case 408, 504:
            self.init(.timedOut, message)
        case 429, 500...599:
            self.init(.unreachable, message)
        case 400..<500 where status != nil:
            self.init(.rejected, message)
        default:
            self.init(.garbage, message, hint: "check the server's URL")
        }
    }
}
