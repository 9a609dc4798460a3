internal import Manifests
internal import Rollouts

extension RolloutChange {
    /// What is wrong with what would follow.
    var findings: [Finding] {
        safeguards.compactMap { $0.finding(about: "\(id)") } + edits + ends
    }

    /// A release that is stated together with its manifests: it is there as it is merged.
    var skippedStages: [SafeguardChange] {
        guard kind == .changed, parts.contains(.release), !isAgents, let stated,
            quickest?.commits.first?.action == .adopt, let place = manifests.first(where: { $0.reach == .stable })
        else { return [] }
        let message = "\(stated.title) reaches all of the traffic as it is merged, past its stages"
        return [.init(isLess: true, message, at: Diagnostic(file: place.file, line: place.line, message: ""))]
    }

    /// Hand edits of what only the agent writes.
    private var edits: [Finding] {
        let hint =
            if case .held(let hold)? = quickest?.end, let remedy = hold.accepting {
                "take the edit back, or accept it with \(remedy) in the Rollout"
            } else {
                "take the edit back; a release is stated in the Rollout, and the agent writes the manifests"
            }
        return trespasses.map { place in
            Finding(
                .error,
                Diagnostic(
                    file: place.file, line: place.line,
                    message: "only the agent writes \(place.field) of \(place.object): an edit by hand holds \(id)",
                    hint: hint))
        }
    }

    private var ends: [Finding] {
        let path = file
        let ends = [quickest?.end, next?.end].compactMap(\.self)
        let end = ends.first { if case .settled = $0 { false } else { true } }
        switch end {
        case .impossible(let problem)?: return [Finding(.error, problem)]
        case .held(.configuration(let message))?:
            return [Finding(.error, Diagnostic(file: path, line: line, message: message))]
        case .held(.deleted)?:
            return [
                Finding(
                    .error,
                    Diagnostic(
                        file: path, line: line,
                        message: "the Rollout goes in the middle of a release, and the canary keeps its traffic",
                        hint:
                            "put it back; take the release back first (headgate abort \(id.name)), or remove its state"
                            + " too and bring the manifests to rest"))
            ]
        case .endless(let stage)?:
            return [
                Finding(
                    .warning,
                    Diagnostic(
                        file: path, line: line,
                        message: "an analysis of the stage \(stage) has no end: it is never left",
                        hint: "give its metrics a count"))
            ]
        default: return []
        }
    }
}

extension PromotionChange {
    var findings: [Finding] { safeguards.compactMap { $0.finding(about: "promotion/\(name)") } }
}

extension Hold {
    /// The line by which people accept what was edited.
    fileprivate var accepting: String? {
        if case .edited = self { StandingText.remedy(self) } else { nil }
    }
}

extension Rehearsal.End {
    /// The places among `changes` by which the rollout is held, since only the agent writes them.
    func trespasses(among changes: [ManifestChange], of bound: BoundRollout) -> [ManifestChange] {
        let fields: [FieldDifference]
        switch self {
        case .held(.edited(let edited, _)): fields = edited
        case .held(.notAsStated(let edited)), .held(.notAtRest(let edited)): fields = edited
        default: return []
        }
        let bindings = Set(fields.map(\.binding))
        let places = bound.fields.filter { bindings.contains($0.binding) }.map(\.place)
        return changes.filter { change in
            places.contains { $0.file == change.file && $0.line == change.line && $0.address == change.field }
        }
    }
}
