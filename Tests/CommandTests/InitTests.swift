import Foundation
import Support
import Testing

@Suite("headgate init")
struct InitTests {
    /// The sample repository before anybody set a rollout up, as a work tree.
    private static func bare() throws -> TemporaryFolder {
        var files = try SampleRepository.files().filter { $0.key.hasPrefix("environments/production/") }
        for name in ["checkout", "catalog", "payments"] {
            SampleRepository.strip("environments/production/\(name)/", from: &files)
        }
        let folder = try TemporaryFolder()
        for (path, text) in files { try folder.write(path, text) }
        let git = GitCommand(in: folder.path)
        try git("init")
        try git("add", "-A")
        try git("commit", "-m", "Bare")
        return folder
    }

    private static func headgate(_ arguments: String..., in folder: TemporaryFolder) throws -> Program.Outcome {
        try Program.run(Program.product("headgate"), arguments, in: folder.path, environment: ["HOME": "/nonexistent"])
    }

    private static let environment = "production=environments/production"

    @Test func `prints one diff that git applies, and writes nothing`() throws {
        let folder = try Self.bare()
        let outcome = try Self.headgate("init", "--name", "checkout", "--environment", Self.environment, in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.errors.hasSuffix("Nothing was written; add --write to do it.\n"))
        let git = GitCommand(in: folder.path)
        #expect(try git("status", "--porcelain").isEmpty)
        try folder.write("change.patch", outcome.output)
        try git("apply", "--index", "change.patch")
        let written = try Self.bare()
        _ = try Self.headgate("init", "--name", "checkout", "--environment", Self.environment, "--write", in: written)
        let other = GitCommand(in: written.path)
        try other("add", "-A")
        #expect(try git("write-tree") == other("write-tree"))
    }

    @Test func `every application of the sample is set up, check finds nothing, and a second run changes nothing`()
        throws
    {
        let folder = try Self.bare()
        for name in ["checkout", "catalog", "payments"] {
            let outcome = try Self.headgate(
                "init", "--name", name, "--environment", Self.environment, "--write", in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let again = try Self.headgate("init", "--name", name, in: folder)
            #expect(again.output == "production/shop/\(name) is already set up.\n")
        }
        let check = try Self.headgate("check", in: folder)
        #expect(check.status == 0)
        #expect(check.output.contains("3 rollouts, 0 errors, 0 warnings"))
    }

    @Test func `lists what there is to choose from`() throws {
        let folder = try Self.bare()
        let outcome = try Self.headgate("init", "--environment", Self.environment, in: folder)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == """
                Error: there are 3 Deployments in environments/production
                  Deployment/catalog (environments/production/catalog/deployment.yaml:1)
                  Deployment/checkout (environments/production/checkout/deployment.yaml:1)
                  Deployment/payments (environments/production/payments/deployment.yaml:1)
                Hint: choose one: --name catalog

                """)
    }

    @Test func `numbers what is in the way, each with its way out`() throws {
        let folder = try Self.bare()
        let root = "environments/production/checkout"
        try folder.write("\(root)/httproute.yaml", "")
        let services = try SampleRepository.files()["\(root)/services.yaml"] ?? ""
        let first = services.components(separatedBy: "---\n")[0]
        try folder.write("\(root)/services.yaml", first.replacing("    track: stable\n", with: ""))
        let outcome = try Self.headgate("init", "--name", "checkout", "--environment", Self.environment, in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("Error: 2 things are in the way\n  1. no route names Service/checkout\n"))
        #expect(outcome.errors.contains("\n  2. Service/checkout would also select the canary's pods\n"))
        #expect(outcome.errors.contains("Hint: for each\n  1. add an HTTPRoute"))
        #expect(outcome.errors.contains("\n  2. in this order\n     1. add the label"))
    }

    @Test func `what no route leads to is split by its counts, and check finds nothing`() throws {
        let folder = try Self.bare()
        try folder.write("environments/production/checkout/httproute.yaml", "")
        for (arguments, end) in [(["--route", "none"], "set up"), (["--name", "checkout"], "already set up")] {
            let outcome = try Program.run(
                Program.product("headgate"),
                ["init", "--name", "checkout", "--environment", Self.environment, "--write"] + arguments,
                in: folder.path, environment: ["HOME": "/nonexistent"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect((outcome.output + outcome.errors).contains("production/shop/checkout is \(end)"))
        }
        let check = try Self.headgate("check", in: folder)
        #expect(check.output.contains("1 rollout, 0 errors, 0 warnings"), "\(check.output)")
    }

    @Test func `judges nothing only where none is said`() throws {
        let outcome = try Self.headgate("init", "--analysis", "mine", in: Self.bare())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("only \"none\" can be said here"))
    }

    @Test func `its help breaks no line in two`() throws {
        let help = try Self.headgate("init", "--help", in: Self.bare()).output
        #expect(
            help.contains(
                """
                Looks at the files of a work tree; needs neither a cluster nor a server, and
                commits nothing. Prints the whole change as one diff, and writes it with
                --write. The canary rests without pods and without traffic until a release is
                stated in the Rollout, so that merging the change alters nothing that runs.

                """))
    }

    @Test func `is not run in a part of a repository`() throws {
        let folder = try Self.bare()
        let outcome = try Self.headgate("init", "environments", in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("/environments is a part of the repository "))
    }

    @Test func `knows its sets of metrics`() throws {
        let outcome = try Self.headgate(
            "init", "--name", "checkout", "--environment", Self.environment, "--metrics", "app-htpp", in: Self.bare())
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("there is no metric set \"app-htpp\""))
        #expect(outcome.errors.contains("Hint: known sets: app-http"))
    }
}
