internal import Analysis
internal import Rollouts

/// The text of notes and marks.
enum NoteText {
    static func note(for id: RolloutID, in bytes: [UInt8]) -> StageNote {
        guard let json = try? JSON(parsing: bytes), let member = json["\(id)"] else { return StageNote() }
        func time(_ name: String) -> Timestamp? { member[name]?.string.flatMap { Timestamp(rfc3339: $0) } }
        var note = StageNote(
            liveAt: time("live"), awayAt: time("away"), segmentAt: time("segment"),
            measurements: MeasurementText.measurements(in: member["measurements"]))
        note.arrivedAt = time("arrived")
        if let refused = member["refused"], let commit = refused["commit"]?.string, let words = refused["words"]?.string
        {
            note.refusal = StageNote.Refusal(commit: commit, words: words)
        }
        return note
    }

    /// Adds a note to the text of others; when a stage became live stays as it was first written.
    static func adding(_ note: StageNote, for id: RolloutID, to bytes: [UInt8]) -> [UInt8] {
        var members = (try? JSON(parsing: bytes))?.members ?? []
        let old = NoteText.note(for: id, in: bytes)
        var merged = note
        merged.liveAt = old.liveAt ?? note.liveAt
        merged.arrivedAt = old.arrivedAt ?? note.arrivedAt
        let times = [
            ("arrived", merged.arrivedAt), ("live", merged.liveAt), ("away", merged.awayAt),
            ("segment", merged.segmentAt),
        ]
        let kept = (members.first { $0.name == "\(id)" }?.value.members ?? []).filter { member in
            !times.contains { $0.0 == member.name } && (member.name != "refused" || note.refusal == nil)
        }
        let refused = note.refusal.map { refusal in
            JSON.Member(
                name: "refused",
                value: .object([
                    .init(name: "commit", value: .string(refusal.commit)),
                    .init(name: "words", value: .string(refusal.words)),
                ]))
        }
        let value = JSON.object(
            times.compactMap { name, time in time.map { .init(name: name, value: .string($0.rfc3339)) } } + kept
                + [refused].compactMap(\.self))
        return text(of: &members, giving: value, to: id)
    }

    /// Adds what a stage was left on; what is there already was found first and stays.
    static func adding(_ evidence: [Evidence], for id: RolloutID, to bytes: [UInt8]) -> [UInt8] {
        var members = (try? JSON(parsing: bytes))?.members ?? []
        var own = members.first { $0.name == "\(id)" }?.value.members ?? []
        guard !own.contains(where: { $0.name == "evidence" }) else { return bytes }
        own.append(.init(name: "evidence", value: EvidenceRecord.json(evidence)))
        return text(of: &members, giving: .object(own), to: id)
    }

    /// Adds a claim, or the result of one; what was claimed before stays its claimant's, and a result stays for good.
    static func adding(
        _ measurement: ClaimedMeasurement, _ key: MeasurementKey, for id: RolloutID, to bytes: [UInt8]
    ) -> [UInt8] {
        var members = (try? JSON(parsing: bytes))?.members ?? []
        var own = members.first { $0.name == "\(id)" }?.value.members ?? []
        let old = own.first { $0.name == "measurements" }?.value
        guard let new = MeasurementText.adding(measurement, key, to: old) else { return bytes }
        own.removeAll { $0.name == "measurements" }
        own.append(.init(name: "measurements", value: new))
        return text(of: &members, giving: .object(own), to: id)
    }

    private static func text(of members: inout [JSON.Member], giving value: JSON, to id: RolloutID) -> [UInt8] {
        members.removeAll { $0.name == "\(id)" }
        members.append(.init(name: "\(id)", value: value))
        return Array((JSON.object(members).canonical + "\n").utf8)
    }

    static func mark(_ bytes: [UInt8]) -> Mark? {
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
        guard words.count == 3, let serial = Int(words[0]), serial > 0 else { return nil }
        return Mark(serial: serial, digest: Digest(hex: words[1]), commit: CommitID(hex: words[2]))
    }

    /// Serial, digest and commit on one line.
    static func text(_ mark: Mark) -> [UInt8] {
        Array("\(mark.serial) \(mark.digest.hex) \(mark.commit.hex)\n".utf8)
    }
}
