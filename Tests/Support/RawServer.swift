import Foundation
import Synchronization

/// A TCP server on a free port of 127.0.0.1 that sends the same bytes to whoever connects, for answers that no decent
/// HTTP server would give.
package final class RawServer: Sendable {
    package enum Ending: Sendable {
        case close
        /// Keeps the connection open and silent.
        case hang
    }

    package let url: String
    private let listener: Int32
    private let connections = Mutex<[Int32]>([])

    package init(sending text: String, then ending: Ending) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let port: UInt16? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, length) == 0, listen(descriptor, 16) == 0,
                    getsockname(descriptor, generic, &length) == 0
                else { return nil }
                return generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port.bigEndian }
            }
        }
        guard let port else { throw POSIXError(.EADDRNOTAVAIL) }
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { break }
                self.serve(connection, Array(text.utf8), ending)
            }
        }
    }

    /// Ends the thread and all connections.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.withLock { descriptors in
            descriptors.forEach { _ = close($0) }
            descriptors = []
        }
    }

    private func serve(_ connection: Int32, _ bytes: [UInt8], _ ending: Ending) {
        var request = [UInt8](repeating: 0, count: 65_536)
        _ = recv(connection, &request, request.count, 0)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        switch ending {
        case .close: close(connection)
        case .hang: connections.withLock { $0.append(connection) }
        }
    }
}
