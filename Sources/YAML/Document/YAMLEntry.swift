/// A key and its value in a mapping.
package struct YAMLEntry: Sendable {
    package let key: YAMLNode
    package let value: YAMLNode

    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }

    /// The key as it is written, without its quotes; nil where it is a collection or an alias.
    package var name: String? { key.text }

    /// Whether this is `<<`, whose value lends its entries to the mapping.
    package var isMerge: Bool {
        key.kind == .plain && key.text == "<<" && (key.tag == nil || key.tag == CoreTag.merge)
    }
}
