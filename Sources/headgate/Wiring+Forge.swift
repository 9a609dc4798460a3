import Agent
import ArgumentParser
import FoundationEssentials
import Forges
import Git
import HTTP
import Rollouts

extension Wiring {
    /// The forge of a deployment; no session where none is known, or where there is nothing to show to it.
    struct StatedForge {
        var session: ForgeSession?
        var forge: (any Forge)? { session?.forge }
        var standing = ForgeStanding.unknown
        /// What Git shows where the deployment states nothing for it.
        var gitCredentials: Remote.CredentialSource?
    }

    static func forge(_ options: ConnectionOptions, _ location: RemoteLocation) throws -> StatedForge {
        switch try statement(options, location).resolved() {
        case .none: return StatedForge()
        case .uncredentialed(let kind): return StatedForge(standing: .uncredentialed(kind.title))
        case .known(let access, let isGitToken):
            let session = try access.session()
            let isGitCredential = isGitToken && location.isWeb && options.sshKey == nil
            return StatedForge(
                session: session, standing: .known(session.examiner, isGitCredential: isGitCredential),
                gitCredentials: isGitCredential ? credentials(of: session) : nil)
        }
    }

    /// The forge of a repository for a command that asks nothing else; nil where none is known.
    static func forge(of repository: String?, _ stated: ForgeOptions) throws -> (any Forge)? {
        var options = try ConnectionOptions.parse([])
        (options.repo, options.forge) = (repository, stated)
        return try forge(options, location(options)).forge
    }

    /// The flags, and the environment where they say nothing.
    private static func statement(_ options: ConnectionOptions, _ location: RemoteLocation) throws -> ForgeStatement {
        let stated = options.forge
        var statement = ForgeStatement()
        statement.kind = stated.forge ?? Environment["HEADGATE_FORGE"]
        statement.url = stated.forgeUrl ?? Environment["HEADGATE_FORGE_URL"]
        statement.repository = stated.forgeRepository ?? Environment["HEADGATE_FORGE_REPOSITORY"]
        statement.user = stated.forgeUser ?? Environment["HEADGATE_FORGE_USER"]
        statement.app = stated.forgeApp ?? Environment["HEADGATE_FORGE_APP"]
        statement.installation = stated.forgeAppInstallation
        statement.caFile = stated.forgeCaFile
        statement.requests = stated.forgeRequests
        statement.token = try secret(in: stated.forgeTokenFile, else: "HEADGATE_FORGE_TOKEN")
        statement.appKey = try secret(in: stated.forgeAppKey, else: "HEADGATE_FORGE_APP_KEY")
        statement.proxies = ProxySettings(environment: ProcessInfo.processInfo.environment)
        statement.git = location.place
        statement.gitToken = location.isWeb ? try secret(in: options.tokenFile, else: "HEADGATE_TOKEN") : nil
        statement.gitAuthorities = options.caFile
        return statement
    }

    private static func secret(in file: String?, else variable: String) throws -> HTTP.Secret? {
        let text = try file.map { try Wiring.text(of: $0) } ?? Environment[variable]
        guard let text, let file, text.isEmpty else { return text.map { HTTP.Secret($0) } }
        throw CommandError("\(file) is empty", hint: "it has the secret and nothing else")
    }

    /// The token of the GitHub App.
    private static func credentials(of session: ForgeSession) -> Remote.CredentialSource {
        { () async throws(GitError) -> Git.Credential? in
            let shown: (user: String, token: HTTP.Secret)?
            do throws(ForgeFailure) {
                shown = try await session.gitCredential()
            } catch {
                let code: GitError.Code = error.code == .configuration ? .authentication : .unreachable
                throw GitError(code, "get a token for the repository", error.message)
            }
            return shown.map { .basic(username: $0.user, password: Git.Secret($0.token.revealed)) }
        }
    }
}

extension RemoteLocation {
    var isWeb: Bool { if case .http = self { true } else { false } }

    /// Nil for a path of this machine.
    var place: GitPlace? {
        switch self {
        case .local: return nil
        case .ssh(_, let host, let port, let path): return GitPlace(host: host, port: port, path: path, isWeb: false)
        case .http(let url):
            guard let origin = HTTPClient.Request.origin(of: url) else { return nil }
            let path = url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(3).joined(separator: "/")
            let port = Int(origin.port).flatMap { $0 == 443 ? nil : $0 }
            return GitPlace(host: origin.host, port: port, path: path, isWeb: true)
        }
    }
}

/// An agent, with what of it has to be renewed where the program stays.
struct ConnectedAgent {
    let agent: Agent
    let forge: Wiring.StatedForge

    /// A tick or a look begins: what a run may ask of the forge counts from now.
    func beginRun() { forge.session?.beginRun() }

    func look() async throws -> TickReport {
        beginRun()
        return try await agent.look()
    }
}
