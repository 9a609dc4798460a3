internal import Analysis
internal import Manifests
internal import Rollouts

/// One environment's cluster: does it answer, may this identity read and nothing else, do the Services find their pods.
struct ClusterExamination: Sendable {
    let cluster: any Cluster
    let subjects: [Checkup.Subject]
    let tree: Manifests.Tree
    let now: @Sendable () -> Timestamp
    let deadline: Duration

    func examine() async -> [Examination] {
        let reached = await Look.within(deadline, "cluster") { [await self.time()] }
        guard reached.allSatisfy({ $0.state != .failed }) else { return reached }
        var found = reached
        for namespace in Set(subjects.map(\.rollout.id.namespace)).sorted() {
            found += await Look.within(deadline, "rights") { await self.rights(in: namespace) }
        }
        for subject in subjects {
            found += await Look.within(deadline, "selectors") { await self.selectors(of: subject) }
        }
        let applied = AppliedPathExamination(cluster: cluster, tree: tree)
        return found + (await Look.within(deadline, "applied paths") { await applied.examine() })
    }

    private func time() async -> Examination {
        do {
            let theirs = try await cluster.time()
            let skew = theirs < now() ? now() - theirs : theirs - now()
            guard skew <= .seconds(60) else {
                return Examination(
                    "cluster", .warning, "its clock differs from this one by \(Span(skew))",
                    hint: "pauses go by the earlier of the two; set both by NTP")
            }
            return Examination("cluster", .ok, "the API server answers")
        } catch {
            return Self.failure("cluster", error)
        }
    }

    static func failure(_ subject: String, _ error: ClusterFailure) -> Examination {
        Examination(subject, .failed, error.message, hint: error.hint ?? "check --kubeconfig and --context")
    }

    // MARK: Rights

    private func rights(in namespace: String) async -> [Examination] {
        let permissions: Permissions
        do {
            permissions = try await cluster.permissions(namespace: namespace)
        } catch {
            return [Self.failure("rights", error)]
        }
        let review = RightsReview(permissions)
        return [reading(review, namespace), writing(review, namespace)]
    }

    private func reading(_ review: RightsReview, _ namespace: String) -> Examination {
        var needed: Set<RightsReview.Resource> = [.init(group: "", kind: "Pod")]
        for subject in subjects where subject.rollout.id.namespace == namespace {
            for object in LiveComparison(subject.bound).objectsToRead {
                needed.insert(.init(group: object.group, kind: object.kind))
            }
        }
        let missing = review.missing(needed)
        guard !missing.isEmpty else {
            return Examination("rights", .ok, "all that is needed in \(namespace) may be read")
        }
        let words = missing.joined(separator: ", ")
        if review.isIncomplete {
            return Examination(
                "rights", .warning, "the server does not list every right in \(namespace); not listed: \(words)",
                hint: "kubectl auth can-i answers one by one")
        }
        return Examination(
            "rights", .failed, "may not read in \(namespace): \(words)", hint: "add get and list to the agent's role")
    }

    private func writing(_ review: RightsReview, _ namespace: String) -> Examination {
        let excess = review.excess
        guard !excess.isEmpty else {
            return Examination("read-only", .ok, "nothing in \(namespace) may be written, no Secret read")
        }
        let shown = excess.prefix(5).joined(separator: ", ") + (excess.count > 5 ? " and \(excess.count - 5) more" : "")
        return Examination(
            "read-only", .failed, "this identity MAY WRITE OR READ SECRETS in \(namespace): \(shown)",
            hint:
                "the agent only reads: bind it to a role of get and list alone; or ask with the agent's own kubeconfig")
    }

    // MARK: Selectors

    private func selectors(of subject: Checkup.Subject) async -> [Examination] {
        guard let services = subject.bound.services else { return [] }
        let labels: PairLabels
        do {
            labels = try await PairLabels(of: subject.bound, in: cluster)
        } catch {
            return [Self.failure("selectors", error)]
        }
        guard labels.missing.isEmpty else { return labels.problems }
        var found = labels.problems
        for (side, service) in [(Side.stable, services.stable), (.canary, services.canary)] {
            do {
                found.append(try await selector(of: service, side, labels, subject))
            } catch {
                found.append(Self.failure("selectors", error))
            }
        }
        return found
    }

    private func selector(
        of service: ManifestObject, _ side: Side, _ known: PairLabels, _ subject: Checkup.Subject
    ) async throws(ClusterFailure) -> Examination {
        let title = "\(service.title) in \(subject.rollout.id.namespace)"
        guard let live = try await cluster.object(service.reference) else {
            return Examination(
                "selectors", .failed, "\(title) is not in the cluster", hint: "has Git's tip been applied?")
        }
        let labels = PairLabels.labels(live["spec"]?["selector"])
        let workload = subject.bound.workload(side)
        let pods = known.podLabels(of: side)
        let wrong = labels.filter { pods[$0.key] != $0.value }.keys.sorted()
        guard !labels.isEmpty, wrong.isEmpty else {
            return Examination(
                "selectors", .failed,
                "\(title) does not select the pods of \(workload.object.title)"
                    + (wrong.isEmpty ? "" : " by \(wrong.joined(separator: ", "))"),
                hint: workload.object.isRendered
                    ? "let it select labels that the chart gives the pods of \(side) alone"
                    : "the live selector differs from Git's: has \(service.file) been applied?")
        }
        let otherSide: Side = side == .stable ? .canary : .stable
        let other = subject.bound.workload(otherSide)
        if subject.bound.services?.isShared != true, Labels.select(labels, known.podLabels(of: otherSide)) {
            return Examination(
                "selectors", .failed, "\(title) also selects the pods of \(other.object.title)",
                hint: "select a label that tells the sides apart, such as track")
        }
        let count = try await cluster.objects(
            ObjectKind(group: "", kind: "Pod"), namespace: subject.rollout.id.namespace,
            matching: LabelSelector(labels: labels)
        ).count
        if count == 0, side == .stable {
            return Examination(
                "selectors", .warning, "\(title) selects no pod", hint: "is \(workload.object.title) scaled to nothing?"
            )
        }
        return Examination("selectors", .ok, "\(title) selects \(count) pod\(count == 1 ? "" : "s")")
    }
}
