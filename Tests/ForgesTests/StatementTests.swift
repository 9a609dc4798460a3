import HTTP
import Rollouts
import Testing

@testable import Forges

/// What comes of the flags and of where Git finds the repository.
@Suite("A deployment's words about its forge")
struct StatementTests {
    private func statement(
        _ url: String? = nil, _ change: (inout ForgeStatement) -> Void = { _ in }
    ) -> ForgeStatement {
        var statement = ForgeStatement()
        statement.git = url.flatMap(Self.place)
        change(&statement)
        return statement
    }

    /// `https://host[:port]/path` or `ssh://host[:port]/path`.
    static func place(_ url: String) -> GitPlace? {
        let isWeb = url.hasPrefix("https://")
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" }.split(separator: ":").map(String.init)
        let path = rest.drop { $0 != "/" }
        return GitPlace(
            host: authority[0], port: authority.count > 1 ? Int(authority[1]) : nil, path: String(path), isWeb: isWeb)
    }

    private func access(_ statement: ForgeStatement) throws -> (access: ForgeAccess, isGitToken: Bool)? {
        guard case .known(let access, let isGitToken) = try statement.resolved() else { return nil }
        return (access, isGitToken)
    }

    static let places: [(String, String?, ForgeKind, String, String?)] = [
        ("https://github.com/acme/config.git", nil, .gitHub, "acme/config", nil),
        ("ssh://github.com/acme/config", nil, .gitHub, "acme/config", nil),
        ("https://gitlab.com/acme/shop/config.git", nil, .gitLab, "acme/shop/config", nil),
        ("https://bitbucket.org/acme/config", nil, .bitbucketCloud, "acme/config", nil),
        ("https://codeberg.org/acme/config.git", nil, .gitea, "acme/config", "https://codeberg.org/api/v1"),
        ("https://dev.azure.com/acme/shop/_git/config", nil, .azureDevOps, "acme/shop/config", nil),
        ("https://dev.azure.com/acme/my%20shop/_git/config", nil, .azureDevOps, "acme/my shop/config", nil),
        ("https://dev.azure.com/acme/_git/shop", nil, .azureDevOps, "acme/shop/shop", nil),
        (
            "https://acme.visualstudio.com/DefaultCollection/shop/_git/config", nil, .azureDevOps, "acme/shop/config",
            nil
        ),
        ("ssh://ssh.dev.azure.com/v3/acme/shop/config", nil, .azureDevOps, "acme/shop/config", nil),
        (
            "https://git.example.com/acme/config.git", "github", .gitHub, "acme/config",
            "https://git.example.com/api/v3"
        ),
        (
            "https://git.example.com:8443/a/b/c.git", "gitlab", .gitLab, "a/b/c",
            "https://git.example.com:8443/api/v4"
        ),
        ("ssh://git.example.com:2222/acme/config", "gitea", .gitea, "acme/config", "https://git.example.com/api/v1"),
        (
            "https://git.example.com/scm/SHOP/config.git", "bitbucket-data-center", .bitbucketDataCenter, "SHOP/config",
            "https://git.example.com"
        ),
        (
            "ssh://git.example.com:7999/SHOP/config.git", "bitbucket-data-center", .bitbucketDataCenter, "SHOP/config",
            "https://git.example.com"
        ),
    ]

