import FoundationEssentials
import Manifests
import Metrics
import Rollouts
import YAML

extension Wiring {
    /// The file in which a deployment says what metrics may reach.
    static func metricAccess(in file: String) throws(MetricFailure) -> MetricAccess {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw MetricFailure(.configuration, "cannot read \(file)", hint: "check the path and its permissions")
        }
        let access: MetricAccess
        do {
            let document = try YAMLStream(parsing: Array(data), file: file).single
            access = try YAMLDecoder().decode(MetricAccess.self, from: document)
        } catch let error as YAMLError {
            throw MetricFailure(.configuration, "\(Diagnostic(error))")
        } catch let problems as YAMLProblems {
            throw MetricFailure(.configuration, problems.errors.map { "\(Diagnostic($0))" }.joined(separator: "; "))
        } catch {
            throw MetricFailure(.configuration, "\(file): \(error)")
        }
        if let problem = access.problems.first { throw MetricFailure(.configuration, "\(file): \(problem)") }
        return access
    }
}
