/// The command line of `ssh`: no configuration of the user, no question, no key but ours, no host but a known one.
enum SecureShell {
    static func arguments(for remote: Remote, service: String) -> [String] {
        guard case .ssh(let user, let host, let port, let path) = remote.location else { return [] }
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(remote.knownHosts ?? "/dev/null")",
            "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "ClearAllForwardings=yes", "PermitLocalCommand=no",
            "ConnectTimeout=\(max(1, remote.limits.connect.components.seconds))",
        ]
        var arguments = ["ssh", "-F", "/dev/null"]
        if case .key(let file) = remote.credential {
            options += ["IdentitiesOnly=yes", "IdentityAgent=none"]
            arguments += ["-i", file]
        }
        for option in options { arguments += ["-o", option] }
        if let port { arguments += ["-p", String(port)] }
        if let user { arguments += ["-l", user] }
        return arguments + ["-T", "--", host, "\(service) '\(path)'"]
    }
}
