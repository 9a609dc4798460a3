import Support
import Testing

extension World {
    /// Lets nobody push to `main` but, where it is in the list of those that may, the agent.
    func protectMain(but isAgentListed: Bool) throws {
        try repository.hook(
            "pre-receive",
            """
            while read old new ref; do
              if [ "$ref" = refs/heads/main ] && [ "$PUSHER" != '\(isAgentListed ? "agent" : "nobody")' ]; then
                echo 'GH006: Protected branch update failed for refs/heads/main: changes must be made by a pull request'
                exit 1
              fi
            done
            """)
    }

    /// Replaces text in the Rollout by what a person proposes and others approve; the forge merges it, which no hook of a
    /// push sees.
    func merge(_ old: String, _ new: String) throws {
        let person = repository.person.by("Alice", at: seconds)
        try repository.pull()
        let text = try #require(try repository.file(Self.rollout()))
        try repository.folder.write("person/" + Self.rollout(), text.replacing(old, with: new))
        try person("commit", "--quiet", "--all", "--message", "Release \(new)")
        try person("push", "--quiet", "origin", "HEAD:refs/heads/change")
        try repository.git("update-ref", "refs/heads/main", "refs/heads/change")
    }

    /// A person states a release of any rollout, whatever it states.
    func release(_ image: String, of rollout: String) throws {
        let text = try #require(try repository.file(Self.rollout(rollout)))
        let former = try #require(text.firstMatch(of: /ghcr\.io\/acme\/[^}\s"]+/)).0
        try edit(Self.rollout(rollout), [String(former): image])
    }
}
