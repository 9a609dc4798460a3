import Foundation
import Support
import Testing

@Suite("check and doctor, as processes")
struct CheckTests {
    let headgate: InstalledProgram
    let folder: TemporaryFolder

    init() throws {
        headgate = try InstalledProgram()
        folder = try TemporaryFolder()
        for (name, text) in try Sample.files() { try folder.write(name, text) }
    }

    @Test func `the sample repository has no findings, from within and by its path`() throws {
        let words = "3 rollouts, 0 errors, 0 warnings\nexit 0\n"
        #expect(try headgate("check", in: folder.path).transcript == words)
        #expect(try headgate("check", folder.path).transcript == words)
    }

    @Test func `errors are listed with their places and end with 3`() throws {
        let text = try String(contentsOfFile: folder[Sample.rollout], encoding: .utf8)
        try folder.write(Sample.rollout, text.replacing("  plan:", with: "  plann:"))
        #expect(
            try headgate("check", folder.path).transcript == """
                \(Sample.rollout):7:3: error: spec.plann: unknown key "plann"
                  Hint: did you mean "plan"?
                3 rollouts, 1 error, 0 warnings
                exit 3

                """)
        let json = try headgate("check", "-o", "json", folder.path)
        #expect(json.status == 3)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["errors"] as? Int == 1)
        let finding = (object?["findings"] as? [[String: Any]])?.first
        #expect(finding?["line"] as? Int == 7)
        #expect(finding?["hint"] as? String == "did you mean \"plan\"?")
    }

    @Test func `a folder without Rollouts, and none at all`() throws {
        let empty = try TemporaryFolder()
        #expect(try headgate("check", empty.path).status == 3)
        #expect(try headgate("check", empty["nowhere"]).status == 1)
        #expect(try headgate("check", "--output", "xml", empty.path).status == 2)
    }

    @Test func `explain prints a document that is read back as the same rollout`() throws {
        let explained = try headgate("check", folder.path, "--explain", "checkout")
        #expect(explained.status == 0)
        #expect(explained.output.contains("\n  onFailure: rollback  # default\n"))
        #expect(explained.output.contains("#   1/6 weight-5, 5% of the traffic, canary 1 pod, judged against stable"))
        #expect(
            explained.output.contains("HTTPRoute/checkout in shop, spec.rules.0.backendRefs.[name=checkout].weight"))
        try folder.write(Sample.rollout, explained.output)
        #expect(try headgate("check", folder.path).transcript == "3 rollouts, 0 errors, 0 warnings\nexit 0\n")
        #expect(try headgate("check", folder.path, "--explain", "chekout").errors.contains("did you mean checkout?"))
    }

    // MARK: doctor

    private func doctor(kubeconfig: String, prometheus: String) throws -> Program.Outcome {
        let remote = try RemoteRepository(files: try Sample.files())
        return try headgate(
            "doctor", "--repo", remote.path, "--kubeconfig", kubeconfig, "--prometheus", prometheus, "--deadline", "2s")
    }

    private func kubeconfig(server: String) throws -> String {
        try headgate.home.write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "\(server)"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]

            """)
    }

    @Test func `a kubeconfig that cannot be read is said, and the rest is looked at all the same`() throws {
        let outcome = try doctor(kubeconfig: "/nonexistent", prometheus: "http://127.0.0.1:1")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("✔ push"))
        #expect(outcome.output.contains("✖ cluster       /nonexistent cannot be read"))
        #expect(outcome.output.contains("✖ metrics"))
        let broken = try headgate.home.write("broken", "clusters: [")
        #expect(try doctor(kubeconfig: broken, prometheus: "http://127.0.0.1:1").output.contains("✖ cluster"))
    }

    @Test func `servers that are away, silent or talk nonsense are findings within the deadline`() throws {
        let silent = try RawServer(sending: "", then: .hang)
        defer { silent.stop() }
        let login = try RawServer(
            sending: "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html></html>", then: .close)
        defer { login.stop() }
        for url in ["http://127.0.0.1:1", silent.url, login.url] {
            let begin = ContinuousClock.now
            let outcome = try doctor(kubeconfig: try kubeconfig(server: url), prometheus: url)
            #expect(outcome.status == 3, "\(url)")
            #expect(outcome.output.contains("✖ cluster"), "\(outcome.output)")
            #expect(outcome.output.contains("✖ metrics"), "\(outcome.output)")
            #expect(ContinuousClock.now - begin < .seconds(20))
        }
    }

    @Test func `a repository whose server never speaks is given up at the deadline`() throws {
        let silent = try RawServer(sending: "", then: .hang)
        defer { silent.stop() }
        let address = silent.url.replacing("http://", with: "ssh://git@") + "/shop.git"
        let begin = ContinuousClock.now
        let outcome = try headgate("doctor", "--repo", address, "--deadline", "1s")
        #expect(outcome.status == 3)
        #expect(outcome.output.hasPrefix("✖ repository    "))
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    @Test func `a certificate that nobody verifies is a warning`() throws {
        let file = try kubeconfig(server: "https://127.0.0.1:1")
        let text = try String(contentsOfFile: file, encoding: .utf8)
            .replacing("{server:", with: "{insecure-skip-tls-verify: true, server:")
        let loose = try headgate.home.write("loose", text)
        let outcome = try doctor(kubeconfig: loose, prometheus: "http://127.0.0.1:1")
        #expect(outcome.output.contains("! cluster"))
        #expect(outcome.output.contains("the server's certificate is not verified"))
    }
}
