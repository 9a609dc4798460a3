internal import Manifests
internal import Rollouts

/// Looks at everything that a tick needs, and changes nothing.
///
/// Each look has a deadline of its own, and none stops the others.
package struct Doctor: Sendable {
    let agent: Agent
    let forge: ForgeStanding
    let deadline: Duration

    package init(agent: Agent, forge: ForgeStanding = .unknown, deadline: Duration = .seconds(15)) {
        self.agent = agent
        self.forge = forge
        self.deadline = deadline
    }

    package func examine() async -> [Examination] {
        let repository = RepositoryExamination(repository: agent.repository, branch: agent.settings.branch)
        var found = await repository.examine(within: deadline)
        guard let tree = await repository.tree(within: deadline) else {
            // What the forge says of the credential may be why.
            let review = ForgeReview(standing: forge, branch: agent.settings.branch)
            return found + (review.isAsked ? await review.examine(within: deadline) : [])
        }
        let checkup = Checkup(of: tree, shipped: agent.settings.shipped)
        let need = ForgeNeed(of: checkup, in: agent.settings.serves)
        let review = ForgeReview(standing: forge, branch: agent.settings.branch, need: need)
        found += await Look.within(deadline, "push") { [agent] in await Self.refusals(seenBy: agent) }
        found += await review.examine(within: deadline)
        found.append(documents(checkup))
        let served = checkup.subjects.filter { agent.settings.serves($0.rollout.environment.name) }
        for environment in Set(served.map(\.rollout.environment.name)).sorted() {
            let cluster = ClusterExamination(
                cluster: agent.ports.cluster(environment),
                subjects: served.filter { $0.rollout.environment.name == environment },
                tree: tree, now: agent.ports.now, deadline: deadline)
            found += await cluster.examine()
        }
        let metrics = MetricExamination(
            documents: checkup.documents, subjects: served, sources: agent.ports.metrics, now: agent.ports.now(),
            deadline: deadline)
        let traffic = TrafficExamination(
            documents: checkup.documents, subjects: served, sources: agent.ports.metrics, now: agent.ports.now(),
            deadline: deadline)
        let asked = await metrics.examine()
        // Where the store does not answer, its answers need not be waited for again.
        return found + asked + (asked.contains { $0.state == .failed } ? [] : await traffic.examine())
    }

    /// What no server shows beforehand: pushes of agents that a rule or a hook has refused.
    private static func refusals(seenBy agent: Agent) async -> [Examination] {
        guard let found = try? await agent.refusals() else { return [] }
        return found.map { refusal in
            Examination(
                "push", .warning, "the newest push for \(refusal.rollout) was refused: \(refusal.words)",
                hint: "let the agent push to \(agent.settings.branch.branchName); docs/forges has two ways")
        }
    }

    private func documents(_ checkup: Checkup) -> Examination {
        let state: Examination.State = checkup.errors > 0 ? .failed : checkup.warnings > 0 ? .warning : .ok
        let first = checkup.findings.first { $0.severity == .error } ?? checkup.findings.first
        return Examination(
            "documents", state, checkup.summary + (first.map { "; \($0.line)" } ?? ""),
            hint: state == .ok ? nil : "headgate check shows all of them")
    }
}

/// Runs one look and gives up on it when its time is over.
enum Look {
    static func within(
        _ deadline: Duration, _ subject: String, _ look: @escaping @Sendable () async -> [Examination]
    ) async -> [Examination] {
        await withTaskGroup(of: [Examination].self) { group in
            group.addTask { await look() }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return [
                    Examination(
                        subject, .failed, "no answer within \(Span(deadline))", hint: "is it reachable from here?")
                ]
            }
            defer { group.cancelAll() }
            return await group.next() ?? []
        }
    }
}
