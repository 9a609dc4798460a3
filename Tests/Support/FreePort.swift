import Foundation

/// A port of 127.0.0.1 that was free a moment ago, for a server that must be told one.
package func freePort() throws -> UInt16 {
    let server = try RawServer(sending: "", then: .close)
    server.stop()
    guard let port = server.url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
        throw POSIXError(.EADDRNOTAVAIL)
    }
    return port
}

/// Returns as soon as a connection to the port succeeds; throws after a minute.
package func waitUntilListening(_ port: UInt16) async throws {
    for _ in 0..<3000 {
        if canConnect(port) { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw POSIXError(.ETIMEDOUT)
}

private func canConnect(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
