import Analysis
import HTTP
package import Rollouts
import Subprocess
import SystemPackage

/// A program that hands out credentials, by the `client.authentication.k8s.io` protocol in its v1 and v1beta1 forms.
package struct ExecPlugin: Sendable {
    package let command: String
    package let arguments: [String]
    package let environment: [String: String]
    package let apiVersion: String
    package let interactiveMode: String?
    package let installHint: String?
    /// The cluster's part of `KUBERNETES_EXEC_INFO`, where the user's entry asks for it.
    package let cluster: JSON?
    package var deadline: Duration = .seconds(60)

    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    private static let outputLimit = 1 << 20

    /// What the program said, and until when it holds; nil means for as long as the server accepts it.
    struct Answer: Sendable {
        let proof: ClusterProof
        let expiration: Timestamp?
    }

    func run() async throws(ClusterFailure) -> Answer {
        guard Self.versions.contains(apiVersion) else {
            throw failure("speaks \(apiVersion), which is not known here")
        }
        guard interactiveMode != "Always" else {
            throw failure("needs a terminal (interactiveMode: Always)")
        }
        let output = try await finish()
        guard let json = try? JSON(parsing: output), json["kind"]?.string == "ExecCredential" else {
            throw failure("did not print an ExecCredential")
        }
        guard json["apiVersion"]?.string == apiVersion else {
            throw failure("answered in \(json["apiVersion"]?.string ?? "no version"), asked was \(apiVersion)")
        }
        return try answer(json["status"])
    }

    private func answer(_ status: JSON?) throws(ClusterFailure) -> Answer {
        var proof = ClusterProof()
        if let token = status?["token"]?.string, !token.isEmpty { proof.credential = .bearer(Secret(token)) }
        if let certificate = status?["clientCertificateData"]?.string, let key = status?["clientKeyData"]?.string {
            proof.identity = HTTPClient.Identity(certificate: Array(certificate.utf8), key: Secret(key))
        }
        guard proof != ClusterProof() else { throw failure("gave neither a token nor a certificate") }
        let stated = status?["expirationTimestamp"]?.string
        let expiration = stated.flatMap(Timestamp.init(rfc3339:))
        guard stated == nil || expiration != nil else { throw failure("gave an expirationTimestamp that is no time") }
        return Answer(proof: proof, expiration: expiration)
    }

    /// Runs the program without input, killed at the deadline; what it writes to stderr may be secret and is dropped.
    private func finish() async throws(ClusterFailure) -> String {
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await execute() }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return .late
            }
            defer { group.cancelAll() }
            return await group.next() ?? .late
        }
        switch outcome {
        case .output(let text): return text
        case .status(let status): throw failure("ended with \(status)")
        case .notStarted: throw failure("could not be started")
        case .late where Task.isCancelled: throw ClusterFailure(.cancelled, "the exec plugin was cancelled")
        case .late:
            throw ClusterFailure(.timedOut, "the exec plugin '\(command)' did not end within \(deadline.inSeconds) s")
        }
    }

    private enum Outcome: Sendable {
        case output(String)
        case status(String)
        case notStarted
        case late
    }

    private func execute() async -> Outcome {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(500))]
        do {
            let result = try await Subprocess.run(
                command.contains("/") ? .path(FilePath(command)) : .name(command), arguments: Arguments(arguments),
                environment: Environment.inherit.updating(variables), platformOptions: options,
                output: .string(limit: Self.outputLimit))
            guard result.terminationStatus.isSuccess else { return .status("\(result.terminationStatus)") }
            return .output(result.standardOutput)
        } catch {
            return .notStarted
        }
    }

    private var variables: [Environment.Key: String?] {
        var spec = [JSON.Member(name: "interactive", value: false)]
        if let cluster { spec.append(JSON.Member(name: "cluster", value: cluster)) }
        let info: JSON = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec)]
        var variables: [Environment.Key: String?] = ["KUBERNETES_EXEC_INFO": info.text]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return variables
    }

    private func failure(_ words: String) -> ClusterFailure {
        ClusterFailure(
            .configuration, "the exec plugin '\(command)' \(words)",
            hint: installHint ?? "run it by hand to see what it says")
    }
}
