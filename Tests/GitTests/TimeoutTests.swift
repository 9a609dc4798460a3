import Foundation
import Git
import Support
import Testing

/// Whose deadline ended the wait is seen in the error: these servers never end it themselves.
@Suite("A remote that does not answer", .timeLimit(.minutes(2)))
struct TimeoutTests {
    private static let limits: RemoteLimits = {
        var limits = RemoteLimits()
        limits.connect = .seconds(1)
        limits.silence = .seconds(1)
        limits.total = .seconds(5)
        return limits
    }()

    private func failure(_ location: RemoteLocation) async throws -> GitError {
        let folder = try TemporaryFolder()
        var remote = Remote(location)
        remote.limits = Self.limits
        remote.allowsPlaintext = true
        remote.environment = ["PATH": Program.searchPath, "LC_ALL": "C"]
        let repository = try Repository(mirroring: remote, in: folder.path)
        do {
            throw Unexpected(try await repository.listReferences())
        } catch let error as GitError {
            return error
        }
    }

    @Test(arguments: [
        ("", RawServer.Ending.hang, GitError.Code.timeout(.connect)),
        (Self.advertisement + "001e# service=git-upl", .hang, .timeout(.list)),
        (Self.advertisement + "zzzz", .close, .protocolViolation),
        ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", .close, .unreachable),
        ("HTTP/1.1 200 OK\r\n\r\n", .close, .protocolViolation),
        ("no HTTP at all", .close, .protocolViolation),
        ("", .close, .interrupted),
    ])
    func `over HTTP is given up in time`(sent: String, ending: RawServer.Ending, code: GitError.Code) async throws {
        let server = try RawServer(sending: sent, then: ending)
        defer { server.stop() }
        let error = try await failure(try RemoteLocation(parsing: server.url + "/x.git"))
        #expect(error.code == code, "\(error)")
    }

    @Test(arguments: [("", GitError.Code.timeout(.connect)), ("SSH-2.0-Silent\r\n", .timeout(.connect))])
    func `over SSH is given up in time`(sent: String, code: GitError.Code) async throws {
        let server = try RawServer(sending: sent, then: .hang)
        defer { server.stop() }
        let port = server.url.split(separator: ":").last.flatMap { Int($0) }
        let error = try await failure(.ssh(user: nil, host: "127.0.0.1", port: port, path: "/x.git"))
        #expect(error.code == code, "\(error)")
    }

    @Test func `is unreachable when nothing listens`() async throws {
        let port = Int(try freePort())
        let web = try await failure(try RemoteLocation(parsing: "http://127.0.0.1:\(port)/x.git"))
        #expect(web.code == .unreachable)
        let shell = try await failure(.ssh(user: nil, host: "127.0.0.1", port: port, path: "/x.git"))
        #expect(shell.code == .unreachable)
    }

    @Test func `is not found when the path holds no repository`() async throws {
        let error = try await failure(.local(path: "/nonexistent.git"))
        #expect(error.code == .notFound, "\(error)")
    }

    @Test func `in the middle of a push is given up and its processes are ended`() async throws {
        let repository = try RemoteRepository()
        try repository.hook("pre-receive", "echo $$ > \(repository.folder["pid"])\nexec sleep 60\n")
        var remote = repository.remote
        remote.limits = Self.limits
        let mirror = try Repository(mirroring: remote, in: repository.folder["cache"])
        let tip = try await mirror.fetchMain()
        let new = try await mirror.commit(on: tip, ["a": .text("1\n")])
        do {
            throw Unexpected(try await mirror.push([ReferenceUpdate(try main(), from: tip, to: new)]))
        } catch let error as GitError {
            #expect(error.code == .timeout(.receive), "\(error)")
        }
        let file = URL(fileURLWithPath: repository.folder["pid"])
        let hook = try #require(Int32(String(decoding: try Data(contentsOf: file), as: UTF8.self).dropLast()))
        for _ in 0..<200 where kill(hook, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(kill(hook, 0) != 0)
        #expect(try repository.tip() == tip.hex)
    }

    private static let advertisement =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n"
}
