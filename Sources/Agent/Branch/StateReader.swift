package import Rollouts
internal import YAML

/// Reads state files; a text that states not exactly one state is unreadable and never an absence.
package enum StateReader {
    package enum Reading: Equatable, Sendable {
        case absent
        case state(RolloutState)
        case unreadable(String)

        package var state: RolloutState? {
            if case .state(let state) = self { state } else { nil }
        }

        /// The serial and the canonical digest, for the serial rule.
        package var value: StateValue {
            switch self {
            case .absent: .absent
            case .state(let state): .stated(serial: state.at.serial, digest: state.canonicalDigest)
            case .unreadable: .unreadable
            }
        }
    }

    package static func read(_ bytes: [UInt8]?, file: String) -> Reading {
        guard let bytes else { return .absent }
        do {
            let document = try YAMLStream(parsing: bytes, file: file).single
            let state = try YAMLDecoder().decode(RolloutState.self, from: document)
            return state.at.serial > 0 ? .state(state) : .unreadable("\(file): a serial is at least 1")
        } catch let error as YAMLError {
            return .unreadable("\(error)")
        } catch let problems as YAMLProblems {
            return .unreadable(problems.errors.first.map { "\($0)" } ?? "\(file): unreadable")
        } catch {
            return .unreadable("\(file): \(error)")
        }
    }
}
