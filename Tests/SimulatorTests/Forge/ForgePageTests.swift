import Foundation
import FoundationNetworking
import Support
import Testing

@testable import Simulator

@Suite("The forge's pages")
struct ForgePageTests {
    @Test func `a page shows what is proposed, the checks, what is missing and the change`() async throws {
        let fixture = try await ForgeFixture(approvals: 1)
        let head = try fixture.push("headgate/x", weight: 10)
        try await fixture.propose("headgate/x", body: "### When this is merged\n\n10 % of the traffic\n\n<!-- mark -->")
        _ = await fixture.ask(
            "POST", "/statuses/\(head)", ["state": "success", "context": "headgate", "description": "passed over 10m"])
        let page = await fixture.page("/demo/shop/pulls/1")
        #expect(page.status == 200 && page.contentType == "text/html; charset=utf-8")
        for part in [
            "<h1>checkout: canary 0% → 10% <span class=\"number\">#1</span></h1>",
            "<span class=\"state open\">Open</span>",
            "<h4>When this is merged</h4>", "10 % of the traffic", "<small>passed over 10m</small>",
            "0 of 1 required approvals",
            "one approval is missing", "<button disabled>Merge</button>", "Close without merging",
            "<tr class=\"removed\"><td class=\"at\">5</td>", "weight: <del>0</del>", "weight: <ins>10</ins>",
            "1 file, <span class=\"plus\">+2</span> <span class=\"minus\">−2</span>",
        ] {
            #expect(page.body.contains(part), "\(part) is missing")
        }
        #expect(!page.body.contains("mark"))
        #expect(!page.body.contains("<script") && !page.body.contains("http-equiv"))
        #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
    }

    @Test func `names, texts and lines from elsewhere stay text`() async throws {
        let fixture = try await ForgeFixture()
        let nasty = "<script>alert('x')</script>"
        try fixture.push("a<b>\"c", ["<i>.yaml": "x: \(nasty)\n"], message: nasty)
        try await fixture.propose("a<b>\"c", title: nasty, body: nasty)
        let head = await fixture.ask("GET", "/pulls/1").json["head", "sha"]?.string ?? ""
        _ = await fixture.ask(
            "POST", "/statuses/\(head)",
            [
                "state": "failure", "context": .string(nasty), "description": .string(nasty),
                "target_url": "javascript:alert(1)",
            ])
        _ = await fixture.ask("POST", "/issues/1/comments", ["body": .string(nasty)])
        _ = await fixture.ask("POST", "/pulls/1/reviews", ["event": "COMMENT", "body": .string(nasty)])
        _ = await fixture.ask("POST", "/pulls/1/merge", ["Do": "rebase"], token: "alice")
        let tip = try fixture.remote.tip()
        for path in ["/demo/shop/pulls/1", "/demo/shop/pulls", "/demo/shop/commit/\(tip)"] {
            let page = await fixture.page(path)
            #expect(page.status == 200)
            #expect(page.body.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
            for forbidden in ["<script", "<i>", "<b>", "javascript:"] { #expect(!page.body.contains(forbidden)) }
        }
    }

    @Test func `a person approves, merges, and sees it merged`() async throws {
        let fixture = try await ForgeFixture(approvals: 1)
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let early = await fixture.page("/demo/shop/pulls/1/merge", ["method": "merge", "head": head])
        #expect(
            early.status == 405
                && early.body.contains(
                    "<p class=\"notice\" role=\"alert\">Not done: Does not have enough approvals.</p>")
        )
        let approved = await fixture.page("/demo/shop/pulls/1/approve", [:])
        #expect(approved.status == 303 && approved.headers["Location"] == "/demo/shop/pulls/1")
        let page = await fixture.page("/demo/shop/pulls/1").body
        #expect(page.contains("alice approved.") && page.contains("It can be merged now."))
        #expect(!page.contains(">Approve</button>"))
        #expect(await fixture.page("/demo/shop/pulls/1/merge", ["method": "squash", "head": head]).status == 303)
        let merged = await fixture.page("/demo/shop/pulls/1").body
        #expect(
            merged.contains("<span class=\"state merged\">Merged</span>") && merged.contains("weight: <ins>10</ins>"))
        #expect(!merged.contains("/merge\""))
        #expect(try fixture.remote.file(ForgeFixture.manifest) == ForgeFixture.weights(10))
        let list = await fixture.page("/demo/shop/pulls").body
        #expect(list.contains("<h2 class=\"part\">Merged and closed</h2>\n<ul class=\"list\">"))
        let commit = await fixture.page("/demo/shop/commit/\(try fixture.remote.tip())").body
        // Nobody wrote anything here that has to be escaped.
        for body in [page, merged, list, commit] { #expect(!body.contains("&lt;")) }
    }

    @Test func `what was read is what is merged: a head that moved since is refused`() async throws {
        let fixture = try await ForgeFixture()
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        try fixture.push("one", weight: 90, from: head)
        let answer = await fixture.page("/demo/shop/pulls/1/merge", ["method": "merge", "head": head])
        #expect(answer.status == 409 && answer.body.contains("head out of date"))
    }

