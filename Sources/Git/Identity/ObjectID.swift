internal import CLibGit2

/// Names an object in a repository by its SHA-1; `Object` says of which kind it is.
package struct ObjectID<Object>: Hashable, Sendable {
    private let head: UInt64
    private let middle: UInt64
    private let tail: UInt32

    /// From 40 hexadecimal digits; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 40 else { return nil }
        var raw = git_oid()
        guard git_oid_fromstr(&raw, String(hex)) == 0 else { return nil }
        self.init(raw)
    }

    init(_ raw: git_oid) {
        (head, middle, tail) = withUnsafeBytes(of: raw) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    var raw: git_oid {
        var raw = git_oid()
        withUnsafeMutableBytes(of: &raw) { bytes in
            bytes.storeBytes(of: head.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: tail.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return raw
    }

    package var hex: String {
        padded(head, 16) + padded(middle, 16) + padded(UInt64(tail), 8)
    }

    /// The first nine digits, as people read them.
    package var short: String { String(hex.prefix(9)) }

    var isZero: Bool { head == 0 && middle == 0 && tail == 0 }
}

private func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension ObjectID: CustomStringConvertible {
    package var description: String { hex }
}

/// Marks the id of a file's content.
package enum Blob {}

/// Marks the id of a folder.
package enum Tree {}

package typealias CommitID = ObjectID<Commit>
package typealias BlobID = ObjectID<Blob>
package typealias TreeID = ObjectID<Tree>
