import Foundation
import Support
import Testing

@testable import Simulator

/// A forge over a real bare repository whose `main` has one manifest, and the agent's token.
struct ForgeFixture {
    let remote: RemoteRepository
    let forge: Forge

    static let manifest = "apps/checkout.yaml"
    static let weights = "kind: HTTPRoute\nspec:\n  rules:\n  - weight: 100\n  - weight: 0\n"
    static let token = "the-token-of-the-agent"

    init(approvals: Int = 0, dismissesStale: Bool = false) async throws {
        remote = try RemoteRepository(files: [Self.manifest: Self.weights, "README.md": "hello\n"])
        var settings = Forge.Settings(
            repository: remote.path,
            accounts: [
                ForgeAccount(id: 1, name: "alice", rights: .admin, token: "alice"),
                ForgeAccount(id: 2, name: "headgate-bot", token: Self.token),
                ForgeAccount(id: 3, name: "carol", rights: .read, token: "carol"),
            ], person: "alice")
        settings.protections = [
            BranchProtection(branch: "main", requiredApprovals: approvals, dismissesStale: dismissesStale)
        ]
        let counter = Clock()
        forge = try Forge(settings) { counter.next() }
        await forge.listens(at: "http://127.0.0.1:8082")
    }

    /// A second passes with each look.
    private final class Clock: @unchecked Sendable {
        private let lock = NSLock()
        private var now = dawn
        func next() -> Moment {
            lock.withLock {
                now = now + .seconds(1)
                return now
            }
        }
    }

    /// Pushes a branch that changes the canary's weight, as the agent does.
    @discardableResult
    func push(_ branch: String, weight: Int, from base: String = "main", message: String = "canary") throws -> String {
        try push(branch, [Self.manifest: Self.weights(weight)], from: base, message: message)
    }

    static func weights(_ weight: Int) -> String {
        weights.replacingOccurrences(of: "100", with: "\(100 - weight)")
            .replacingOccurrences(of: "weight: 0", with: "weight: \(weight)")
    }

    @discardableResult
    func push(_ branch: String, _ files: [String: String], from base: String = "main", message: String) throws
        -> String
    {
        let git = remote.person.by("Headgate")
        try git("fetch", "--quiet", "origin")
        try git("checkout", "--quiet", "--detach", base.count == 40 ? base : "origin/\(base)")
        for (name, text) in files { try remote.folder.write("person/" + name, text) }
        try git("add", "--all")
        try git("commit", "--quiet", "--message", message)
        try git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/\(branch)")
        return try git("rev-parse", "HEAD")
    }

    // MARK: Requests

    func call(
        _ method: String, _ path: String, _ body: Value? = nil, token: String? = ForgeFixture.token
    ) async -> (status: Int, json: Value, headers: [String: String]) {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? FormText.fields(parts[1]).map { (name: $0.key, value: $0.value) } : []
        let request = ForgeRequest(
            method, "/api/v1" + parts[0], query: query,
            headers: token.map { ["authorization": "token \($0)"] } ?? [:], body: Array((body?.text ?? "").utf8))
        let response = await forge.answerAPI(request)
        return (response.status, (try? ValueReader.read(response.body)) ?? .string(response.body), response.headers)
    }

    /// Below the repository.
    func ask(
        _ method: String, _ path: String, _ body: Value? = nil, token: String? = ForgeFixture.token
    ) async -> (status: Int, json: Value, headers: [String: String]) {
        await call(method, "/repos/demo/shop" + path, body, token: token)
    }

    @discardableResult
    func propose(
        _ branch: String, title: String = "checkout: canary 0% → 10%", body: String = ""
    ) async throws -> Int {
        let answer = await ask(
            "POST", "/pulls",
            ["head": .string(branch), "base": "main", "title": .string(title), "body": .string(body)])
        try #require(answer.status == 201, "\(answer.json)")
        return try #require(answer.json["number"]?.integer)
    }

    func page(_ path: String, _ form: [String: String]? = nil, seal: String = "seal") async -> ForgeResponse {
        let fields = form.map { form in
            form.merging(["seal": "seal"]) { one, _ in one }.map {
                "\(FormText.encoded($0.key))=\(FormText.encoded($0.value))"
            }.joined(separator: "&")
        }
        let request = ForgeRequest(fields == nil ? "GET" : "POST", path, body: Array((fields ?? "").utf8))
        return await forge.answerPage(request, seal: seal)
    }
}
