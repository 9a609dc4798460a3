/// The tags of YAML's own types in their long form.
package enum CoreTag {
    static let prefix = "tag:yaml.org,2002:"
    package static let string = prefix + "str"
    package static let integer = prefix + "int"
    package static let float = prefix + "float"
    package static let boolean = prefix + "bool"
    package static let null = prefix + "null"
    package static let merge = prefix + "merge"
    package static let mapping = prefix + "map"
    package static let sequence = prefix + "seq"
    static let binary = prefix + "binary"
    static let timestamp = prefix + "timestamp"
}
