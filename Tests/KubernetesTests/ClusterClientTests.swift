import Analysis
import Foundation
import HTTP
import Rollouts
import Support
import Testing

@testable import Kubernetes

private let recordings = "recordings/kubernetes"

private func recorded(_ name: String) -> String {
    (try? SharedFolder.bytes("\(recordings)/\(name)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

private let appsGroup = #"{"versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}}"#
private let appsResources = """
    {"resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
      {"name":"deployments/scale","kind":"Scale","namespaced":true}]}
    """
private let coreResources = #"{"resources":[{"name":"pods","kind":"Pod","namespaced":true}]}"#

/// The discovery part of an API server; `answer` does the rest.
private func apiServer(
    _ answer: @escaping @Sendable (FakeServer.Request) -> FakeServer.Answer
) -> @Sendable (FakeServer.Request) async -> FakeServer.Answer {
    { request in
        switch request.path {
        case "/apis/apps": FakeServer.Answer(appsGroup)
        case "/apis/apps/v1": FakeServer.Answer(appsResources)
        case "/api/v1": FakeServer.Answer(coreResources)
        case let path
        where path.hasPrefix("/apis/apps/") || path.hasPrefix("/api/v1/") || path == "/version"
            || path.hasPrefix("/apis/authorization"):
            answer(request)
        default: FakeServer.Answer("404 page not found\n", status: 404, headers: ["Content-Type": "text/plain"])
        }
    }
}

private func client(_ url: String, _ credential: CredentialSource = .none, deadline: Duration = .seconds(5))
    -> ClusterClient
{
    var access = ClusterAccess(server: url)
    access.credential = credential
    return ClusterClient(access, deadline: deadline, pageSize: 2, now: { Timestamp(milliseconds: 0) })
}

private let checkout = ObjectReference(group: "apps", kind: "Deployment", namespace: "shop", name: "checkout")
private let pods = ObjectKind(group: "", kind: "Pod")
private let selector = LabelSelector(labels: ["app": "checkout"])

private func failure(_ body: () async throws(ClusterFailure) -> some Any) async -> ClusterFailure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

@Suite("Cluster client", .enabled(if: SharedFolder.has(recordings)))
struct ClusterClientTests {
    @Test func `An object is found through discovery, which is asked once`() async throws {
        try await FakeServer.run(
            answering: apiServer { request in
                request.path == "/apis/apps/v1/namespaces/shop/deployments/checkout"
                    ? FakeServer.Answer(recorded("03-deployment-available.json"))
                    : FakeServer.Answer(recorded("15-error-404.json"), status: 404)
            }
        ) { server in
            let cluster = client(server.url)
            let object = try await cluster.object(checkout)
            #expect(object.flatMap(WorkloadReading.init)?.isRolledOut == true)
            let other = ObjectReference(group: "apps", kind: "Deployment", namespace: "shop", name: "nope")
            let absent = try await cluster.object(other)
            #expect(absent == nil)
            #expect(server.requests.map(\.path).filter { $0 == "/apis/apps/v1" }.count == 1)
        }
    }

    @Test func `A kind that the server does not serve is told apart from an absent object`() async throws {
        try await FakeServer.run(answering: apiServer { _ in FakeServer.Answer("{}") }) { server in
            let route = ObjectReference(
                group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop", name: "checkout")
            let error = await failure { () async throws(ClusterFailure) in try await client(server.url).object(route) }
            #expect(error?.code == .notFoundKind)
            #expect(error?.message == "the cluster does not serve HTTPRoute.gateway.networking.k8s.io")
            #expect(error?.hint == "is its CustomResourceDefinition installed?")
        }
    }

    @Test func `Pages are joined, and items know what they are`() async throws {
        try await FakeServer.run(
            answering: apiServer { request in
                FakeServer.Answer(
                    recorded(request.query["continue"] == nil ? "12-pods-page-1.json" : "13-pods-page-2.json"))
            }
        ) { server in
            let found = try await client(server.url).objects(pods, namespace: "shop", matching: selector)
            #expect(found.count == 4)
            #expect(Set(found.compactMap { $0["metadata"]?["name"]?.string }).count == 4)
            #expect(found.allSatisfy { $0["kind"]?.string == "Pod" })
            let lists = server.requests.filter { $0.path == "/api/v1/namespaces/shop/pods" }
            #expect(
                lists.map { $0.query["labelSelector"]?.removingPercentEncoding } == ["app=checkout", "app=checkout"])
            #expect(lists.first?.query["limit"] == "2")
        }
    }

    @Test func `A list that expires while it is read begins again, but not for ever`() async throws {
        try await FakeServer.run(
            answering: apiServer { request in
                request.query["continue"] == nil
                    ? FakeServer.Answer(recorded("12-pods-page-1.json"))
                    : FakeServer.Answer(#"{"kind":"Status","reason":"Expired","code":410}"#, status: 410)
            }
        ) { server in
            let error = await failure { () async throws(ClusterFailure) in
                try await client(server.url).objects(pods, namespace: "shop", matching: selector)
            }
            #expect(error?.message.contains("expired three times") == true)
            #expect(server.requests.count { $0.path.hasSuffix("/pods") } == 6)
        }
    }

    @Test(
        "Each refusal has its code and the server's words",
        arguments: [
            ("16-error-401.json", 401, .unauthorized, "Unauthorized"),
            ("17-error-403.json", 403, .forbidden, "cannot list resource"),
            ("14-error-400-bad-continue.json", 400, .rejected, "invalid continue token"),
            ("19-error-404-unknown-group.txt", 404, .notFoundKind, "404"),
            ("none", 503, .unreachable, "503"), ("none", 504, .timedOut, "504"), ("none", 302, .garbage, "302"),
            ("18-headers.txt", 200, .garbage, "not JSON"),
        ] as [(String, Int, ClusterFailure.Code, String)])
    func refusals(file: String, status: Int, code: ClusterFailure.Code, words: String) async throws {
        try await FakeServer.run(
            answering: apiServer { _ in
                FakeServer.Answer(recorded(file), status: status, headers: status >= 500 ? ["Retry-After": "0"] : [:])
            }
        ) { server in
            let error = await failure { () async throws(ClusterFailure) in try await client(server.url).object(checkout)
            }
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true)
            #expect(server.requests.count { $0.path.hasSuffix("/checkout") } == (status >= 500 ? 3 : 1))
        }
    }

    @Test func `The server's clock and its rules are read`() async throws {
        let date = recorded("18-headers.txt").split(whereSeparator: \.isNewline).first { $0.hasPrefix("date: ") }?
            .dropFirst(6)
        let text = String(date ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        try await FakeServer.run(
            answering: apiServer { request in
                request.path == "/version"
                    ? FakeServer.Answer("{}", headers: ["Date": text])
                    : FakeServer.Answer(recorded("22-selfsubjectrulesreview.json"), status: 201)
            }
        ) { server in
            let time = try await client(server.url).time()
            #expect(time.rfc3339 == "2026-11-21T01:29:41Z")
            let permissions = try await client(server.url).permissions(namespace: "shop")
            #expect(permissions.allow("get", "deployments", group: "apps"))
            #expect(!permissions.isIncomplete)
            let review = try JSON(parsing: server.requests.last?.body ?? "")
            #expect(review["spec"]?["namespace"]?.string == "shop")
        }
    }

    @Test func `A server that hangs, or is away, is told within the deadline`() async throws {
        let server = try RawServer(sending: "", then: .hang)
        let hung = await failure { () async throws(ClusterFailure) in
            try await client(server.url, deadline: .milliseconds(200)).time()
        }
        #expect(hung?.code == .timedOut)
        server.stop()
        let away = await failure { () async throws(ClusterFailure) in try await client(server.url).time() }
        #expect(away?.code == .unreachable)
    }

    @Test func `A token file is read again for every request`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "headgate-token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try await FakeServer.run(
            answering: apiServer { _ in FakeServer.Answer("{}", headers: ["Date": "Sat, 21 Nov 2026 01:29:41 GMT"]) }
        ) { server in
            let cluster = client(server.url, .tokenFile(file.path()))
            for token in ["first", "second"] {
                try Data("\(token)\n".utf8).write(to: file)
                _ = try await cluster.time()
            }
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
        }
    }
}

@Suite("What is asked once for many")
struct SharedCredentialTests {
    /// A plugin that writes a line for each run, then prints `output`.
    private static func plugin(_ folder: TemporaryFolder, printing output: String) -> ExecPlugin {
        ExecPlugin(
            command: "sh",
            arguments: ["-c", "echo run >> '\(folder["runs"])'; sleep 0.2; printf '%s' \"$1\"", "sh", output],
            environment: [:], apiVersion: "client.authentication.k8s.io/v1", interactiveMode: nil, installHint: nil,
            cluster: nil)
    }

    @Test(arguments: [
        (#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}"#, 8),
        ("nonsense", 0),
    ])
    func `Eight readers at once run the credential plugin once, whether it works or not`(output: String, read: Int)
        async throws
    {
        let folder = try TemporaryFolder()
        try await FakeServer.run(
            answering: apiServer { _ in FakeServer.Answer("{}", headers: ["Date": "Sat, 21 Nov 2026 01:29:41 GMT"]) }
        ) { server in
            let cluster = client(server.url, .exec(Self.plugin(folder, printing: output)))
            let answers = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { (try? await cluster.time()) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answers == read)
        }
        #expect(try String(contentsOfFile: folder["runs"], encoding: .utf8) == "run\n")
    }

    @Test func `Objects of every namespace are listed where none is named`() async throws {
        try await FakeServer.run(answering: apiServer { _ in FakeServer.Answer(#"{"kind":"PodList","items":[]}"#) }) {
            server in
            _ = try await client(server.url).objects(pods, namespace: "", matching: LabelSelector(labels: [:]))
            #expect(server.requests.last?.path == "/api/v1/pods")
        }
    }
}

@Suite("Permissions")
struct PermissionsTests {
    @Test func `A rule must fit verb, group and resource, for all names`() {
        let permissions = Permissions(
            rules: [
                .init(verbs: ["get", "list"], groups: ["apps"], resources: ["deployments"]),
                .init(verbs: ["*"], groups: [""], resources: ["pods"], names: ["one"]),
            ], isIncomplete: false)
        #expect(permissions.allow("list", "deployments", group: "apps"))
        #expect(!permissions.allow("delete", "deployments", group: "apps"))
        #expect(!permissions.allow("get", "deployments", group: ""))
        #expect(!permissions.allow("get", "pods", group: ""))
    }
}
