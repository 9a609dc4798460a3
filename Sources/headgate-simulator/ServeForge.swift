import ArgumentParser
import FoundationEssentials
import Glibc
import Simulator

/// Runs the simulated forge over a bare repository until it is stopped.
struct ServeForge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forge", abstract: "Serve a small forge, as Gitea's API and as pages, until it is stopped.",
        discussion: """
            What is pushed to the bare repository can be proposed, reviewed and merged. Pull requests, reviews, labels and \
            statuses are kept in memory. It listens on 127.0.0.1 alone and prints one line of JSON with its addresses.
            """)

    @Option(help: "The folder of the bare repository.")
    var repo: String

    @Option(help: "What the repository is called in addresses.")
    var name = "demo/shop"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: "Who uses the pages.")
    var person = "alice"

    @Option(help: "Whom the token of HEADGATE_FORGE_TOKEN belongs to.")
    var agent = "headgate-bot"

    @Option(help: "How many approvals a merge to main requires.")
    var approvals = 1

    func validate() throws {
        guard name.split(separator: "/").count == 2 else {
            throw ValidationError("--name is owner/name, such as demo/shop, not '\(name)'")
        }
        guard approvals >= 0 else { throw ValidationError("--approvals is not less than 0") }
    }

    func run() async throws {
        let token = ProcessInfo.processInfo.environment["HEADGATE_FORGE_TOKEN"]
        if token == nil { print("HEADGATE_FORGE_TOKEN is not set: the API answers nobody, only the pages work.") }
        let folder = repo.hasPrefix("/") ? repo : FileManager.default.currentDirectoryPath + "/" + repo
        guard FileManager.default.fileExists(atPath: folder + "/HEAD") else {
            throw ValidationError("\(folder) is no bare repository: make one with `git clone --bare`")
        }
        var settings = Forge.Settings(
            repository: folder,
            accounts: [
                ForgeAccount(id: 1, name: person, rights: .admin), ForgeAccount(id: 2, name: agent, token: token),
            ], person: person)
        settings.name = name
        settings.protections = [
            BranchProtection(branch: "main", requiredApprovals: approvals, dismissesStale: true)
        ]
        let name = name
        try await ForgeServer(settings, port: port).run { address in
            let addresses: Value = [
                "api": .string(address + "/api/v1"), "pages": .string("\(address)/\(name)/pulls"),
                "repository": .string(name),
            ]
            print(addresses.text)
            fflush(nil)
        }
    }
}
