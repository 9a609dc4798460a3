import Foundation

/// A real `sshd` on a free port of 127.0.0.1 that lets one person in with an Ed25519 or an RSA key.
package final class SSHGitServer: Sendable {
    package let port: UInt16
    package let user = NSUserName()
    private let folder: TemporaryFolder
    private let program: Program

    /// Private keys that are let in.
    package var ed25519: String { folder["ed25519"] }
    package var rsa: String { folder["rsa"] }
    /// A private key that is not.
    package var stranger: String { folder["stranger"] }
    /// A known_hosts file with the server's keys, RSA first.
    package var knownHosts: String { folder["known_hosts"] }
    /// One that has another key for this host.
    package var changedHosts: String { folder["changed_hosts"] }

    package init() async throws {
        let folder = try TemporaryFolder()
        let port = try freePort()
        for (name, kind) in [
            ("host_rsa", "rsa"), ("host_ed25519", "ed25519"), ("ed25519", "ed25519"), ("rsa", "rsa"),
            ("stranger", "ed25519"),
        ] {
            let outcome = try Program.run("ssh-keygen", ["-q", "-t", kind, "-N", "", "-f", folder[name]])
            guard outcome.status == 0 else { throw Program.Failure(description: outcome.errors) }
        }
        func key(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder[name + ".pub"])), as: UTF8.self)
        }
        try folder.write("authorized_keys", try key("ed25519") + key("rsa"), mode: 0o600)
        let host = "[127.0.0.1]:\(port) "
        try folder.write("known_hosts", host + (try key("host_rsa")) + host + (try key("host_ed25519")))
        try folder.write("changed_hosts", host + (try key("stranger")))
        try folder.write(
            "sshd_config",
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder["host_rsa"])
            HostKey \(folder["host_ed25519"])
            AuthorizedKeysFile \(folder["authorized_keys"])
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication no
            SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

            """)
        // The package's own script makes it at boot, which containers have not.
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        self.folder = folder
        self.port = port
        program = try Program("/usr/sbin/sshd", ["-D", "-e", "-f", folder["sshd_config"]])
        try await waitUntilListening(port)
    }

    deinit { program.stop() }

    /// How the repository at an absolute path is reached.
    package func url(_ path: String) -> String { "ssh://\(user)@127.0.0.1:\(port)\(path)" }

    /// What the server has said.
    package var log: String { program.errors }
}
