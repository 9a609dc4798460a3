import Glibc

/// Which network addresses a client may talk to.
package enum AddressPolicy: Hashable, Sendable {
    /// For hosts that the agent's own deployment names.
    case unrestricted
    /// Refuses loopback, link-local and cloud metadata addresses, except where the URL's host is one of these.
    case refusesLocal(except: Set<String>)

    /// Whether requests to this host may reach any address.
    func exempts(host: String) -> Bool {
        switch self {
        case .unrestricted: true
        case .refusesLocal(let hosts): hosts.contains { $0.lowercased() == host.lowercased() }
        }
    }
}

/// An IP address as the socket layer sees it, or as a literal in a URL.
struct NetworkAddress: Hashable {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The address that a host in a URL states literally; nil for a name.
    init?(literal host: String) {
        let text = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" && $0 != "%" }) : host
        var four = in_addr()
        var sixteen = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        } else {
            return nil
        }
    }

    /// The address in a `sockaddr`; nil for other families.
    init?(socketAddress: UnsafeRawPointer, family: Int32) {
        switch family {
        case AF_INET:
            let address = socketAddress.loadUnaligned(as: sockaddr_in.self).sin_addr
            bytes = withUnsafeBytes(of: address) { Array($0) }
        case AF_INET6:
            let address = socketAddress.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            bytes = withUnsafeBytes(of: address) { Array($0) }
        default:
            return nil
        }
    }

    /// Loopback, link-local, unspecified, multicast, or the metadata service of a cloud.
    var isLocal: Bool {
        bytes.count == 4 ? isLocalVersion4(bytes) : isLocalVersion6
    }

    /// Addresses that only stand for an IPv4 address count as that one.
    private var isLocalVersion6: Bool {
        guard bytes.count == 16 else { return true }
        let zeros = bytes.prefix { $0 == 0 }.count
        if zeros >= 10, bytes[10..<12] == [0xFF, 0xFF] { return isLocalVersion4(Array(bytes[12...])) }
        if zeros >= 12 { return isLocalVersion4(Array(bytes[12...])) }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) { return isLocalVersion4(Array(bytes[12...])) }
        if bytes.starts(with: [0x20, 0x02]) { return isLocalVersion4(Array(bytes[2..<6])) }
        return bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 || bytes[0] == 0xFF || bytes == Self.amazonMetadata
    }

    private func isLocalVersion4(_ bytes: [UInt8]) -> Bool {
        bytes[0] == 0 || bytes[0] == 127 || bytes[0] == 169 && bytes[1] == 254 || (224...239).contains(bytes[0])
            || bytes == [255, 255, 255, 255] || Self.metadata.contains(bytes)
    }

    /// Metadata services outside 169.254.0.0/16: Alibaba, Oracle, Azure's host agent.
    private static let metadata: Set<[UInt8]> = [[100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]]

    /// The address fd00:ec2::254.
    private static let amazonMetadata: [UInt8] = [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
}
