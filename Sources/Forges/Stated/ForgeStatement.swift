package import HTTP
package import Rollouts

/// What a deployment says about its forge, before the rest is inferred from where Git finds the repository.
package struct ForgeStatement: Sendable {
    /// The name of a `ForgeKind`.
    package var kind: String?
    /// The root of the API, or of the server where the forge has it so.
    package var url: String?
    package var repository: String?
    package var token: Secret?
    /// With whose name the token goes, where the forge wants one.
    package var user: String?
    /// A GitHub App by its client id.
    package var app: String?
    package var appKey: Secret?
    package var installation: Int?
    package var caFile: String?
    /// How many requests a run may send.
    package var requests: Int?
    package var proxies = ProxySettings.none
    /// Where Git finds the repository; nil for a path of this machine.
    package var git: GitPlace?
    /// What Git shows there over HTTPS, which is the forge's too where nothing else is stated.
    package var gitToken: Secret?
    /// The authorities that Git believes there.
    package var gitAuthorities: String?

    package init() {}

    /// What comes of it.
    package enum Outcome: Sendable {
        /// Nothing says that there is a forge.
        case none
        /// There is one, and nothing to show to it.
        case uncredentialed(ForgeKind)
        /// - Parameter isGitToken: whether Git shows the same credential, as far as this statement decides it: its own is
        ///   borrowed here, or a GitHub App's tokens are good for the place where Git finds the repository.
        case known(ForgeAccess, isGitToken: Bool)
    }

    /// - Throws: `configuration` for what is missing or contradicts itself, in the words of the command line.
    package func resolved() throws(ForgeFailure) -> Outcome {
        guard let kind = try statedKind() else {
            guard let flag = stated.first else { return .none }
            throw mistake(
                "\(flag) is given, but not which forge it is for",
                "give --forge: \(ForgeKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let root = try root(of: kind)
        guard let (identity, isGitToken) = try identity(for: kind, root) else {
            guard stated.isEmpty else { throw credentialMissing(kind) }
            return .uncredentialed(kind)
        }
        var access = ForgeAccess(kind, repository: try repository(of: kind), identity: identity)
        access.url = root
        access.isLocal = root.map(Self.isLocal) ?? false
        access.caFile = caFile ?? (isOfGit(kind, root) ? gitAuthorities : nil)
        access.proxies = proxies
        if let requests {
            guard requests > 0 else { throw mistake("--forge-requests \(requests) is no number of requests", nil) }
            access.requests = requests
        }
        return .known(access, isGitToken: isGitToken)
    }

    /// The flags that make no sense without a forge, as far as they are given.
    private var stated: [String] {
        var flags: [String] = []
        if kind != nil { flags.append("--forge") }
        if url != nil { flags.append("--forge-url") }
        if repository != nil { flags.append("--forge-repository") }
        if token != nil { flags.append("a token of the forge") }
        if user != nil { flags.append("--forge-user") }
        if app != nil { flags.append("--forge-app") }
        if appKey != nil { flags.append("--forge-app-key") }
        if installation != nil { flags.append("--forge-app-installation") }
        if caFile != nil { flags.append("--forge-ca-file") }
        if requests != nil { flags.append("--forge-requests") }
        return flags
    }

    private func mistake(_ message: String, _ hint: String?) -> ForgeFailure {
        ForgeFailure(.configuration, message, hint: hint)
    }

    // MARK: Place

    private func statedKind() throws(ForgeFailure) -> ForgeKind? {
        let inferred = git.flatMap { ForgePlace($0).kind }
        guard let kind else { return inferred }
        guard let stated = ForgeKind(rawValue: kind) else {
            throw mistake(
                "\"\(ForeignText.line(kind))\" is no forge",
                "give --forge one of \(ForgeKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if let inferred, inferred != stated, url == nil {
            throw mistake(
                "--forge \(kind) contradicts --repo, which is at \(git?.host ?? "") and so on \(inferred.rawValue)",
                "leave --forge away, or give --forge-url where the forge is another server")
        }
        return stated
    }

    private func root(of kind: ForgeKind) throws(ForgeFailure) -> String? {
        guard let url else {
            let inferred = git.flatMap { ForgePlace($0).url(of: kind) }
            // A public service needs none; of the others nothing is known without a host.
            let isPublic = git.map { ForgePlace($0).kind == kind } ?? false
            guard inferred == nil, !isPublic else { return inferred }
            throw mistake("the URL of \(kind.title) is not known", "give --forge-url, like \(kind.exampleURL)")
        }
        guard let target = HTTPClient.Request.target(of: url) else {
            // What is none may have a password in it.
            throw mistake(
                "--forge-url is no URL, or has a user or a password in it",
                "write it like \(kind.exampleURL), and the credential in --forge-token-file")
        }
        guard target.scheme == "https" || Self.isLocal(url) else {
            throw mistake(
                "--forge-url \(ForeignText.line(url)) is not https: anybody on the way could read the credential",
                "write it like \(kind.exampleURL); plain http is for 127.0.0.1 alone")
        }
        return url
    }

    /// Whether it is this machine, which the deployment may name and nobody else.
    private static func isLocal(_ url: String) -> Bool {
        guard let host = HTTPClient.Request.origin(of: url)?.host.lowercased() else { return false }
        return host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    private func repository(of kind: ForgeKind) throws(ForgeFailure) -> String {
        if let repository { return repository }
        if let inferred = git.flatMap({ ForgePlace($0).repository(of: kind) }) { return inferred }
        throw mistake(
            "which repository of \(kind.title) it is cannot be told from --repo",
            "give --forge-repository, like \(kind.exampleRepository)")
    }

    // MARK: Credential

    private func isOfGit(_ kind: ForgeKind, _ root: String?) -> Bool {
        git.map { ForgePlace($0).isServed(by: kind, at: root) } ?? false
    }

    private func identity(
        for kind: ForgeKind, _ root: String?
    ) throws(ForgeFailure) -> (ForgeAccess.Identity, isGitToken: Bool)? {
        let isOfGit = isOfGit(kind, root)
        if let app = try appKey(for: kind) { return (.app(app), isOfGit && gitToken == nil) }
        let borrowed = isOfGit ? gitToken : nil
        if let user {
            guard [.bitbucketCloud, .bitbucketDataCenter, .azureDevOps].contains(kind) else {
                throw mistake("--forge-user is given, but \(kind.title) takes a token alone", "leave --forge-user away")
            }
            guard let password = token ?? borrowed else { throw credentialMissing(kind) }
            return (.basic(user: user, password: password), token == nil)
        }
        if let token { return (.token(token), isOfGit && token == gitToken) }
        return borrowed.map { (.token($0), true) }
    }

    private func appKey(for kind: ForgeKind) throws(ForgeFailure) -> GitHubAppKey? {
        guard let app else {
            guard appKey == nil, installation == nil else {
                throw mistake(
                    "a key or an installation of a GitHub App is given, but not the App",
                    "give --forge-app its client id")
            }
            return nil
        }
        guard kind == .gitHub else {
            throw mistake("--forge-app is given, but \(kind.title) knows no GitHub Apps", "give a token")
        }
        guard token == nil, user == nil else {
            throw mistake(
                "--forge-app and a token or user are both given",
                "the agent is one or the other: leave one away")
        }
        guard let appKey else {
            throw mistake(
                "the private key of the GitHub App \(ForeignText.line(app)) is not given",
                "give --forge-app-key its file, or HEADGATE_FORGE_APP_KEY its text")
        }
        return GitHubAppKey(issuer: app, privateKey: appKey, installation: installation)
    }

    private func credentialMissing(_ kind: ForgeKind) -> ForgeFailure {
        let app = kind == .gitHub ? ", or --forge-app with --forge-app-key" : ""
        let git =
            gitToken == nil ? "" : "; Git's token is for \(self.git?.host ?? "another host") and goes nowhere else"
        return mistake(
            "there is nothing to show to \(kind.title)\(git)",
            "give HEADGATE_FORGE_TOKEN or --forge-token-file\(app)")
    }
}

extension ForgeKind {
    /// For people.
    package var title: String {
        switch self {
        case .gitHub: "GitHub"
        case .gitLab: "GitLab"
        case .gitea: "Gitea"
        case .bitbucketCloud: "Bitbucket Cloud"
        case .bitbucketDataCenter: "Bitbucket Data Center"
        case .azureDevOps: "Azure DevOps"
        }
    }

    var exampleURL: String {
        switch self {
        case .gitHub: "https://github.example.com/api/v3"
        case .gitLab: "https://gitlab.example.com/api/v4"
        case .gitea: "https://gitea.example.com/api/v1"
        case .bitbucketCloud: "https://api.bitbucket.org/2.0"
        case .bitbucketDataCenter: "https://bitbucket.example.com"
        case .azureDevOps: "https://dev.azure.com"
        }
    }

    var exampleRepository: String {
        switch self {
        case .gitHub, .gitLab, .gitea, .bitbucketCloud: "acme/config"
        case .bitbucketDataCenter: "SHOP/config"
        case .azureDevOps: "acme/shop/config"
        }
    }
}
