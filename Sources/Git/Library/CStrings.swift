internal import CLibGit2
internal import FoundationEssentials
internal import Glibc

/// Calls `body` with the texts as C strings that live until it returns.
func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies)
}

func withStringArray<Result>(_ texts: [String], _ body: (UnsafePointer<git_strarray>) -> Result) -> Result {
    withCStrings(texts) { copies in
        var copies = copies
        return copies.withUnsafeMutableBufferPointer { buffer in
            var array = git_strarray(strings: buffer.baseAddress, count: buffer.count)
            return body(&array)
        }
    }
}

func isFolder(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
}
