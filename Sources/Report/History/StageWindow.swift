package import Analysis
package import Rollouts

/// The time that a past release spent at one weight.
package struct StageWindow: Equatable, Sendable {
    package let stage: StageKey
    /// From the commit that brought the stage to the one that ended it.
    package let start: Timestamp
    package let end: Timestamp
    /// When the canary first had traffic.
    package let servedSince: Timestamp
}

extension ReleaseRecord {
    /// The weights that the release had, oldest first; a stage whose capacity grew in between is one.
    package var stageWindows: [StageWindow] {
        var windows: [StageWindow] = []
        var open: (key: StageKey, start: Timestamp)?
        var served: Timestamp?
        func close(_ end: Timestamp) {
            guard let stage = open, stage.start < end else { return }
            windows.append(
                StageWindow(stage: stage.key, start: stage.start, end: end, servedSince: served ?? stage.start))
        }
        for event in events {
            let state = event.state
            let isWeight = state?.phase == .progressing && state?.stage.kind == .weight && event.kind == .step
            if let key = open?.key, isWeight, state?.stage.key == key { continue }
            close(event.time)
            open = nil
            guard isWeight, let state else { continue }
            served = served ?? event.time
            open = (state.stage.key, event.time)
        }
        return windows
    }
}
