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
            if state.at.serial < 1 { return .unreadable("\(file): a serial is at least 1") }
            for (name, record) in [("release", state.release), ("previous", state.previous)] {
                guard let record, record.values.digest != record.digest else { continue }
                return .unreadable("\(file): the digest of \(name) is not that of its values")
            }
            return .state(state)
        } catch let error as YAMLError {
            return .unreadable("\(error)")
        } catch let problems as YAMLProblems {
            return .unreadable(problems.errors.first.map { "\($0)" } ?? "\(file): unreadable")
        } catch {
            return .unreadable("\(file): \(error)")
        }
    }
}
