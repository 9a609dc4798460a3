/// How much a file may ask for before it is refused.
package struct YAMLLimits: Hashable, Sendable {
    /// In bytes.
    package var size: Int
    /// Collections within collections.
    package var depth: Int

    package init(size: Int = 16 << 20, depth: Int = 100) {
        self.size = size
        self.depth = depth
    }
}
