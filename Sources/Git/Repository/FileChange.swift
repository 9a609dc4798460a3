/// What a commit does to one path.
package enum FileChange: Hashable, Sendable {
    /// The file gets these bytes; an executable one stays executable.
    case write([UInt8])
    /// Nothing happens where there is no such file.
    case remove
}
