import Agent
import Foundation
import Support
import Testing

/// What `headgate init` writes, as the first ticks after it take it.
@Suite("After init")
struct SetUpTests {
    @Test func `plain manifests: what runs is adopted, and a release goes all the way`() async throws {
        let world = try World { files in
            SampleRepository.strip("environments/production/checkout/", from: &files)
            files = Self.setUp(files)
        }
        try await world.run(until: "adopt finish")
        #expect(try await world.settle(steps: 3) == "Stable")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try world.repository.file(World.manifest("deployment"))?.contains(World.v2) == true)
        #expect(try await world.settle(steps: 3) == "Stable")
    }

    @Test func `an overlay: a bad release comes back, and the base is never written`() async throws {
        let world = try World { files in
            let old = "environments/production/checkout/"
            SampleRepository.strip(old, from: &files)
            for (path, text) in files where path.hasPrefix(old) {
                files["base/checkout/" + path.dropFirst(old.count)] = text
                files[path] = nil
            }
            files["environments/production/kustomization.yaml"]?.replace(
                "- checkout\n", with: "- ../../base/checkout\n")
            files = Self.setUp(files)
        }
        let overlay = "environments/production/checkout-"
        let before = try world.repository.file(overlay + "backends.yaml")
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        #expect(try world.repository.file(overlay + "backends.yaml")?.contains("weight: 90") == true)
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        #expect(try world.repository.file(overlay + "backends.yaml") == before)
        #expect(try world.repository.file(overlay + "image.yaml")?.contains(World.v1) == true)
        let written = Set(try world.ledger().entries.dropFirst().flatMap(\.files))
        #expect(!written.contains { $0.hasPrefix("base/") })
    }

    /// The files after the program has run over them.
    private static func setUp(_ files: [String: String]) -> [String: String] {
        do {
            let folder = try TemporaryFolder()
            var bare = files
            let path = ".headgate/rollouts/production/checkout.yaml"
            bare[path] = nil
            for (path, text) in bare { try folder.write(path, text) }
            let outcome = try Program.run(
                Program.product("headgate"),
                ["init", folder.path, "--name", "checkout", "--environment", "production", "--write"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
                guard let data = FileManager.default.contents(atPath: folder[name]) else { continue }
                bare[name] = String(decoding: data, as: UTF8.self)
            }
            bare[path]?.replace("plan: standard", with: "plan: quick\n  scaleDownDelay: 1s")
            return bare
        } catch {
            Issue.record(error)
            return files
        }
    }
}
