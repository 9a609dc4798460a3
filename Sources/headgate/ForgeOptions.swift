import ArgumentParser

/// The forge that hosts the repository, and who the agent is there.
///
/// Like everything else of a connection it belongs to the agent's own deployment. Secrets come from files and the
/// environment, never from the command line, which others on the machine can read.
struct ForgeOptions: ParsableArguments {
    @Option(
        help: """
            The forge: github, gitlab, gitea, bitbucket-cloud, bitbucket-data-center or azure-devops. Also HEADGATE_FORGE; \
            without it by the host of --repo, where that is a public one.
            """)
    var forge: String?

    @Option(help: "The root of the forge's API. Also HEADGATE_FORGE_URL; without it by --repo.")
    var forgeUrl: String?

    @Option(help: "The repository as the forge addresses it, such as acme/config; without it by --repo.")
    var forgeRepository: String?

    @Option(
        help: """
            A file with the token for the forge's API. Also HEADGATE_FORGE_TOKEN; without both the token for https, where \
            it is of the same host.
            """)
    var forgeTokenFile: String?

    @Option(help: "The user that the token goes with, for Bitbucket. Also HEADGATE_FORGE_USER.")
    var forgeUser: String?

    @Option(
        help: """
            A GitHub App by its client id; Git uses its tokens over https where it has no other. Also HEADGATE_FORGE_APP.
            """)
    var forgeApp: String?

    @Option(help: "A file with the App's private key. Also HEADGATE_FORGE_APP_KEY with the text of it.")
    var forgeAppKey: String?

    @Option(help: "The id of the App's installation; without it the repository's is asked for.")
    var forgeAppInstallation: Int?

    @Option(
        help: "A PEM file of certificate authorities for the forge; without it --ca-file, where the host is the same.")
    var forgeCaFile: String?

    @Option(help: "How many requests a run may send to the forge; 50 of them are kept for rollbacks. 1000 without it.")
    var forgeRequests: Int?
}
