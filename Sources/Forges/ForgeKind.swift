package import Rollouts

/// The forges that are known, each by the name that the deployment says.
package enum ForgeKind: String, Hashable, CaseIterable, Sendable {
    case gitHub = "github"
    case gitLab = "gitlab"
    /// Gitea and Forgejo.
    case gitea
    case bitbucketCloud = "bitbucket-cloud"
    case bitbucketDataCenter = "bitbucket-data-center"
    case azureDevOps = "azure-devops"
}

extension ForgeAccess {
    /// The forge that is asked with this access; nothing is asked yet.
    package func forge(clock: ForgeClock = .system) throws(ForgeFailure) -> any Forge {
        try session(clock: clock).forge
    }

    /// The forge as a program uses it, which may make several runs.
    package func session(clock: ForgeClock = .system) throws(ForgeFailure) -> ForgeSession {
        switch kind {
        case .gitHub: ForgeSession(try GitHub(self, clock: clock))
        case .gitLab: ForgeSession(try GitLab(self, clock: clock))
        case .gitea: ForgeSession(try Gitea(self, clock: clock))
        case .bitbucketCloud: ForgeSession(try BitbucketCloud(self, clock: clock))
        case .bitbucketDataCenter: ForgeSession(try BitbucketDataCenter(self, clock: clock))
        case .azureDevOps: ForgeSession(try AzureDevOps(self, clock: clock))
        }
    }

    /// The parts of the repository's address, as many as the forge has.
    func repositoryParts(_ count: ClosedRange<Int>, like example: String) throws(ForgeFailure) -> [String] {
        let parts = repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard count.contains(parts.count), !parts.contains("") else {
            throw ForgeFailure(
                .configuration, "\(repository) is no repository of this forge", hint: "state it like \(example)")
        }
        return parts
    }
}
