import Foundation
import Support
import Testing

@Suite("The commands that look show what a person needs")
struct SeeTests {
    @Test("before the first tick everything is there to be adopted, and afterwards it is Stable")
    func adoption() async throws {
        let desk = try Desk.sample()
        var text = try desk.transcript([
            ["status", "--offline", "--exit-code"], ["plan", "checkout", "--offline"], ["history", "checkout"],
        ])
        // Adopting asks no cluster.
        let tick = try desk.headgate("run")
        #expect(tick.status == 0, "\(tick.errors)")
        #expect(tick.output.contains(/production\/shop\/checkout: [0-9a-f]{9} adopt v2.4.0/), "\(tick.output)")
        text += try desk.transcript([
            ["status", "--offline", "--exit-code"], ["status", "checkout", "--offline"],
            ["plan", "checkout", "--offline"], ["explain", "checkout", "--offline"],
            ["history", "checkout", "--whole"],
        ])
        try GoldenFile.expect(text, is: "adoption.txt")
    }

    @Test("a release that waits for approval, is reverted by a person, and what they can do about it")
    func release() async throws {
        let desk = try Desk.sample()
        try await desk.withCluster {
            try await desk.tick(until: "Stable")
            try desk.repository.edit([Desk.rollout], ["checkout:v2.4.0": "checkout:v2.4.1"], "Release v2.4.1")
            try await desk.tick(until: "for approve")
            let approval = try desk.transcript([
                ["status", "--exit-code"], ["status", "checkout"], ["plan", "checkout"], ["explain", "shop/checkout"],
                ["history", "production/shop/checkout", "--whole"],
            ])
            try GoldenFile.expect(approval, is: "approval.txt")
            let offline = try desk.transcript([
                ["status", "--offline", "--exit-code"], ["status", "checkout", "--offline"],
                ["explain", "checkout", "--offline"],
            ])
            try GoldenFile.expect(offline, is: "approval-offline.txt")
            let stage = try desk.repository.tip()
            try desk.repository.revert([stage])
            try await desk.tick(until: "was reverted by Alice")
            let reverted = try desk.transcript([
                ["status", "--exit-code"], ["status", "checkout"], ["plan", "checkout"], ["explain", "checkout"],
                ["history", "checkout"], ["history", "checkout", "--whole"],
            ])
            try GoldenFile.expect(reverted, is: "reverted.txt")
            let known = try desk.run(["status", "--offline", "--exit-code"])
            #expect(known.status == 8 && known.output.contains("was reverted by Alice"), "Git alone knows it")
        }
    }

    @Test("a name that means none or several is a mistake of the command line, with the ones that it may mean")
    func names() throws {
        let desk = try Desk.sample()
        let text = try desk.transcript([
            ["status", "chekout", "--offline"], ["plan", "staging/shop/checkout", "--offline"],
            ["history", "nothing-like-it"], ["explain", "shop/chekout", "--offline"],
        ])
        try GoldenFile.expect(text, is: "names.txt")
    }

    @Test("a Rollout that cannot be read is Held with the place to edit")
    func broken() throws {
        let desk = try Desk.sample()
        try desk.repository.edit([Desk.rollout], ["release:": "relase:"], "Tidy up")
        let text = try desk.transcript([
            ["status", "--offline", "--exit-code"], ["status", "checkout", "--offline"],
            ["plan", "checkout", "--offline"], ["explain", "checkout", "--offline"],
        ])
        try GoldenFile.expect(text, is: "broken.txt")
    }

    @Test(
        "the JSON of every command parses and says of which rollout it speaks",
        arguments: [["status"], ["status", "checkout"], ["plan", "checkout"], ["explain", "checkout"]])
    func json(words: [String]) throws {
        let desk = try Desk.sample()
        let outcome = try desk.run(words + ["--offline", "-o", "json"])
        #expect(outcome.status == 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(object["offline"] as? Bool == true)
        let rollout = (object["rollouts"] as? [[String: Any]])?.first ?? object["rollout"] as? [String: Any]
        #expect(rollout?["name"] as? String == "checkout")
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("a repository that is not there is an error with a hint, and no report")
    func missing() throws {
        let desk = try Desk.sample()
        let outcome = try desk.headgate("status", "--offline", "--branch", "nowhere")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: ") && outcome.errors.contains("Hint: "))
    }
}
