import Agent
import Rollouts
import Support
import Testing

extension World {
    /// A world that has come to an open pull request for a stage of the release v2.4.1.
    static func proposing(
        _ stage: String, _ delivery: String? = nil, changing change: (inout [String: String]) -> Void = { _ in }
    ) async throws -> (World, LocalForge, PullRequest) {
        let world = try await World.midway(
            "adopt finish", delivery: delivery ?? "pullRequest: [\(stage)]", changing: change)
        let forge = try #require(world.forge)
        return (world, forge, try await world.proposal(of: stage))
    }

    /// Runs ticks until a stage has an open pull request.
    @discardableResult
    func proposal(of stage: String, within steps: Int = 60, _ agent: Agent? = nil) async throws -> PullRequest {
        var line = ""
        for _ in 0..<steps {
            let report = try await step(.seconds(5), agent)
            line = report.rollouts.first?.line ?? ""
            if let found = forge?.open.first(where: { $0.branch.hasSuffix("/\(stage)") }) { return found }
        }
        throw Program.Failure(description: "\(stage) was not proposed: \(try actions()), \(line)")
    }

    /// The agent's branches on the remote.
    func branches() throws -> [String] {
        try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/headgate").split(separator: "\n").map {
            String($0)
        }
    }

    /// Refuses what the agent pushes to `main` from now on; what the forge merges is not pushed.
    func protect() throws {
        try repository.hook(
            "pre-receive",
            """
            while read old new ref; do
              if [ "$ref" = refs/heads/main ] && [ "$(git log -1 --format=%cn $new)" = Headgate ]; then
                echo 'protected branch: changes must be made through a pull request' >&2
                exit 1
              fi
            done
            """)
    }
}