    @Test(arguments: places)
    func `Forge, repository and URL follow from where Git finds it`(
        url: String, stated: String?, kind: ForgeKind, repository: String, root: String?
    ) throws {
        let found = try #require(
            try access(
                statement(url) { statement in
                    statement.kind = stated
                    statement.token = Secret("a-token")
                }))
        #expect(found.access.kind == kind)
        #expect(found.access.repository == repository)
        #expect(found.access.url == root)
        _ = try found.access.forge()
    }

    @Test(arguments: [nil, "https://git.example.com/acme/config.git", "ssh://git.example.com/acme/config"])
    func `A host that nothing is known of is no forge, and nothing breaks`(url: String?) throws {
        guard case .none = try statement(url, { $0.gitToken = Secret("git") }).resolved() else {
            Issue.record("there is one")
            return
        }
    }

    @Test func `A known forge without a credential is said to be one`() throws {
        guard case .uncredentialed(.gitHub) = try statement("ssh://github.com/acme/config").resolved() else {
            Issue.record("there is a credential")
            return
        }
    }

    @Test(arguments: [
        "https://github.com/acme/config", "https://gitlab.com/acme/config", "https://bitbucket.org/acme/config",
        "https://dev.azure.com/acme/shop/_git/config", "https://codeberg.org/acme/config",
    ])
    func `Git's token is the forge's where nothing else is stated`(url: String) throws {
        let found = try #require(try access(statement(url) { $0.gitToken = Secret("git-token") }))
        #expect(found.isGitToken)
        guard case .token(let token) = found.access.identity else { return }
        #expect(token.revealed == "git-token")

        let own = try #require(
            try access(
                statement(url) { statement in
                    statement.gitToken = Secret("git-token")
                    statement.token = Secret("forge-token")
                }))
        #expect(!own.isGitToken)
        guard case .token(let token) = own.access.identity else { return }
        #expect(token.revealed == "forge-token")
    }

    @Test func `Git's token is sent to no other host, and the message says why`() throws {
        let other = statement("https://git.example.com/acme/config.git") { statement in
            statement.kind = "gitea"
            statement.url = "https://forge.example.com/api/v1"
            statement.gitToken = Secret("git-token-123")
        }
        let refused = try #require(throws: ForgeFailure.self) { try other.resolved() }
        #expect(refused.message.contains("goes nowhere else"))
        #expect(!"\(refused)\(refused.hint ?? "")".contains("git-token-123"))
        // Another port is another server.
        var port = other
        port.url = "https://git.example.com:8443/api/v1"
        #expect(throws: ForgeFailure.self) { try port.resolved() }
        port.url = "https://git.example.com/api/v1"
        #expect(try access(port)?.isGitToken == true)
    }

    @Test func `Git's authorities are believed at the same host alone`() throws {
        func authorities(_ url: String) throws -> String? {
            try access(
                statement("https://git.example.com/acme/config.git") { statement in
                    statement.kind = "gitea"
                    statement.url = url
                    statement.token = Secret("t")
                    statement.gitAuthorities = "/etc/ca.pem"
                })?.access.caFile
        }
        #expect(try authorities("https://git.example.com/api/v1") == "/etc/ca.pem")
        #expect(try authorities("https://forge.example.com/api/v1") == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:3000/api/v1", true), ("http://localhost:3000/api/v1", true),
        ("https://10.0.0.1/api/v1", false),
    ])
    func `This machine is local where the deployment names it, and nothing else`(url: String, isLocal: Bool) throws {
        let found = try access(
            statement { statement in
                (statement.kind, statement.url, statement.repository) = ("gitea", url, "acme/config")
                statement.token = Secret("t")
            })
        #expect(found?.access.isLocal == isLocal)
    }

    @Test func `A GitHub App is the identity for the API and for Git`() throws {
        let found = try #require(
            try access(
                statement("https://github.com/acme/config") { statement in
                    statement.app = "Iv23li"
                    statement.appKey = Secret("-----BEGIN")
                    statement.installation = 7
                }))
        guard case .app(let key) = found.access.identity else {
            Issue.record("no App")
            return
        }
        #expect(key.issuer == "Iv23li" && key.installation == 7)
        #expect(found.isGitToken)
    }

    @Test(arguments: ["https://github.example.com/api/v3", "https://other.example.com/api/v3"])
    func `Tokens of an App are Git's at the App's own server, where Git has no other`(url: String) throws {
        func isGitToken(_ gitToken: Secret?) throws -> Bool? {
            try access(
                statement("https://github.example.com/acme/config") { statement in
                    (statement.kind, statement.url, statement.app) = ("github", url, "Iv23li")
                    (statement.appKey, statement.gitToken) = (Secret("-----BEGIN"), gitToken)
                })?.isGitToken
        }
        #expect(try isGitToken(nil) == url.contains("github.example"))
        #expect(try isGitToken(Secret("git")) == false)
    }

    static let mistakes: [(String, @Sendable (inout ForgeStatement) -> Void)] = [
        ("\"githb\" is no forge", { $0.kind = "githb" }),
        ("--forge-url is given, but not which forge", { $0.url = "https://git.example.com" }),
        ("a token of the forge is given, but not which forge", { $0.token = Secret("very-secret-1") }),
        ("contradicts --repo", { ($0.kind, $0.git) = ("gitlab", place("https://github.com/acme/config")) }),
        ("the URL of Gitea is not known", { $0.kind = "gitea" }),
        ("is no URL", { ($0.kind, $0.url) = ("gitea", "git.example.com") }),
        ("is not https", { ($0.kind, $0.url) = ("gitea", "http://git.example.com/api/v1") }),
        (
            "which repository of GitLab",
            { ($0.kind, $0.url, $0.token) = ("gitlab", "https://git.example.com/api/v4", Secret("very-secret-1")) }
        ),
        (
            "which repository of GitHub",
            { ($0.git, $0.token) = (place("https://github.com/acme/a/b"), Secret("very-secret-1")) }
        ),
        (
            "nothing to show to GitHub",
            { ($0.git, $0.kind) = (place("https://github.com/acme/config"), "github") }
        ),
        (
            "private key of the GitHub App Iv23li is not given",
            { ($0.git, $0.app) = (place("https://github.com/acme/config"), "Iv23li") }
        ),
        (
            "but not the App",
            { ($0.git, $0.appKey) = (place("https://github.com/acme/config"), Secret("very-secret-1")) }
        ),
        (
            "are both given",
            {
                ($0.git, $0.app) = (place("https://github.com/acme/config"), "Iv23li")
                ($0.appKey, $0.token) = (Secret("very-secret-1"), Secret("very-secret-1"))
            }
        ),
        (
            "knows no GitHub Apps",
            {
                ($0.git, $0.app, $0.appKey) = (
                    place("https://gitlab.com/acme/config"), "Iv23li", Secret("very-secret-1")
                )
            }
        ),
        (
            "takes a token alone",
            { ($0.git, $0.user, $0.token) = (place("https://gitlab.com/acme/config"), "bot", Secret("very-secret-1")) }
        ),
        (
            "--forge-requests 0",
            { ($0.git, $0.token, $0.requests) = (place("https://gitlab.com/a/b"), Secret("very-secret-1"), 0) }
        ),
    ]

    @Test(arguments: mistakes.indices)
    func `Each missing or contradictory piece is a mistake with a hint, and shows no secret`(index: Int) throws {
        let (words, change) = Self.mistakes[index]
        let statement = statement(nil, change)
        let refused = try #require(throws: ForgeFailure.self) { try statement.resolved() }
        #expect(refused.code == .configuration)
        #expect(refused.message.contains(words), "\(refused.message)")
        #expect(!"\(refused.message) \(refused.hint ?? "")".contains("very-secret-1"))
    }
}
