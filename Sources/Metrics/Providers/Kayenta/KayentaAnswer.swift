import Analysis
import HTTP
import Rollouts

/// What Kayenta's answers mean.
enum KayentaAnswer {
    static var garbage: MetricFailure {
        MetricFailure(.garbage, "the answer is not one of Kayenta", hint: "check the address and its port")
    }

    static func configID(_ response: HTTPClient.Response, name: String) throws(MetricFailure) -> String {
        guard let configs = try ServiceAnswer.json(response).array else { throw garbage }
        if let id = configs.first(where: { $0["name"]?.string == name })?["id"]?.string { return id }
        let names = configs.prefix(10).compactMap { $0["name"]?.string }.joined(separator: ", ")
        throw MetricFailure(
            .configuration, "there is no canary config called \(name)",
            hint: names.isEmpty ? "the application has none" : "there are \(ServiceAnswer.line(names))")
    }

    static func executionID(_ response: HTTPClient.Response) throws(MetricFailure) -> String {
        guard let id = try ServiceAnswer.json(response)["canaryExecutionId"]?.string, !id.isEmpty else { throw garbage }
        return id
    }

    /// A mapping with `score`, `phase`, `classification`, `reason` and `canaryExecutionId`.
    ///
    /// The phase is Argo Rollouts': Successful from `pass` on, Inconclusive from `marginal` on, else Failed. A judgement
    /// that saw no data, or was not made, is no judgement.
    static func judgement(
        _ answer: JSON, _ execution: String, _ request: KayentaRequest
    ) -> Measurement.Reading {
        let judged = answer["result"]?["judgeResult"]?["score"]
        let classification = judged?["classification"]?.string ?? ""
        guard let score = judged?["score"]?.double, score.isFinite else {
            let status = answer["status"]?.string ?? "without a status"
            let words = reason(answer["exception"]).map { ": \($0)" } ?? ""
            return .failure(ServiceAnswer.line("Kayenta gave no score, \(status)\(words)"))
        }
        if classification.lowercased() == "nodata" { return .absent }
        let phase: MetricPhase =
            score >= Double(request.pass)
            ? .successful : score >= Double(request.marginal) ? .inconclusive : .failed
        return .value(
            .map([
                .init("score", .double(score)), .init("phase", .string(phase.rawValue)),
                .init("classification", .string(ServiceAnswer.line(classification))),
                .init("reason", .string(ServiceAnswer.line(judged?["classificationReason"]?.string ?? ""))),
                .init("canaryExecutionId", .string(ServiceAnswer.line(execution))),
            ]))
    }

    /// The first words of an exception, which has had several forms.
    private static func reason(_ exception: JSON?) -> String? {
        let details = exception?["details"]
        return details?["errors"]?[0]?.string ?? details?["error"]?.string ?? exception?["message"]?.string
            ?? exception?.string
    }
}
