import Foundation
import FoundationNetworking
import Support
import Testing

@testable import Simulator

@Suite("The API server's answers")
struct APIServerTests {
    private func answer(_ path: String, _ query: [String: String] = [:], method: String = "GET") throws -> (Int, Value)
    {
        var cluster = Cluster.shop(canary: 5)
        cluster.advance(by: .seconds(20))
        cluster.store.create(.empty, key: ObjectKey(.configMap, namespace: "shop-b", name: "a"), manager: "x", at: dawn)
        cluster.store.create(.empty, key: ObjectKey(.configMap, namespace: "shop", name: "z"), manager: "x", at: dawn)
        let response = APIServer().respond(to: APIRequest(method, path, query: query), from: cluster)
        return (response.status, (try? ValueReader.read(response.body)) ?? .string(response.body))
    }

    private func names(_ list: Value) -> [String] {
        (list["items"]?.array ?? []).compactMap { $0["metadata", "name"]?.string }
    }

    @Test(arguments: [1, 2, 3, 4, 7])
    func `pages of any size give every object once, in order`(limit: Int) throws {
        let whole = names(try answer("/api/v1/pods").1)
        var pages: [String] = []
        var query = ["limit": "\(limit)"]
        var remaining: Int?
        repeat {
            let page = try answer("/api/v1/pods", query).1
            if let remaining { #expect(remaining == whole.count - pages.count) }
            pages += names(page)
            remaining = page["metadata", "remainingItemCount"]?.integer
            query["continue"] = page["metadata", "continue"]?.string
        } while query["continue"] != nil && pages.count < 20
        #expect(pages == whole && whole.count == 5)
    }

    @Test func `pages keep the order of namespaces whose names begin alike`() throws {
        let first = try answer("/api/v1/configmaps", ["limit": "1"]).1
        let token = try #require(first["metadata", "continue"]?.string)
        let second = try answer("/api/v1/configmaps", ["limit": "1", "continue": token]).1
        #expect(names(first) + names(second) == ["z", "a"])
    }

    @Test(arguments: [
        ("track=canary", 2), ("track!=canary", 3), ("track in (canary, stable)", 5), ("track notin (canary)", 3),
        ("track,app=checkout", 5), ("!track", 0), ("app==other", 0),
    ])
    func `labels select`(selector: String, count: Int) throws {
        #expect(names(try answer("/api/v1/namespaces/shop/pods", ["labelSelector": selector]).1).count == count)
    }

    @Test(arguments: [
        (
            "/api/v1/namespaces/shop/pods", ["fieldSelector": "status.phase=Running"], "GET", 400,
            "field label not supported"
        ),
        ("/api/v1/namespaces/shop/pods", ["labelSelector": "a in b"], "GET", 400, "unable to parse"),
        ("/apis/apps/v1/namespaces/shop/deployments/checkout", [:], "DELETE", 403, "cannot delete resource"),
        ("/apis/apps/v1/namespaces/shop/deployments", [:], "POST", 403, "cannot create resource"),
        ("/apis/apps/v1/namespaces/shop/things", [:], "GET", 404, "404 page not found"),
        ("/apis/apps/v2/deployments", [:], "GET", 404, "404 page not found"),
        ("/api/v1/pods", ["watch": "1"], "GET", 405, "does not watch"), ("/nowhere", [:], "GET", 404, "404"),
    ])
    func `what it cannot do is an error`(
        path: String, query: [String: String], method: String, status: Int, message: String
    ) throws {
        let (code, body) = try answer(path, query, method: method)
        #expect(code == status)
        let words = body["message"]?.string ?? body.string ?? ""
        #expect(words.contains(message))
    }

    @Test func `discovery names every kind where it is served`() throws {
        for kind in ResourceKind.all {
            let path = kind.group.isEmpty ? "/api/v1" : "/apis/\(kind.group)/\(kind.version)"
            let resources = try answer(path).1["resources"]?.array ?? []
            #expect(resources.contains { $0["kind"]?.string == kind.name && $0["name"]?.string == kind.plural })
            #expect(try answer("\(path)/\(kind.plural)").0 == 200)
        }
    }
}

@Suite("The running simulator", .serialized)
struct ServerTests {
    private struct Fixture {
        let remote: RemoteRepository
        let cache: TemporaryFolder
        let address: URL

        func call(_ path: String, _ body: String? = nil, token: String = "secret") async throws -> (
            Int, Value, [String: String]
        ) {
            var request = URLRequest(url: try #require(URL(string: path, relativeTo: address)), timeoutInterval: 10)
            request.setValue("Bearer " + token, forHTTPHeaderField: "Authorization")
            if let body {
                request.httpMethod = "POST"
                request.httpBody = Data(body.utf8)
            }
            let (data, response) = try await URLSession.shared.data(for: request)
            let http = try #require(response as? HTTPURLResponse)
            let headers = ["Date", "Content-Type"].reduce(into: [String: String]()) {
                $0[$1] = http.value(forHTTPHeaderField: $1)
            }
            let text = String(decoding: data, as: UTF8.self)
            return (http.statusCode, (try? ValueReader.read(text)) ?? .string(text), headers)
        }
    }