    @Test func `a person closes, reopens, labels and takes the label off`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("headgate/one", weight: 10)
        try await fixture.propose("headgate/one")
        func state() async -> Value { await fixture.ask("GET", "/pulls/1").json }
        #expect(await fixture.page("/demo/shop/pulls/1/close", [:]).status == 303)
        #expect(await state()["state"] == "closed")
        #expect(await fixture.page("/demo/shop/pulls/1").body.contains(">Reopen</button>"))
        #expect(await fixture.page("/demo/shop/pulls/1/reopen", [:]).status == 303)
        #expect(await state()["state"] == "open")
        #expect(await fixture.page("/demo/shop/pulls/1/label", ["name": "headgate/hold"]).status == 303)
        #expect(await state()["labels"]?.array?.map { $0["name"] } == ["headgate/hold"])
        let page = await fixture.page("/demo/shop/pulls/1").body
        #expect(page.contains("Take off headgate/hold"))
        #expect(!page.contains("headgate/rollback"), "the text does not name it, and it would do nothing")
        #expect(await fixture.page("/demo/shop/pulls/1/unlabel", ["name": "headgate/hold"]).status == 303)
        #expect(await state()["labels"] == [])
        #expect(await fixture.page("/demo/shop/pulls/1/label", ["name": "other"]).status == 422)
    }

    @Test func `labels are offered where the agent looks at them`() async throws {
        let fixture = try await ForgeFixture()
        for branch in ["headgate/production/shop/checkout/start", "headgate/promotion/checkout/one", "people"] {
            try fixture.push(branch, weight: 10)
            try await fixture.propose(branch, body: "Labels: headgate/hold, headgate/rollback")
        }
        var offered: [[Bool]] = []
        for number in 1...3 {
            let body = await fixture.page("/demo/shop/pulls/\(number)").body
            offered.append(["hold", "rollback"].map { body.contains("Label headgate/\($0)") })
        }
        #expect(offered == [[true, true], [true, false], [false, false]])
    }

    @Test func `a form without the seal, and one for a page that is not there, does nothing`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        #expect(await fixture.page("/demo/shop/pulls/1/close", ["seal": "guessed"]).status == 403)
        #expect(await fixture.ask("GET", "/pulls/1").json["state"] == "open")
        #expect(await fixture.page("/demo/shop/pulls/9/close", [:]).status == 404)
        #expect(await fixture.page("/demo/shop/pulls/1/delete", [:]).status == 404)
        #expect(await fixture.page("/demo/other/pulls").status == 404)
        #expect(await fixture.page("/demo/shop/commit/--output=x").status == 404)
    }

    @Test func `over HTTP only its own pages may send forms, and only its own name leads to it`() async throws {
        let remote = try RemoteRepository()
        let settings = Forge.Settings(
            repository: remote.path, accounts: [ForgeAccount(id: 1, name: "alice")], person: "alice")
        let server = try ForgeServer(settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (addresses, listening) = AsyncStream.makeStream(of: String.self)
            group.addTask { try await server.run { listening.yield($0) } }
            group.addTask {
                var iterator = addresses.makeAsyncIterator()
                let address = try #require(await iterator.next())
                func status(_ path: String, _ method: String, _ headers: [String: String]) async throws -> Int {
                    var request = URLRequest(url: try #require(URL(string: address + path)), timeoutInterval: 10)
                    request.httpMethod = method
                    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
                    let (_, response) = try await URLSession.shared.data(for: request)
                    return (response as? HTTPURLResponse)?.statusCode ?? 0
                }
                #expect(try await status("/", "GET", [:]) == 200)
                #expect(try await status("/style.css", "GET", [:]) == 200)
                #expect(try await status("/demo/shop/pulls", "GET", ["Host": "evil.example"]) == 421)
                let form = "/demo/shop/pulls/1/close"
                #expect(try await status(form, "POST", ["Origin": "http://evil.example"]) == 403)
                #expect(try await status(form, "POST", ["Origin": "null"]) == 403)
                #expect(try await status(form, "POST", ["Origin": address]) == 404)
                #expect(try await status("/api/v1/user", "GET", [:]) == 401)
            }
            try await group.next()
            group.cancelAll()
        }
    }

    @Test func `the diff of a file is read whatever its name and its lines are`() {
        let text = """
            diff --git a/a b.yaml b/a b.yaml
            index 1..2 100644
            --- a/a b.yaml
            +++ b/a b.yaml
            @@ -1,2 +1,2 @@ spec:
             same
            --- removed
            +++ added
            diff --git a/new b/new
            new file mode 100644
            index 0..1
            --- /dev/null
            +++ b/new
            @@ -0,0 +1 @@
            +one
            \\ No newline at end of file
            """
        let files = FileDiff.read(text)
        #expect(files.map(\.path) == ["a b.yaml", "new"] && files.map(\.kind) == [.changed, .added])
        #expect(files[0].hunks.map(\.heading) == ["spec:"])
        #expect(files[0].hunks[0].lines.map(\.text) == ["same", "-- removed", "++ added"])
        #expect(files[1].hunks[0].lines == [.init(kind: .added, text: "one", old: nil, new: 1)])
    }
}
