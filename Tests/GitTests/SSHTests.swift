import Git
import Support
import Testing

@Suite("A remote over SSH", .serialized)
struct SSHTests {
    private let repository: RemoteRepository
    private let server: SSHGitServer

    init() async throws {
        repository = try RemoteRepository()
        server = try await SSHGitServer()
    }

    private func mirror(
        _ path: String? = nil, key: String? = nil, knownHosts: String? = nil
    ) throws -> Repository {
        var remote = Remote(try RemoteLocation(parsing: server.url(path ?? repository.path)))
        remote.credential = .key(file: key ?? server.ed25519)
        remote.knownHosts = knownHosts ?? server.knownHosts
        return try Repository(mirroring: remote, in: repository.folder["cache"])
    }

    private func code(_ mirror: Repository) async throws -> GitError.Code {
        do {
            throw Unexpected(try await mirror.fetchMain())
        } catch let error as GitError {
            return error.code
        }
    }

    @Test func `takes Ed25519 and RSA keys, whatever comes first in known_hosts`() async throws {
        for key in [server.ed25519, server.rsa] {
            let mirror = try mirror(key: key)
            let tip = try await mirror.fetchMain()
            let new = try await mirror.commit(on: tip, ["a": .text(key)])
            let notes = try #require(ReferenceName.notes("x-\(new.short)"))
            let result = try await mirror.push([
                ReferenceUpdate(try main(), from: tip, to: new), ReferenceUpdate(notes, from: nil, to: new),
            ])
            #expect(result.isAccepted && result.wasAtomic)
            #expect(try repository.tip() == new.hex)
        }
    }

    @Test func `tells a wrong key, an unknown host, a changed one and a missing repository apart`() async throws {
        #expect(try await code(try mirror(key: server.stranger)) == .authentication)
        #expect(try await code(try mirror(knownHosts: "/dev/null")) == .hostUnknown)
        #expect(try await code(try mirror(knownHosts: server.changedHosts)) == .hostChanged)
        #expect(try await code(try mirror("/nothing.git")) == .notFound)
    }
}
