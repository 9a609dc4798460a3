import Foundation

extension Program {
    /// Where one of the product's programs is: beside the program that runs the tests.
    package static func product(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }
}
