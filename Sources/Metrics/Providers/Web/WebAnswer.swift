internal import Analysis
internal import HTTP
internal import Rollouts

/// What the body of an answer is as a value.
enum WebAnswer {
    /// Of a text that is no JSON, in bytes: it is kept as evidence.
    private static let longestText = 65_536

    static func reading(
        _ response: HTTPClient.Response, _ path: JSONPath, isPathStated: Bool
    ) throws(MetricFailure) -> Measurement.Reading {
        guard let document = try? JSON(parsing: response.body) else {
            guard !isPathStated, response.body.count <= longestText else {
                throw MetricFailure(
                    .garbage, "the answer is not JSON",
                    hint: "check the URL; a login page or another service may answer there")
            }
            return .value(.string(response.text))
        }
        do throws(JSONPathError) {
            guard let value = try path.values(in: document).first, !value.isNull else { return .absent }
            return .value(Value(value))
        } catch {
            return .failure("the answer has no such value: \(ServiceAnswer.line(error.message))")
        }
    }
}
