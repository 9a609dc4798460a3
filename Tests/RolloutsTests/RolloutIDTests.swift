import Rollouts
import Testing

@Suite("Names of rollouts")
struct RolloutIDTests {
    @Test(arguments: ["checkout", "a", "web-2", "shop.example"])
    func `names as Kubernetes has them are well formed`(name: String) {
        #expect(RolloutID(environment: name, namespace: name, name: name).isWellFormed)
    }

    @Test(arguments: ["", "..", "../x", "a/b", "A", "a\nHeadgate-Action: finish", "-a", "a-", "é", ".git"])
    func `what would be another path or line is not`(name: String) {
        #expect(!RolloutID(namespace: "shop", name: name).isWellFormed)
        #expect(!RolloutID(namespace: name, name: "checkout").isWellFormed)
        #expect(!RolloutID(environment: name, namespace: "shop", name: "checkout").isWellFormed)
    }

    @Test func `no format character turns the direction of a message`() {
        #expect(CommitMessage.oneLine("a\u{202E}b\u{2028}c") == "a b c")
    }
}
