import FoundationEssentials
package import HTTP
package import Rollouts

/// A kubeconfig: clusters, users, and contexts that pair them.
package struct Kubeconfig: Sendable {
    private let document: JSON
    private let file: String

    /// - Parameters:
    ///   - document: the file's content.
    ///   - file: its path, which relative paths inside are relative to, and which errors name.
    package init(_ document: JSON, file: String) throws(ClusterFailure) {
        guard document["kind"]?.string ?? "Config" == "Config", document["clusters"]?.array != nil else {
            throw ClusterFailure(.configuration, "\(file) is not a kubeconfig")
        }
        self.document = document
        self.file = file
    }

    package var contexts: [String] {
        (document["contexts"]?.array ?? []).compactMap { $0["name"]?.string }
    }

    /// The access that a context describes; nil for the file's current one.
    package func access(
        context name: String? = nil, proxies: ProxySettings = .none
    ) throws(ClusterFailure) -> ClusterAccess {
        guard let name = name ?? document["current-context"]?.string, !name.isEmpty else {
            throw ClusterFailure(.configuration, "\(file) has no current-context", hint: "state a context")
        }
        let context = try entry("context", name)
        guard let clusterName = context["cluster"]?.string else { throw failure("context '\(name)' names no cluster") }
        let cluster = try entry("cluster", clusterName)
        guard let server = cluster["server"]?.string, !server.isEmpty else {
            throw failure("cluster '\(clusterName)' has no server")
        }
        var access = ClusterAccess(server: server)
        try apply(cluster, clusterName, proxies, to: &access)
        if let userName = context["user"]?.string, !userName.isEmpty {
            let user = try entry("user", userName)
            try apply(user, userName, cluster, to: &access)
        }
        return access
    }

    private func apply(
        _ cluster: JSON, _ name: String, _ proxies: ProxySettings, to access: inout ClusterAccess
    ) throws(ClusterFailure) {
        if let pem = try data(cluster, "certificate-authority") { access.trust = .pem(pem) }
        if let serverName = cluster["tls-server-name"]?.string, !serverName.isEmpty { access.serverName = serverName }
        if cluster["insecure-skip-tls-verify"]?.bool == true {
            guard access.trust == .system else {
                throw failure("cluster '\(name)' has a certificate authority and insecure-skip-tls-verify")
            }
            access.skipsVerification = true
            access.warnings.append("\(file): cluster '\(name)': the server's certificate is not verified")
        }
        if access.server.hasPrefix("http://") {
            access.warnings.append("\(file): cluster '\(name)': the connection is not encrypted")
        }
        if let proxy = cluster["proxy-url"]?.string, !proxy.isEmpty {
            access.proxies = ProxySettings(environment: ["ALL_PROXY": proxy])
        } else {
            access.proxies = proxies
        }
    }

    private func apply(
        _ user: JSON, _ name: String, _ cluster: JSON, to access: inout ClusterAccess
    ) throws(ClusterFailure) {
        let certificate = try data(user, "client-certificate")
        let key = try data(user, "client-key")
        if let certificate, let key {
            let secret = Secret(String(decoding: key, as: UTF8.self))
            access.identity = HTTPClient.Identity(certificate: certificate, key: secret)
        } else if certificate != nil || key != nil {
            throw failure("user '\(name)' has a client certificate without its key, or a key without certificate")
        }
        // A token file wins over a token, as in client-go.
        if let path = user["tokenFile"]?.string, !path.isEmpty {
            access.credential = .tokenFile(resolved(path))
        } else if let token = user["token"]?.string, !token.isEmpty {
            access.credential = .fixed(.bearer(Secret(token)))
        } else if let account = user["username"]?.string, !account.isEmpty {
            access.credential = .fixed(.basic(user: account, password: Secret(user["password"]?.string ?? "")))
        } else if let exec = user["exec"], !exec.isNull {
            access.credential = .exec(try plugin(exec, name, cluster))
        } else if user["auth-provider"] != nil {
            throw ClusterFailure(
                .configuration, "\(file): user '\(name)' uses an auth-provider, which Kubernetes has removed",
                hint: "use the exec plugin that replaces it")
        }
    }

    private func plugin(_ exec: JSON, _ user: String, _ cluster: JSON) throws(ClusterFailure) -> ExecPlugin {
        guard let command = exec["command"]?.string, !command.isEmpty else {
            throw failure("the exec plugin of user '\(user)' has no command")
        }
        var variables: [String: String] = [:]
        for variable in exec["env"]?.array ?? [] {
            if let name = variable["name"]?.string { variables[name] = variable["value"]?.string ?? "" }
        }
        let shown = [
            "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url",
        ]
        let described = (cluster.members ?? []).filter { shown.contains($0.name) }
        return ExecPlugin(
            // A path is relative to the file, a bare name is looked up in PATH.
            command: command.contains("/") ? resolved(command) : command,
            arguments: (exec["args"]?.array ?? []).compactMap(\.string), environment: variables,
            apiVersion: exec["apiVersion"]?.string ?? "", interactiveMode: exec["interactiveMode"]?.string,
            installHint: exec["installHint"]?.string,
            cluster: exec["provideClusterInfo"]?.bool == true ? .object(described) : nil)
    }

    // MARK: Parts

    /// The body of the first entry of this name: `contexts: [{name, context: {…}}]`.
    private func entry(_ kind: String, _ name: String) throws(ClusterFailure) -> JSON {
        let entries = document["\(kind)s"]?.array ?? []
        guard let found = entries.first(where: { $0["name"]?.string == name }), let body = found[kind] else {
            let names = entries.compactMap { $0["name"]?.string }.joined(separator: ", ")
            throw ClusterFailure(
                .configuration, "\(file) has no \(kind) '\(name)'", hint: names.isEmpty ? nil : "there are: \(names)")
        }
        return body
    }

    /// `<name>-data` in base64, else the content of the file `<name>`.
    private func data(_ entry: JSON, _ name: String) throws(ClusterFailure) -> [UInt8]? {
        if let text = entry["\(name)-data"]?.string, !text.isEmpty {
            guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
                throw failure("\(name)-data is not base64")
            }
            return Array(data)
        }
        guard let path = entry[name]?.string, !path.isEmpty else { return nil }
        return try TextFile.bytes(resolved(path))
    }

    private func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }

    private func failure(_ message: String) -> ClusterFailure {
        ClusterFailure(.configuration, "\(file): \(message)")
    }
}
