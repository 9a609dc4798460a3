import Analysis
import ArgumentParser

extension CommandError.Code {
    /// What a script is told of an analysis; nil for a pass.
    init?(_ verdict: Verdict) {
        switch verdict {
        case .pass: return nil
        case .fail: self = .notStable
        case .inconclusive: self = .needed
        case .needsMoreData: self = .moving
        case .unknown: self = .failed
        case .error: self = .findings
        }
    }

    /// Leaves the program with the code of several analyses together, whose reports have been shown; returns where all of
    /// them pass.
    static func end(with verdicts: [Verdict]) throws {
        guard let code = Self(Verdict.folding(verdicts, isPastDeadline: false)) else { return }
        throw ExitCode(code.rawValue)
    }
}
