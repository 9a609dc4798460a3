import FoundationEssentials
import Glibc

/// What a person gives a command to read: the content of a file, or of standard input.
enum InputText {
    /// - Parameter file: a path; `-` is standard input.
    static func bytes(of file: String) throws -> [UInt8] {
        if file == "-" { return try standardInput() }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
            throw CommandError("there is no file \(file)", hint: "check the path; - reads standard input")
        }
        if isFolder { throw CommandError("\(file) is a folder", hint: "name one file in it") }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError("cannot read \(file)", hint: "check its permissions")
        }
        return Array(data)
    }

    private static func standardInput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandError("cannot read standard input", causes: [String(cString: strerror(errno))])
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= sizeLimit else {
                throw CommandError("standard input has more than \(sizeLimit >> 20) MiB", hint: "give it less")
            }
        }
    }

    private static let sizeLimit = 64 << 20
}
