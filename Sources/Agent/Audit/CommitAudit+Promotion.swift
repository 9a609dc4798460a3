internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// A commit that changes no state: it is the agent's only as the release line that a Promotion writes.
extension CommitAudit {
    /// What is not as a Promotion writes it; nil where no Promotion is named.
    func promotionProblems() async throws(GitError) -> [String]? {
        guard let name = trailer(CommitMessage.Name.promotion) else { return nil }
        let documents = DocumentReader.read(before, shipped: shipped)
        guard let promotion = documents.promotions.first(where: { $0.name == name }) else {
            return ["there is no Promotion \(name) that it could speak of"]
        }
        if let problem = PromotionCheck(documents: documents).errors(of: promotion).first {
            return ["the Promotion \(name) cannot be followed before it: \(problem)"]
        }
        let steps = PromotionStep.steps(
            of: name, in: promotion.file, promotion.document.spec, globalHold: documents.config.hold)
        let target = trailer(CommitMessage.Name.rollout) ?? ""
        guard let step = steps.first(where: { "\($0.target)" == target }) else {
            return ["the Promotion \(name) takes nothing to \(target.isEmpty ? "a Rollout that is not named" : target)"]
        }
        if isShadow(documents, step.target) { return [Self.shadowed] }
        let (proof, problem) = try await proof(for: step)
        guard let proof else { return [problem] }
        return problems(of: step, proof, in: documents)
    }

    private func trailer(_ name: String) -> String? {
        let values = commit.trailers.filter { $0.key == name }.map(\.value)
        return values.count == 1 ? values[0] : nil
    }

    /// The state on which the source is said to have been Stable, and the commit that brought it.
    private struct Proof {
        let state: RolloutState
        let commit: Commit
    }

    /// - Returns: no proof with what is wrong with it.
    private func proof(for step: PromotionStep) async throws(GitError) -> (Proof?, String) {
        let words = (trailer(CommitMessage.Name.proven) ?? "").split(separator: " ").map(String.init)
        guard words.count == 2, words[0] == "\(step.source)", let id = Git.CommitID(hex: words[1]) else {
            return (nil, "its message does not say which commit of \(step.source) proves the release")
        }
        guard await repository.hasCommit(id), await repository.isAncestor(id, of: parent) else {
            return (nil, "the branch has not had \(id.short), which is to prove the release")
        }
        let file = step.source.statePath
        let proving = try await repository.commit(id)
        let reading = StateReader.read(try await repository.file(file, at: id), file: file)
        var former: [[UInt8]?] = []
        for parent in proving.parents { former.append(try await repository.file(file, at: parent)) }
        guard let state = reading.state, state.phase == .stable,
            !former.contains(where: { StateReader.read($0, file: file).state == state })
        else { return (nil, "\(id.short) did not make \(step.source) Stable on a release") }
        // What was proven once may have been overtaken or taken back since.
        guard StateReader.read(before.bytes(at: file), file: file).state == state else {
            return (nil, "\(step.source) is not any more where \(id.short) brought it")
        }
        return (Proof(state: state, commit: proving), "")
    }

    private func problems(of step: PromotionStep, _ proof: Proof, in documents: RepositoryDocuments) -> [String] {
        guard let target = documents.rollouts.first(where: { $0.id == step.target }) else {
            return ["there is no Rollout \(step.target) that it could speak of"]
        }
        let source = documents.rollouts.first { $0.id == step.source }
        guard source.flatMap({ PromotionEdit.release(of: $0, in: before) })?.digest == proof.state.release.digest else {
            return ["\(step.source) states another release than the one that it is to have proven"]
        }
        guard let former = PromotionEdit.release(of: target, in: before) else {
            return ["what \(step.target) states cannot be read before it"]
        }
        let line = PromotionLine(
            promotion: step.promotion, source: step.source, target: step.target, release: proof.state.release.values,
            former: former,
            proven: .init(id: proof.commit.id.domain, arrived: Timestamp(seconds: Double(proof.commit.committer.time))),
            soak: step.soak)
        var problems = words(of: step, proof, line)
        let state = StateReader.read(before.bytes(at: step.target.statePath), file: step.target.statePath).state
        let stop = PromotionStop(id: step.target, state: state, stated: former)
        if let reason = stop.rejection(of: line.carried) {
            problems.append("\(step.target) has taken the release back: \(reason)")
        }
        do throws(Diagnostic) {
            let edit = try PromotionEdit(line, in: before, documents, shipped: shipped)
            let own = Set([target.file] + ReleaseLine(of: target.id, target.source.document.spec.release).files)
            return problems + differences(from: edit.files, among: own, as: "place of the release of \(step.target)")
        } catch {
            return problems + ["the release line cannot be worked out: \(error)"]
        }
    }

    /// Whether the commit had its time and its words.
    private func words(of step: PromotionStep, _ proof: Proof, _ line: PromotionLine) -> [String] {
        var problems: [String] = []
        let digest = trailer(CommitMessage.Name.release) ?? "none"
        if digest != line.stated.digest.hex {
            problems.append("its message says the release \(digest), and the line comes to \(line.stated.digest.hex)")
        }
        let waited = Duration.seconds(commit.author.time - proof.commit.committer.time)
        if waited < .seconds(step.soak.components.seconds) {
            problems.append(
                "it came \(Span(max(.zero, waited))) after \(step.source) was Stable, and the soak is \(Span(step.soak))"
            )
        }
        let key = step.approvalKey(of: proof.state)
        if step.asksForApproval, step.steering.approve != key {
            problems.append("nobody approved it (approve: \(key))")
        }
        if let hold = step.globalHold ?? step.steering.hold {
            problems.append("it goes on although the repository holds it: \(hold)")
        }
        return problems
    }
}
