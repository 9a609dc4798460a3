import Git
import Support
import Synchronization
import Testing

@Suite("A remote over HTTPS", .serialized)
struct HTTPSTests {
    private let repository: RemoteRepository
    private let server: HTTPSGitServer

    init() async throws {
        repository = try RemoteRepository()
        try repository.git("config", "http.receivepack", "true")
        server = try await HTTPSGitServer(serving: repository.folder.path)
    }

    private func mirror(
        _ path: String, _ change: (inout Remote) -> Void = { _ in }
    ) throws -> Repository {
        var remote = Remote(try RemoteLocation(parsing: server.url + path))
        remote.authorities = server.authority.certificate
        change(&remote)
        return try Repository(mirroring: remote, in: repository.folder["cache"])
    }

    private func failure(_ body: () async throws -> some Any) async throws -> GitError {
        do {
            let result = try await body()
            throw Unexpected(result)
        } catch let error as GitError {
            return error
        }
    }

    @Test func `is fetched from and pushed to, atomically`() async throws {
        let mirror = try mirror("/remote.git/")
        let tip = try await mirror.fetchMain()
        let new = try await mirror.commit(on: tip, ["a": .text("1\n")])
        let notes = try #require(ReferenceName.notes("headgate"))
        let result = try await mirror.push([
            ReferenceUpdate(try main(), from: tip, to: new), ReferenceUpdate(notes, from: nil, to: new),
        ])
        #expect(result.isAccepted && result.wasAtomic)
        #expect(try repository.tip() == new.hex)
        #expect(try repository.tip(notes.text) == new.hex)
    }

    @Test func `gets a credential and asks once with a wrong one`() async throws {
        let good = try mirror("/private/remote.git") {
            $0.credential = .basic(username: server.user, password: Secret(server.password))
        }
        #expect(try await good.fetchMain().hex == repository.tip())
        let before = try await server.statuses().count
        let wrong = try mirror("/private/remote.git") {
            $0.credential = .basic(username: server.user, password: Secret("wrong-horse"))
        }
        let error = try await failure { try await wrong.fetchMain() }
        #expect(error.code == .authentication)
        #expect(!error.description.contains("horse"))
        #expect(try await server.statuses().dropFirst(before) == [401])
    }

    @Test func `gets the credential of the moment for each conversation, and none that could not be had`() async throws
    {
        let passwords = Mutex(["wrong-horse", server.password, server.password])
        let mirror = try mirror("/private/remote.git") { [server] remote in
            // A source has the last word.
            remote.credential = .basic(username: server.user, password: Secret("stale"))
            remote.credentials = { () async throws(GitError) -> Credential? in
                guard let next = passwords.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
                    throw GitError(.authentication, "get a token", "the App is not installed")
                }
                return .basic(username: server.user, password: Secret(next))
            }
        }
        let refused = try await failure { try await mirror.fetchMain() }
        #expect(refused.code == .authentication)
        #expect(!refused.description.contains("horse"))
        let tip = try await mirror.fetchMain()
        let new = try await mirror.commit(on: tip, ["a": .text("1\n")])
        #expect(try await mirror.push([ReferenceUpdate(try main(), from: tip, to: new)]).isAccepted)
        let before = try await server.statuses().count
        #expect(try await failure { try await mirror.listReferences() }.message == "the App is not installed")
        #expect(try await server.statuses().count == before)
    }

    @Test func `must show a certificate that is trusted`() async throws {
        let other = try CertificateAuthority()
        let mirror = try mirror("/remote.git") { $0.authorities = other.certificate }
        #expect(try await failure { try await mirror.fetchMain() }.code == .certificate)
    }

    @Test func `is followed on the same origin and never to another host`() async throws {
        let renamed = try mirror("/renamed/remote.git")
        #expect(try await renamed.fetchMain().hex == repository.tip())
        let elsewhere = try mirror("/elsewhere/remote.git") {
            $0.credential = .basic(username: server.user, password: Secret(server.password))
        }
        let error = try await failure { try await elsewhere.fetchMain() }
        #expect(error.code == .redirected)
        #expect(error.message.contains("https://localhost"))
    }

    @Test func `that is no repository or no git server is told apart`() async throws {
        let missing = try mirror("/nothing.git")
        #expect(try await failure { try await missing.fetchMain() }.code == .notFound)
        let page = try mirror("/plain")
        let error = try await failure { try await page.fetchMain() }
        #expect(error.code == .protocolViolation)
        #expect(error.message.contains("text/html"))
    }

    @Test func `is not spoken to in plain text unless that is allowed`() async throws {
        var remote = Remote(.http(url: "http://127.0.0.1:1/x.git"))
        let refused = try Repository(mirroring: remote, in: repository.folder["plain"])
        #expect(try await failure { try await refused.fetchMain() }.code == .invalid)
        remote.allowsPlaintext = true
        let allowed = try Repository(mirroring: remote, in: repository.folder["plain"])
        #expect(try await failure { try await allowed.fetchMain() }.code == .unreachable)
    }
}
