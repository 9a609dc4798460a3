internal import Analysis
internal import FoundationEssentials
internal import HTTP
internal import Rollouts

/// Reads what the deployment has mounted: keys of Secrets, tokens, passwords.
struct SecretVault: Sendable {
    private let folder: String?

    init(folder: String?) {
        self.folder = folder
    }

    /// A key of a mounted Secret, for a host to which the deployment lets it go.
    func secret(
        _ reference: SecretReference, for entry: MetricAccess.Host?, host: String
    ) throws(MetricFailure) -> Secret {
        guard entry?.secrets?.contains(reference.name) == true else {
            throw MetricFailure(
                .configuration, "the secret \(reference.name) may not be sent to \(host)",
                hint: "the deployment's metric access lists under hosts which secrets a host may have")
        }
        guard let folder, Self.isPlain(reference.name), Self.isPlain(reference.key) else {
            throw MetricFailure(.configuration, "the secret \(reference.name) has no folder to be read from")
        }
        return try file("\(folder)/\(reference.name)/\(reference.key)")
    }

    /// Whether the key is mounted.
    func has(_ reference: SecretReference) -> Bool {
        guard let folder, Self.isPlain(reference.name), Self.isPlain(reference.key) else { return false }
        return FileManager.default.fileExists(atPath: "\(folder)/\(reference.name)/\(reference.key)")
    }

    /// A file with one secret; white space at its end is not part of it.
    func file(_ path: String) throws(MetricFailure) -> Secret {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else {
            throw MetricFailure(
                .configuration, "cannot read \(path)", hint: "is it mounted, and may the agent read it?")
        }
        var text = String(decoding: data, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return Secret(text)
    }

    /// Names that stay in their folder.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    }
}
