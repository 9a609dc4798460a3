/// A text that must not be seen: printing, dumping and interpolating it give `[redacted]`.
///
/// Only the place that puts it on the wire or into a child's input asks for `revealed`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let revealed: String

    package init(_ text: String) {
        revealed = text
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
