internal import CLibGit2

/// Merges two versions of a file line by line, as `git merge` does.
package enum FileMerge {
    /// Nil when both sides changed the same lines, or neighbouring ones.
    package static func merge(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8]? {
        guard Library.started else { return nil }
        var result = git_merge_file_result()
        defer { git_merge_file_result_free(&result) }
        let code = base.withUnsafeBytes { base in
            ours.withUnsafeBytes { ours in
                theirs.withUnsafeBytes { theirs in
                    var (ancestor, left, right) = (input(base), input(ours), input(theirs))
                    return git_merge_file(&result, &ancestor, &left, &right, nil)
                }
            }
        }
        guard code == 0, result.automergeable == 1 else { return nil }
        return Array(UnsafeRawBufferPointer(start: result.ptr, count: result.len))
    }

    private static func input(_ bytes: UnsafeRawBufferPointer) -> git_merge_file_input {
        var input = git_merge_file_input()
        git_merge_file_input_init(&input, UInt32(GIT_MERGE_FILE_INPUT_VERSION))
        input.ptr = bytes.assumingMemoryBound(to: CChar.self).baseAddress
        input.size = bytes.count
        return input
    }
}
