import Foundation

/// How much the random tests do: enough for every run of the tests, or as much as `make soak` asks for.
package enum Soak {
    package static let isOn = ProcessInfo.processInfo.environment["HEADGATE_SOAK"].map { !$0.isEmpty } ?? false

    package static func count(_ ordinary: Int, soaking: Int) -> Int { isOn ? soaking : ordinary }
}
