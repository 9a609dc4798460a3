import Foundation
import Support
import Testing

@Suite("A release by pull requests with the real programs", .enabled(if: PrometheusServer.isInstalled))
struct ReviewDemoTests {
    @Test func `make demo-pr takes a release through staging and, reviewed, through production`() async throws {
        let folder = try TemporaryFolder()
        for (path, text) in try SampleRepository.files() { try folder.write("sample/" + path, text) }
        var environment = GitCommand.hermetic
        environment["HOME"] = folder.path
        environment["TMPDIR"] = folder.path
        let outcome = try Program.run(
            Town.program("headgate-simulator"),
            ["demo-pr", "--auto", "--sample-repo", folder["sample"], "--headgate", Town.program("headgate")],
            in: folder.path, environment: environment)
        // The demo itself holds what came of it against what should.
        #expect(outcome.status == 0, "\(outcome.output.suffix(4000))\n\(outcome.errors.suffix(4000))")
        for line in [
            "Alice       merges #1 by merge", "Alice       merges #2 by squash", "Alice       merges #3 by rebase",
        ] {
            #expect(outcome.output.contains(line))
        }
        #expect(outcome.output.contains("As it should be"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left.filter { $0.hasPrefix("headgate-demo-pr") } == [])
    }
}
