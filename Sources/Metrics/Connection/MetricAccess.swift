/// What the agent's own deployment allows metrics to reach, and with which credentials: a file that it mounts.
///
/// Nothing in a repository can widen it. A host that is not listed is asked without any credential, and not at all where
/// its address is a local one.
package struct MetricAccess: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    /// A folder with a file `<name>/<key>` for each key of a mounted Secret.
    package var secretsFolder: String?
    package var hosts: [Host]?
    package var aws: AWS?

    package init() {
        apiVersion = "headgate.dev/v1alpha1"
        kind = "MetricAccess"
    }

    /// What holds for one host.
    package struct Host: Codable, Equatable, Sendable {
        /// A name, `name:port`, or `*.` before a domain for everything below it.
        package var host: String
        /// The Secrets whose keys templates may send there.
        package var secrets: [String]?
        /// Whether the host may have a loopback or link-local address.
        package var local: Bool?
        package var caFile: String?
        package var certificateFile: String?
        package var keyFile: String?
        /// Believes any certificate.
        package var skipVerification: Bool?
        package var bearerFile: String?
        package var basic: Basic?
        package var oauth2: OAuth2?
        package var sigv4: SigV4?
        package var google: Google?
        package var headers: [HeaderFile]?

        package init(host: String) { self.host = host }
    }

    package struct Basic: Codable, Equatable, Sendable {
        package var username: String
        package var passwordFile: String

        package init(username: String, passwordFile: String) {
            self.username = username
            self.passwordFile = passwordFile
        }
    }

    /// A header with its value, or with the file that has it.
    package struct HeaderFile: Codable, Equatable, Sendable {
        package var name: String
        package var value: String?
        package var valueFile: String?

        package init(name: String, value: String? = nil, valueFile: String? = nil) {
            self.name = name
            self.value = value
            self.valueFile = valueFile
        }
    }

    /// The entry of a host: the one with its port before its name before a domain's.
    package func entry(host: String, port: String) -> Host? {
        let name = host.lowercased()
        func rank(_ entry: Host) -> Int? {
            let pattern = entry.host.lowercased()
            if pattern == "\(name):\(port)" { return 0 }
            if pattern == name { return 1 }
            return pattern.hasPrefix("*.") && name.hasSuffix(pattern.dropFirst()) ? 2 : nil
        }
        return (hosts ?? []).compactMap { entry in rank(entry).map { ($0, entry) } }.min { $0.0 < $1.0 }?.1
    }
}
