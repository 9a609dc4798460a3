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

    /// What is wrong with the file.
    package var problems: [String] {
        var found: [String] = []
        if kind != "MetricAccess" { found.append("kind is \(kind), not MetricAccess") }
        for (index, entry) in (hosts ?? []).enumerated() {
            func refuse(_ text: String) { found.append("hosts[\(index)] (\(entry.host)): \(text)") }
            if entry.host.isEmpty || entry.host.contains("/") {
                refuse("write the host alone, without https:// and path")
            }
            if (entry.certificateFile == nil) != (entry.keyFile == nil) {
                refuse("certificateFile and keyFile come together")
            }
            if entry.bearerFile != nil, entry.basic != nil { refuse("state one of bearerFile and basic") }
            for header in entry.headers ?? [] where (header.value == nil) == (header.valueFile == nil) {
                refuse("the header \(header.name) needs either value or valueFile")
            }
            if entry.secrets?.isEmpty == false, secretsFolder == nil {
                refuse("secrets need a secretsFolder")
            }
        }
        return found
    }
}
