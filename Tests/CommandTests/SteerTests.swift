import Support
import Testing

@Suite("The verbs, as processes")
struct SteerTests {
    let remote: RemoteRepository
    var headgate: InstalledProgram

    init() throws {
        remote = try RemoteRepository(files: try Sample.files())
        headgate = try InstalledProgram()
        headgate.environment["HEADGATE_REPO"] = remote.path
    }

    private func ask(_ arguments: String...) throws -> Program.Outcome {
        try headgate.run(arguments + ["--author", "Ann <ann@example.com>"])
    }

    private func subject() throws -> String { try remote.git("log", "-1", "--format=%an: %s", "main") }

    @Test func `a dry run shows the line and pushes nothing`() throws {
        let tip = try remote.tip()
        #expect(
            try headgate("hold", "checkout", "--reason", "the database moves", "--dry-run").transcript == """
                would commit: checkout: hold, the database moves
                diff --git a/\(Sample.rollout) b/\(Sample.rollout)
                --- a/\(Sample.rollout)
                +++ b/\(Sample.rollout)
                @@ -5,3 +5,4 @@
                   release: {images: {app: ghcr.io/acme/checkout:v2.4.0}}
                   traffic: {route: HTTPRoute/checkout}
                   plan: standard
                +  steer: {hold: the database moves}
                exit 0

                """)
        #expect(try remote.tip() == tip)
    }

    @Test func `every verb makes its commit`() throws {
        #expect(try ask("hold", "checkout", "--reason", "later").status == 0)
        #expect(try subject() == "Ann: checkout: hold, later")
        #expect(try ask("resume", "checkout").status == 0)
        #expect(try subject() == "Ann: checkout: resume")
        for verb in ["approve", "retry", "abort", "resume"] {
            #expect(try ask(verb, "production/shop/checkout", "--key", "7c2d9f40").status == 0)
            #expect(try subject() == "Ann: checkout: \(verb) 7c2d9f40")
        }
        #expect(try ask("release", "checkout", "--image", "app=ghcr.io/acme/checkout:v2.5.0").status == 0)
        #expect(try subject() == "Ann: checkout: release v2.5.0")
        #expect(try ask("hold", "--all", "--reason", "freeze").status == 0)
        #expect(try subject() == "Ann: Hold all rollouts: freeze")
        #expect(try ask("resume", "--all").status == 0)
        #expect(try subject() == "Ann: Resume all rollouts")
    }

    @Test func `git's own configuration says who it is, and without it nobody does`() throws {
        let refused = try headgate("hold", "checkout", "--reason", "later")
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("Error: nobody knows who makes this commit\n"))
        let settings = try headgate.home.write("gitconfig", "[user]\nname = Bob\nemail = bob@example.com\n")
        var configured = headgate
        configured.environment["GIT_CONFIG_GLOBAL"] = settings
        #expect(try configured("hold", "checkout", "--reason", "later").status == 0)
        #expect(try remote.git("log", "-1", "--format=%an <%ae>", "main") == "Bob <bob@example.com>")
    }

    @Test func `what cannot be said is refused with a way on`() throws {
        #expect(
            try ask("approve", "chekout").transcript == """
                Error: there is no rollout "chekout"
                Hint: did you mean checkout?
                exit 2

                """)
        #expect(try ask("wait", "chekout").status == 2)
        #expect(
            try ask("release", "checkout", "--image", "ap=x:1").transcript == """
                Error: Deployment/checkout has no container ap
                Hint: did you mean app?
                exit 1

                """)
        #expect(try ask("release", "checkout", "--image", "x:1").status == 2)
        for image in ["app=no such image", "app=ghcr.io/Acme/checkout:v1", "app=acme/checkout:", "app=x:a@sha256:12"] {
            #expect(try ask("release", "checkout", "--image", image).status == 2, "\(image)")
        }
        #expect(try headgate("hold", "checkout").status == 2)
        #expect(try headgate("hold", "--reason", "x").status == 2)
        #expect(try headgate("hold", "checkout", "--reason", "x", "--author", "nobody").status == 2)
        #expect(try headgate("no-such-verb").status == 2)
        #expect(try remote.git("rev-list", "--count", "main") == "1")
    }

    @Test func `what is held is said while nothing moves, too`() throws {
        #expect(try headgate("run").status == 0)
        #expect(try ask("hold", "--all", "--reason", "the freeze").status == 0)
        let status = try headgate("status", "--offline").output
        #expect(status.contains("Everything is held, and nothing new starts: the freeze\n  → headgate resume --all"))
        #expect(try headgate("status", "--offline", "-o", "json").output.contains(#""hold": "the freeze""#))
    }

    @Test
    func `a kubeconfig that is not there, and a Prometheus without a scheme, are mistakes before anything is done`()
        throws
    {
        #expect(try headgate("run", "--prometheus", "localhost:9090").status == 2)
        let outcome = try headgate("run", "--kubeconfig", "/nowhere/kubeconfig")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("/nowhere/kubeconfig"), "\(outcome.errors)")
        #expect(try remote.git("rev-list", "--count", "main") == "1")
    }

    @Test func `waiting ends with the code for why`() throws {
        let kubeconfig = try headgate.home.write("kubeconfig", "apiVersion: [\n")
        func wait(_ goal: String, _ name: String = "checkout") throws -> Program.Outcome {
            try headgate(
                "wait", name, "--for", goal, "--timeout", "1s", "--interval", "200ms", "--kubeconfig", kubeconfig)
        }
        #expect(try wait("weight=25").status == 4)
        #expect(try wait("weight=250").status == 2)
        #expect(try wait("stable", "nobody").status == 2)
        #expect(try ask("hold", "checkout", "--reason", "later").status == 0)
        let held = try wait("stable")
        #expect(held.status == 5)
        #expect(held.errors == "Error: checkout is Held: later\nHint: headgate resume checkout\n")
    }
}
