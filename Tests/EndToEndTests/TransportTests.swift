import Support
import Testing

@Suite("Releases over every transport", .enabled(if: PrometheusServer.isInstalled))
struct TransportTests {
    @Test func `HTTPS, with a token`() async throws {
        try await Town.run { town in
            try town.repository.git("config", "http.receivepack", "true")
            let server = try await HTTPSGitServer(serving: town.repository.folder.path)
            let token = try town.folder.write("token", server.password + "\n", mode: 0o600)
            let agent = try town.watcher(
                repository: server.url + "/private/remote.git",
                ["--token-file", token, "--ca-file", server.authority.certificate])
            try await scenario(town, agent)
            #expect(try await server.statuses().contains(200))
        }
    }

    @Test func `SSH, with a key`() async throws {
        try await Town.run { town in
            let server = try await SSHGitServer()
            let agent = try town.watcher(
                repository: server.url(town.repository.path),
                ["--ssh-key", server.ed25519, "--known-hosts", server.knownHosts])
            try await scenario(town, agent)
        }
    }

    private func scenario(_ town: Town, _ agent: Program) async throws {
        try await town.watched([agent]) {
            try await town.until(action: "adopt finish")
            try town.release(Town.good)
            try await town.until(action: "finish finish")
            try town.release(Town.bad, over: Town.good)
            try await town.until(action: "rollback rest")
        }
        let expected = ReleaseTests.forward + ReleaseTests.backward
        #expect(try town.ledger().breaches(of: expected, folder: Town.manifests, in: town.repository) == [])
    }
}
