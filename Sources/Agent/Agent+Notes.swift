internal import Git
internal import Logging
internal import Rollouts

/// What is noted beside the commits, at the end of a tick.
extension Agent {
    func notes(of survey: Survey, _ report: TickReport) -> [String: [NoteEntry]] {
        var entries: [String: [NoteEntry]] = [:]
        for rollout in report.rollouts {
            var own: [NoteEntry] = []
            let finding = survey.findings[rollout.id]
            if let stage = finding?.stageCommit?.id, let note = rollout.notedStage {
                own.append(.stage(note, on: stage, of: rollout.id))
            }
            if rollout.decision?.effects.contains(.acceptForeign) == true, let mark = finding?.accepted {
                own.append(.mark(mark, of: rollout.id))
            }
            if case .pushed(let commit)? = rollout.outcome, let state = rollout.decision?.transition?.state {
                let mark = Mark(serial: state.at.serial, digest: state.canonicalDigest, commit: commit.domain)
                own.append(.mark(mark, of: rollout.id))
                if let stage = finding?.stageCommit?.id, let evidence = rollout.decision?.transition?.evidence,
                    !evidence.isEmpty
                {
                    own.append(.evidence(evidence, on: stage, of: rollout.id))
                }
            }
            if own.isEmpty, let finding, finding.walked > settings.longWalk, let mark = finding.mark, rollout.isAtRest {
                // The next tick has less to walk. What moves needs to find the commit that brought its stage.
                own.append(.mark(mark, of: rollout.id))
            }
            if !own.isEmpty { entries[rollout.id.environment, default: []] += own }
        }
        return entries
    }

    /// Notes never hold anything up: what could not be written is written by a later tick.
    func write(_ notes: [String: [NoteEntry]], _ survey: Survey) async -> [String] {
        var remarks: [String] = []
        for (environment, entries) in notes.sorted(by: { $0.key < $1.key }) {
            guard let book = survey.books[environment] else { continue }
            do {
                try await book.write(entries, by: settings.identity.signature(at: ports.now()))
            } catch {
                logger.warning("notes could not be written", metadata: ["error": "\(error)"])
                remarks.append("notes could not be written: \(error)")
            }
        }
        return remarks
    }
}

extension RolloutReport {
    /// What the server said against the commit of this tick.
    private var refusal: StageNote.Refusal? {
        guard case .refused(let words)? = outcome, let transition = decision?.transition else { return nil }
        return StageNote.Refusal(commit: transition.name, words: CommitMessage.oneLine(words))
    }

    /// The note on the stage's commit as it is to be after this tick; nil when nothing is added.
    fileprivate var notedStage: StageNote? {
        var note = observation?.note ?? StageNote()
        var changed = false
        // The first words stay: servers put ids and times into them.
        if let refusal, note.refusal?.commit != refusal.commit { (note.refusal, changed) = (refusal, true) }
        for effect in decision?.effects ?? [] {
            switch effect {
            case .recordArrival(let time): (note.arrivedAt, changed) = (time, true)
            case .recordLive(let time): (note.liveAt, changed) = (time, true)
            case .recordAway(let time): (note.awayAt, changed) = (time, true)
            case .recordReturn(let time): (note.awayAt, note.segmentAt, changed) = (nil, time, true)
            case .commit, .acceptForeign, .retire, .propose, .advise, .merge, .withdraw: break
            }
        }
        return changed ? note : nil
    }
}
