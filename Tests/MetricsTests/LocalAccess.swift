import Analysis
import Metrics

/// What a deployment says so that services on this machine may be asked.
enum LocalAccess {
    static func connection(
        secrets folder: String? = nil, width: Int = 16, responseLimit: Int = 32 << 20,
        environment: [String: String] = [:], at time: Timestamp? = nil, aws: MetricAccess.AWS? = nil,
        _ change: (inout MetricAccess.Host) -> Void = { _ in }
    ) -> MetricConnection {
        var host = MetricAccess.Host(host: "127.0.0.1")
        host.local = true
        change(&host)
        var access = MetricAccess()
        access.secretsFolder = folder
        access.hosts = [host]
        access.aws = aws
        let pause = Duration.milliseconds(10)
        guard let time else {
            return MetricConnection(
                access, width: width, firstPause: pause, responseLimit: responseLimit, environment: environment)
        }
        return MetricConnection(
            access, width: width, firstPause: pause, responseLimit: responseLimit, environment: environment,
            now: { time })
    }
}