    /// Runs a simulator over a small repository while the body runs.
    private func withServer(_ body: @escaping @Sendable (Fixture) async throws -> Void) async throws {
        let remote = try RemoteRepository(files: [
            "env/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {x: '1'}\n"
        ])
        let cache = try TemporaryFolder()
        var settings = SimulatorServer.Settings()
        settings.token = "secret"
        settings.environments = [Environment(name: "default", path: "env")]
        settings.repository = try GitBranch("main", of: remote.remote, cache: cache.path)
        settings.interval = .milliseconds(100)
        let server = try SimulatorServer(settings)
        let (ports, continuation) = AsyncStream.makeStream(of: UInt16.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { continuation.yield($0) } }
            group.addTask {
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let address = try #require(URL(string: "http://127.0.0.1:\(port)"))
                try await body(Fixture(remote: remote, cache: cache, address: address))
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Asks until an answer fits, at most some seconds.
    private static func eventually(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<100 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("did not come true")
    }

    @Test func `a commit arrives in the cluster, and tokens, dates and types are checked and sent`() async throws {
        try await withServer { fixture in
            let path = "/api/v1/namespaces/shop/configmaps/a"
            try await Self.eventually { try await fixture.call(path).0 == 200 }
            try fixture.remote.commit(
                [
                    "env/a.yaml":
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {x: '2'}\n"
                ],
                "Change")
            try await Self.eventually { try await fixture.call(path).1["data", "x"] == "2" }
            let (_, _, headers) = try await fixture.call(path)
            #expect(headers["Content-Type"] == "application/json")
            #expect(headers["Date"]?.hasSuffix(" GMT") == true)
            #expect(try await fixture.call(path, token: "wrong").0 == 401)
            let commit = try fixture.remote.tip()
            let kustomization = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/default"
            let status = try await fixture.call(kustomization).1["status"]
            #expect(status?["lastAppliedRevision"]?.string == "main@sha1:\(commit)")
        }
    }

    @Test func `the control endpoint injects drift, outages and a rebuilt cluster`() async throws {
        try await withServer { fixture in
            let path = "/api/v1/namespaces/shop/configmaps/a"
            try await Self.eventually { try await fixture.call(path).0 == 200 }
            let uid = try await fixture.call(path).1["metadata", "uid"]
            #expect(try await fixture.call("/simulator/sync", #"{"environment":"default","suspend":true}"#).0 == 200)
            let drift = #"{"kind":"ConfigMap","namespace":"shop","name":"a","merge":{"data":{"x":"9"}}}"#
            #expect(try await fixture.call("/simulator/edit", drift).0 == 200)
            #expect(try await fixture.call(path).1["data", "x"] == "9")
            #expect(try await fixture.call("/simulator/outage", #"{"mode":"unavailable"}"#).0 == 200)
            #expect(try await fixture.call(path).0 == 503)
            #expect(try await fixture.call("/simulator/outage", #"{"mode":"none"}"#).0 == 200)
            #expect(try await fixture.call("/simulator/sync", #"{"environment":"default","suspend":false}"#).0 == 200)
            try await Self.eventually { try await fixture.call(path).1["data", "x"] == "1" }
            #expect(try await fixture.call("/simulator/rebuild", "").0 == 200)
            try await Self.eventually {
                let (status, object, _) = try await fixture.call(path)
                return status == 200 && object["metadata", "uid"] != uid
            }
        }
    }

    @Test(arguments: [
        ("nothing", "{}"), ("outage", #"{"mode":"flood"}"#), ("sync", #"{"environment":"x"}"#),
        ("advance", #"{"by":"5"}"#),
        ("edit", "{"), ("behaviours", #"{"v1":{"fail":"often"}}"#), ("load", #"{"rps":1}"#),
    ])
    func `a control request that cannot be understood is refused`(verb: String, body: String) async throws {
        try await withServer { fixture in
            let (status, answer, _) = try await fixture.call("/simulator/" + verb, body)
            #expect(status == 400)
            #expect(answer["error"]?.string?.isEmpty == false)
        }
    }

    @Test func `time can be moved on, and metrics are served as text`() async throws {
        try await withServer { fixture in
            let before = try await fixture.call("/simulator/state").1["now"]?.string.flatMap(Moment.init(reading:))
            let after = try await fixture.call("/simulator/advance", #"{"by":"1h"}"#).1["now"]?.string
                .flatMap(Moment.init(reading:))
            #expect(try #require(after) - #require(before) >= .seconds(3600))
            let (status, _, headers) = try await fixture.call("/metrics")
            #expect(status == 200)
            #expect(headers["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        }
    }
}
