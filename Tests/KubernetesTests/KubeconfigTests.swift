import Analysis
import Foundation
import HTTP
import Rollouts
import Support
import Testing

@testable import Kubernetes

@Suite("Kubeconfig")
struct KubeconfigTests {
    private static let text = """
        apiVersion: v1
        kind: Config
        current-context: prod
        clusters:
        - name: prod
          cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: Q0E=, tls-server-name: kubernetes}
        - name: local
          cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}
        - name: both
          cluster: {server: "https://x", insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}
        - name: files
          cluster: {server: "https://x", certificate-authority: ca.pem}
        users:
        - {name: cert, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}
        - {name: half, user: {client-certificate-data: Q0VSVA==}}
        - {name: token, user: {token: "12345"}}
        - {name: file, user: {token: old, tokenFile: token.txt}}
        - {name: basic, user: {username: ann, password: pw}}
        - {name: gone, user: {auth-provider: {name: gcp}}}
        contexts:
        - {name: prod, context: {cluster: prod, user: cert}}
        - {name: half, context: {cluster: prod, user: half}}
        - {name: local, context: {cluster: local, user: token}}
        - {name: both, context: {cluster: both, user: token}}
        - {name: file, context: {cluster: prod, user: file}}
        - {name: basic, context: {cluster: prod, user: basic}}
        - {name: gone, context: {cluster: prod, user: gone}}
        - {name: lost, context: {cluster: nowhere}}
        - {name: files, context: {cluster: files}}
        """

    private static func config(_ file: String = "/etc/kube/config") throws -> Kubeconfig {
        try Kubeconfig(parsing: Array(text.utf8), file: file)
    }

    @Test func `The current context gives server, trust, name and client certificate`() throws {
        let access = try Self.config().access()
        #expect(access.server == "https://10.0.0.1:6443")
        #expect(access.trust == .pem(Array("CA".utf8)))
        #expect(access.serverName == "kubernetes")
        #expect(access.identity == .init(certificate: Array("CERT".utf8), key: Secret("KEY")))
        #expect(!access.skipsVerification)
        #expect(access.warnings.isEmpty)
    }

    @Test func `Verification is skipped only where the cluster says so, with a warning`() throws {
        let access = try Self.config().access(context: "local")
        #expect(access.skipsVerification)
        #expect(access.warnings == ["/etc/kube/config: cluster 'local': the server's certificate is not verified"])
        guard case .fixed(.bearer(Secret("12345"))) = access.credential else {
            Issue.record("the token is not used")
            return
        }
    }

    @Test func `Users prove themselves by token file and by password`() throws {
        guard case .tokenFile("/etc/kube/token.txt") = try Self.config().access(context: "file").credential else {
            Issue.record("the token file is not relative to the kubeconfig")
            return
        }
        let basic = try Self.config().access(context: "basic").credential
        guard case .fixed(.basic(user: "ann", password: Secret("pw"))) = basic else {
            Issue.record("the password is not used")
            return
        }
    }

    @Test(
        "What is missing or contradictory is named",
        arguments: [
            ("absent", "/etc/kube/config has no context 'absent'"),
            ("lost", "/etc/kube/config has no cluster 'nowhere'"),
            ("half", "without its key"), ("both", "insecure-skip-tls-verify"), ("gone", "auth-provider"),
            ("files", "/etc/kube/ca.pem cannot be read"),
        ])
    func failures(context: String, words: String) throws {
        let config = try Self.config()
        let error = #expect(throws: ClusterFailure.self) { try config.access(context: context) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(words) == true)
    }

    @Test("What is no kubeconfig is refused", arguments: ["", "a: [", "kind: Pod", "- x"])
    func noKubeconfig(text: String) {
        #expect(throws: ClusterFailure.self) { try Kubeconfig(parsing: Array(text.utf8), file: "x") }
    }
}

@Suite("Exec plugin")
struct ExecPluginTests {
    private static func plugin(
        _ script: String, version: String = "client.authentication.k8s.io/v1", mode: String? = "Never"
    ) -> ExecPlugin {
        var plugin = ExecPlugin(
            command: "sh", arguments: ["-c", script], environment: ["FROM_CONFIG": "yes"], apiVersion: version,
            interactiveMode: mode, installHint: "install it", cluster: ["server": "https://x"])
        plugin.deadline = .seconds(5)
        return plugin
    }

    private static func credential(_ status: String, version: String = "v1") -> String {
        #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/\#(version)","status":\#(status)}"#
    }

    @Test("Both versions give a token until its expiration", arguments: ["v1", "v1beta1"])
    func token(version: String) async throws {
        let status = #"{"token":"abc","expirationTimestamp":"2026-11-21T01:00:00Z"}"#
        let script = "test $FROM_CONFIG = yes && echo '\(Self.credential(status, version: version))'"
        let answer = try await Self.plugin(script, version: "client.authentication.k8s.io/\(version)").run()
        #expect(answer.proof.credential == .bearer(Secret("abc")))
        #expect(answer.expiration?.rfc3339 == "2026-11-21T01:00:00Z")
    }

    @Test func `The program is told the version and the cluster`() async throws {
        let script = """
            echo "$KUBERNETES_EXEC_INFO" | grep -q '"interactive":false,"cluster":{"server":"https://x"}' &&
            echo '\(Self.credential(#"{"clientCertificateData":"C","clientKeyData":"K"}"#))'
            """
        let answer = try await Self.plugin(script).run()
        #expect(answer.proof.identity == .init(certificate: Array("C".utf8), key: Secret("K")))
    }

    @Test(
        "What fails is a failure with the install hint and without the program's words",
        arguments: [
            "echo secret >&2; exit 3", "echo nonsense", "echo '{}'", #"echo '\#(credential("{}"))'"#,
            #"echo '\#(credential(#"{"token":"a"}"#, version: "v1beta1"))'"#,
            #"echo '\#(credential(#"{"token":"a","expirationTimestamp":"soon"}"#))'"#,
        ])
    func failures(script: String) async {
        let error = await #expect(throws: ClusterFailure.self) { try await Self.plugin(script).run() }
        #expect(error?.code == .configuration)
        #expect(error?.hint == "install it")
        #expect(error?.message.contains("secret") == false)
    }

    @Test func `A program that needs a terminal or hangs is refused`() async {
        let script = "echo '\(Self.credential(#"{"token":"a"}"#))'"
        await #expect(throws: ClusterFailure.self) { try await Self.plugin(script, mode: "Always").run() }
        var hung = Self.plugin("exec sleep 30")
        hung.deadline = .milliseconds(200)
        let plugin = hung
        let error = await #expect(throws: ClusterFailure.self) { try await plugin.run() }
        #expect(error?.code == .timedOut)
    }
}
