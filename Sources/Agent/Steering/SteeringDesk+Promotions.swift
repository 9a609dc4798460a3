internal import Manifests
internal import Rollouts
internal import YAML

/// What people say to a Promotion, which they name as `promotion/<name>`.
extension SteeringDesk {
    /// Nil where the word is not about a Promotion.
    func promotionChange(for word: SteeringWord) async throws -> Steersman.Change? {
        switch word {
        case .key(let verb, let reference, let key):
            guard let promotion = try promotion(of: reference) else { return nil }
            switch verb {
            case .approve:
                let key = if let key { key } else { try await approvalKey(of: promotion) }
                return try change("\(promotion.name): approve \(key)", promotion) { stream, index throws(YAMLError) in
                    try SteeringEdit.stating("approve", key, in: stream, document: index)
                }
            case .resume where promotion.document.spec.steer?.hold != nil:
                return try change("\(promotion.name): resume", promotion) { stream, index throws(YAMLError) in
                    try SteeringEdit.withoutHold(in: stream, document: index)
                }
            case .resume:
                throw SteeringRefusal(
                    "the promotion \(promotion.name) is not held by a line of its own",
                    hint: try await way(of: promotion))
            case .retry, .abort:
                throw SteeringRefusal(
                    "a promotion knows no \(verb.rawValue)", hint: "say it to the rollout that has the release")
            }
        case .hold(let reference, let reason):
            guard let promotion = try promotion(of: reference) else { return nil }
            return try change("\(promotion.name): hold, \(reason)", promotion) { stream, index throws(YAMLError) in
                try SteeringEdit.stating("hold", reason, in: stream, document: index)
            }
        case .release, .holdAll: return nil
        }
    }

    private static let prefix = "promotion/"

    /// The Promotion that is meant; a rollout of a namespace of that name comes second.
    private func promotion(
        of reference: RolloutReference
    ) throws(SteeringRefusal) -> RepositoryDocuments.LoadedPromotion? {
        guard reference.description.hasPrefix(Self.prefix) else { return nil }
        let name = String(reference.description.dropFirst(Self.prefix.count))
        if let found = documents.promotions.first(where: { $0.name == name }) { return found }
        if documents.rollouts.contains(where: { reference.matches($0.id) }) { return nil }
        let known = documents.promotions.map(\.name)
        let near = Spelling.nearest(to: name, among: known)
        throw SteeringRefusal(
            "there is no promotion \"\(name)\" that can be read",
            hint: near.map { "did you mean promotion/\($0)?" }
                ?? (known.isEmpty ? "there are none" : "there are \(known.joined(separator: ", "))"))
    }

    private func change(
        _ subject: String, _ promotion: RepositoryDocuments.LoadedPromotion,
        _ edit: (YAMLStream, Int) throws(YAMLError) -> [UInt8]
    ) throws(Diagnostic) -> Steersman.Change {
        do throws(YAMLError) {
            let bytes = try edit(promotion.stream, promotion.index)
            return Steersman.Change(subject: subject, files: [promotion.file: bytes])
        } catch {
            throw Diagnostic(error)
        }
    }

    /// The key that the promotion waits for; of several steps the first.
    private func approvalKey(of promotion: RepositoryDocuments.LoadedPromotion) async throws -> String {
        let reports = try await agent.look().promotions.filter { $0.step.promotion == promotion.name }
        for report in reports {
            if case .waiting(.approval(let key)) = report.standing { return key }
        }
        let now = reports.map { "\($0.step.target): \(PromotionText.line($0.standing))" }.joined(separator: "; ")
        throw SteeringRefusal(
            "the promotion \(promotion.name) waits for no approval" + (now.isEmpty ? "" : "; \(now)"),
            hint: Self.way(by: reports) ?? "give --key to state one beforehand")
    }

    /// What ends the hold that there is, where it is not what somebody thought.
    private func way(of promotion: RepositoryDocuments.LoadedPromotion) async throws -> String? {
        Self.way(by: try await agent.look().promotions.filter { $0.step.promotion == promotion.name })
    }

    private static func way(by reports: [PromotionReport]) -> String? {
        reports.lazy.compactMap { report in
            PromotionText.remedy(report.standing, of: report.step.promotion, in: report.step.file)
        }.first
    }
}
