import Git
import Testing

@Suite("The location of a remote")
struct RemoteLocationTests {
    @Test(arguments: [
        ("/srv/repo.git", RemoteLocation.local(path: "/srv/repo.git")),
        ("file:///srv/repo.git", .local(path: "/srv/repo.git")),
        ("git@example.com:acme/repo.git", .ssh(user: "git", host: "example.com", port: nil, path: "acme/repo.git")),
        ("ssh://git@example.com:2222/a/b", .ssh(user: "git", host: "example.com", port: 2222, path: "/a/b")),
        ("ssh://[::1]:22/a", .ssh(user: nil, host: "::1", port: 22, path: "/a")),
        ("ssh://host/~me/a", .ssh(user: nil, host: "host", port: nil, path: "~me/a")),
        ("https://example.com/a.git/", .http(url: "https://example.com/a.git")),
    ])
    func `is read`(text: String, location: RemoteLocation) throws {
        #expect(try RemoteLocation(parsing: text) == location)
    }

    @Test(arguments: [
        "", "relative/path", "https://", "https://host/a?b", "ftp://host/a", "ssh://-oProxyCommand=x/a",
        "-oProxyCommand=x:a", "git@host:", "ssh://host:port/a", "ssh://host:99999/a", "host:a'b", "ssh://ho st/a",
        "https://user:hunter2@example.com/a", "https://hunter2@example.com/a", "ssh://git:hunter2@-host/a",
    ])
    func `is refused, without repeating a password`(text: String) {
        let error = #expect(throws: GitError.self) { try RemoteLocation(parsing: text) }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `has a secret that does not print`() {
        let credential = Credential.basic(username: "me", password: Secret("hunter2"))
        #expect(!"\(credential)".contains("hunter2"))
        #expect(!String(reflecting: credential).contains("hunter2"))
        var text = ""
        dump(credential, to: &text)
        #expect(!text.contains("hunter2"))
    }
}
