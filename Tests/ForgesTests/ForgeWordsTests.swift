import Rollouts
import Support
import Testing

@testable import Forges

/// What is read without a server.
@Suite("Words of forges")
struct ForgeWordsTests {
    @Test(arguments: [
        (
            #"{"message":"Validation Failed","errors":[{"resource":"Label","field":"name","code":"invalid"}]}"#,
            "Validation Failed; name invalid"
        ),
        (#"{"message":"Not Found"}"#, "Not Found"),
        (#"{"message":["Source branch does not exist"]}"#, "Source branch does not exist"),
        (#"{"message":{"state":["is invalid"]}}"#, "state is invalid"),
        (#"{"error":"insufficient_scope","error_description":"needs api"}"#, "needs api; insufficient_scope"),
        (#"{"type":"error","error":{"message":"Bad","detail":"branch not found"}}"#, "Bad; branch not found"),
        (#"{"errors":[{"context":null,"message":"Conflict","exceptionName":"x.Y"}]}"#, "Conflict"),
        (#"{"$id":"1","message":"TF401179: exists","errorCode":0}"#, "TF401179: exists"),
        (#"{"message":"two\nlines\u0007"}"#, "two lines "),
    ])
    func `Errors are read in the shapes of all forges`(body: String, words: String) throws {
        #expect(ForgeAnswer.words(in: try JSON(parsing: body)) == words)
    }

    @Test func `A long text is cut to what the forge takes, at a whole character`() {
        let text = String(repeating: "👍🏽", count: 3000)
        let cut = text.cut(to: 4000)
        #expect(cut.utf16.count <= 4000 && cut.utf16.count > 3990)
        #expect(cut.hasSuffix("(cut: the forge takes no more)"))
        #expect("short".cut(to: 4000) == "short")
    }

    @Test func `A change keeps what differs`() {
        var pullRequest = PullRequest(
            number: .init(1), url: "", branch: "b", base: "main", head: nil, title: "t", body: "one\r\ntwo\n",
            state: .open, author: nil)
        pullRequest.labels = ["a", "b"]
        var change = PullRequestChange(title: "t", body: "one\ntwo")
        change.addedLabels = ["a"]
        change.removedLabels = ["c"]
        #expect(change.remaining(for: pullRequest).isEmpty)
        change.removedLabels = ["b", "c"]
        change.title = "u"
        let rest = change.remaining(for: pullRequest)
        #expect(rest.title == "u" && rest.body == nil && rest.removedLabels == ["b"] && rest.addedLabels == [])
    }

    @Test func `A status has a key of at most 40 characters that stays the same`() {
        let long = CommitStatus(
            context: "headgate/production/payments/checkout-service", state: .success, description: "")
        let key = BuildStatus(long, page: "https://example.com").key
        #expect(key.count <= 40)
        #expect(key == BuildStatus(long, page: "https://example.org").key)
        let other = CommitStatus(
            context: "headgate/production/payments/checkout-worker", state: .success, description: "")
        #expect(key != BuildStatus(other, page: "https://example.com").key)
        let short = CommitStatus(context: "headgate/checkout", state: .pending, description: "")
        #expect(BuildStatus(short, page: "").key == "headgate.checkout")
    }

    @Test func `Descriptions of statuses are cut to 140 characters`() {
        let status = CommitStatus(context: "c", state: .pending, description: String(repeating: "x", count: 141))
        #expect(status.description.count == 140 && status.description.hasSuffix("x…"))
    }
}
