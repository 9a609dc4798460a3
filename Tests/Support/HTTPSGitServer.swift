import Foundation

/// nginx with git's own HTTP backend over the folders of one root, on a free port of 127.0.0.1.
///
/// `/private/…` serves the same repositories to one user with a password, `/elsewhere/…` redirects to another host and
/// `/renamed/…` to the same one. Where an API is given, `/api/…` is what it answers.
package final class HTTPSGitServer: Sendable {
    package let port: UInt16
    package let authority: CertificateAuthority
    package let user = "headgate"
    package let password = "correct-horse"
    private let folder: TemporaryFolder
    private let programs: [Program]

    /// The server's origin, without a slash at the end.
    package var url: String { "https://127.0.0.1:\(port)" }

    /// - Parameter api: the URL of another server, without a slash at the end.
    package init(serving root: String, api: String? = nil) async throws {
        folder = try TemporaryFolder()
        authority = try CertificateAuthority()
        port = try freePort()
        let (certificate, key) = try authority.issue()
        // A token goes with the name `git`, one of a GitHub App with another.
        let passwords = "\(user):{PLAIN}\(password)\ngit:{PLAIN}\(password)\nx-access-token:{PLAIN}\(password)\n"
        try folder.write("passwords", passwords)
        let socket = folder["cgi.sock"]
        let configuration = Self.configuration(
            folder: folder.path, root: root, port: port, certificate: certificate, key: key, api: api)
        let file = try folder.write("nginx.conf", configuration)
        programs = [
            try Program("fcgiwrap", ["-s", "unix:\(socket)"], environment: GitCommand.hermetic),
            try Program("nginx", ["-p", folder.path, "-e", folder["error.log"], "-c", file]),
        ]
        try await waitUntilListening(port)
        for _ in 0..<500 where !FileManager.default.fileExists(atPath: socket) {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit { for program in programs { program.stop() } }

    /// The status of each answer until now, in their order.
    ///
    /// A line is written after its answer has gone, and lines of later requests after it: one of our own shows that those
    /// before it are there.
    package func statuses() async throws -> [Int] {
        let marks = try written().count { $0 == Self.mark }
        let git = GitCommand(in: folder.path)
        _ = try git.attempt(["-c", "http.sslCAInfo=\(authority.certificate)", "ls-remote", "\(url)/mark"])
        for _ in 0..<3000 {
            let statuses = try written()
            if statuses.count(where: { $0 == Self.mark }) > marks { return statuses.filter { $0 != Self.mark } }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw POSIXError(.ETIMEDOUT)
    }

    /// What nothing else is answered with.
    private static let mark = 410

    private func written() throws -> [Int] {
        let log = String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder["access.log"])), as: UTF8.self)
        return log.split(separator: "\n").compactMap { Int($0) }
    }

    private static func configuration(
        folder: String, root: String, port: UInt16, certificate: String, key: String, api: String?
    ) -> String {
        let other = api.map { "location ^~ /api/ { proxy_pass \($0); }" } ?? ""
        let backend = """
            client_max_body_size 0;
            fastcgi_pass unix:\(folder)/cgi.sock;
            fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
            fastcgi_param GIT_PROJECT_ROOT \(root);
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param GIT_CONFIG_NOSYSTEM 1;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REMOTE_ADDR $remote_addr;
            """
        return """
            daemon off;
            user root;
            worker_processes 1;
            pid \(folder)/nginx.pid;
            events { worker_connections 64; }
            http {
              log_format status '$status';
              access_log \(folder)/access.log status;
              client_body_temp_path \(folder)/body;
              fastcgi_temp_path \(folder)/fastcgi;
              proxy_temp_path \(folder)/proxy;
              scgi_temp_path \(folder)/scgi;
              uwsgi_temp_path \(folder)/uwsgi;
              server {
                listen 127.0.0.1:\(port) ssl http2;
                ssl_certificate \(certificate);
                ssl_certificate_key \(key);
                location ~ ^/elsewhere(/.*)$ { return 302 https://localhost:\(port)$1?$args; }
                location ~ ^/renamed(/.*)$ { return 301 https://127.0.0.1:\(port)$1?$args; }
                location = /plain/info/refs { default_type text/html; return 200 "<html>hello</html>"; }
                location ^~ /mark/ { return 410; }
                \(other)
                location ~ ^/private(/.*)$ {
                  auth_basic private;
                  auth_basic_user_file \(folder)/passwords;
                  fastcgi_param PATH_INFO $1;
                  fastcgi_param REMOTE_USER $remote_user;
                  \(backend)
                }
                location ~ ^(/.*)$ {
                  fastcgi_param PATH_INFO $1;
                  \(backend)
                }
              }
            }
            """
    }
}
