import Analysis
import Rollouts

/// A Job that people committed: the commit of a stage starts it, and its own end is the verdict.
///
/// Nothing is asked over a connection: what the Job has come to is read with everything else of the cluster.
struct JobProvider: ProviderKind {
    static let name = "job"

    init(_ fields: inout ProviderFields, interval: Duration) {
        for (field, part) in [("spec", "a Job inside a template"), ("metadata", "labels of a Job inside a template")]
        where fields.value(field) != nil {
            fields.refuse(
                field, "\(part) would have to be made in the cluster, and nothing is written there",
                hint: "commit the Job as a manifest with spec.suspend: true, and write job: {name: NAME}")
            _ = fields.text("name")
            return
        }
        let name = fields.requiredText(
            "name", hint: "write the name of a Job that is committed with spec.suspend: true")
        if name.contains("/") {
            fields.refuse("name", "\"\(name)\" is no name", hint: "the Job is in the Rollout's own namespace")
        } else if !name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber) || "-.".contains($0) }) {
            fields.refuse(
                "name", "\"\(name)\" is no name of a Job", hint: "write small letters, digits, - and . alone")
        }
        if interval > .zero {
            fields.refuse(
                "", "a Job runs once in each stage, so that there is no second measurement",
                hint: "take interval and count out of the metric")
        }
    }

    var isRetroactive: Bool { false }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        throw MetricFailure(
            .configuration, "a Job can be judged by its end alone",
            hint: "take the judge out of the metric, and name the metric's template in a Rollout")
    }
}
