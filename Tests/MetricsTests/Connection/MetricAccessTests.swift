import Metrics
import Testing

@Suite("Metric access")
struct MetricAccessTests {
    private static func problems(
        _ host: String = "metrics.example.com", _ change: (inout MetricAccess.Host) -> Void
    ) -> [String] {
        var access = MetricAccess()
        var entry = MetricAccess.Host(host: host)
        change(&entry)
        access.hosts = [entry]
        return access.problems
    }

    private static func sigv4(_ service: String?) -> MetricAccess.SigV4 {
        var sigv4 = MetricAccess.SigV4()
        sigv4.service = service
        return sigv4
    }

    private static let place = "hosts[0] (metrics.example.com)"

    @Test func `A complete entry has no problem`() {
        let problems = Self.problems { entry in
            entry.oauth2 = .init(
                tokenUrl: "https://login.example.com/token", clientId: "headgate", clientSecretFile: "/run/secret")
            (entry.certificateFile, entry.keyFile) = ("/run/tls.crt", "/run/tls.key")
            entry.headers = [.init(name: "X-Scope-OrgID", value: "team-a")]
        }
        #expect(problems == [])
    }

    @Test func `Every mistake is said with the host that it is at`() {
        let mistakes: [(String, (inout MetricAccess.Host) -> Void)] = [
            ("certificateFile and keyFile come together", { $0.keyFile = "k" }),
            (
                "state one of bearerFile and basic",
                {
                    $0.bearerFile = "t"
                    $0.basic = .init(username: "u", passwordFile: "p")
                }
            ),
            (
                "state one of bearerFile and sigv4",
                {
                    $0.bearerFile = "t"
                    $0.sigv4 = Self.sigv4("es")
                }
            ),
            ("the header X needs either value or valueFile", { $0.headers = [.init(name: "X")] }),
            ("secrets need a secretsFolder", { $0.secrets = ["a"] }),
            (
                "oauth2.tokenUrl is no URL; write https:// before the host",
                { $0.oauth2 = .init(tokenUrl: "login.example.com", clientId: "c", clientSecretFile: "s") }
            ),
            (
                "oauth2.clientId is empty",
                { $0.oauth2 = .init(tokenUrl: "https://l.example.com", clientId: "", clientSecretFile: "s") }
            ),
            (
                "sigv4.service is missing: the host does not say it; one is aps, monitoring or es",
                { $0.sigv4 = Self.sigv4(nil) }
            ),
            (
                "sigv4.region: europe is no region of AWS; one is eu-west-1",
                {
                    $0.sigv4 = Self.sigv4("es")
                    $0.sigv4?.region = "europe"
                }
            ),
            (
                "sigv4.roleArn: metrics is no role; one is arn:aws:iam::123456789012:role/metrics",
                {
                    $0.sigv4 = Self.sigv4("es")
                    $0.sigv4?.roleArn = "metrics"
                }
            ),
        ]
        for (message, change) in mistakes {
            #expect(Self.problems("metrics.example.com", change) == ["\(Self.place): \(message)"])
        }
        #expect(
            Self.problems("https://x") { _ in } == [
                "hosts[0] (https://x): write the host alone, without https:// and path"
            ])
        #expect(Self.problems("aps-workspaces.eu-west-1.amazonaws.com") { $0.sigv4 = Self.sigv4(nil) } == [])
    }

    @Test func `What holds for all of AWS is looked at too`() {
        var access = MetricAccess()
        access.kind = "Access"
        access.aws = MetricAccess.AWS()
        access.aws?.region = "eu"
        access.aws?.roles = ["arn:aws:iam::123456789012:role/metrics", "arn:aws:iam::123456789012:user/me"]
        #expect(
            access.problems == [
                "kind is Access, not MetricAccess", "aws.region: eu is no region of AWS; one is eu-west-1",
                "aws: arn:aws:iam::123456789012:user/me is no role; one is arn:aws:iam::123456789012:role/metrics",
            ])
    }
}
