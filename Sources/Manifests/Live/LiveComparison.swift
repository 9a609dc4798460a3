package import Analysis
package import Rollouts
internal import YAML

/// Compares what Git's tip says of one rollout with what the cluster has.
package struct LiveComparison {
    let rollout: BoundRollout

    package init(_ rollout: BoundRollout) {
        self.rollout = rollout
    }

    /// The objects to be read first, Secrets never among them.
    package var objectsToRead: [ObjectReference] {
        var references = [rollout.stable.object.reference, rollout.canary.object.reference]
        references += [rollout.stable.autoscaler, rollout.canary.autoscaler].compactMap { $0?.reference }
        if let route = rollout.route { references.append(route.object.reference) }
        references += rollout.jobs
        for companion in rollout.companions where companion.isRead {
            references += [companion.stable.reference, companion.canary.reference]
        }
        var seen: Set<ObjectReference> = []
        return references.filter { seen.insert($0).inserted }
    }

    /// By which labels the pods of a side are found.
    ///
    /// A chart's selectors stand in the workloads that have been read; nil where there is none.
    package func pods(of side: Side, in objects: [ObjectReference: JSON] = [:]) -> LabelSelector? {
        let workload = rollout.workload(side)
        if workload.object.isRendered { return LabelSelector(objects[workload.object.reference]?["spec"]?["selector"]) }
        return LabelSelector(labels: workload.liveSelector)
    }

    /// By which labels the pods of each Job are found that only they say more of.
    package func podsOfJobs(in objects: [ObjectReference: JSON]) -> [String: LabelSelector] {
        rollout.jobs.reduce(into: [:]) { selectors, job in
            guard let object = objects[job], JobReading(object, pods: []).isOpen else { return }
            selectors[job.name] = LabelSelector(labels: ["job-name": job.name])
        }
    }

    /// What was read.
    package struct Answers: Sendable {
        package var objects: [ObjectReference: JSON]
        package var pods: [Side: [JSON]]
        /// The API server's.
        package var time: Timestamp
        /// What the GitOps engine says of the last commit.
        package var engine: String?
        /// By the Job's name.
        package var podsOfJobs: [String: [JSON]]

        package init(
            objects: [ObjectReference: JSON], pods: [Side: [JSON]] = [:], time: Timestamp, engine: String? = nil,
            podsOfJobs: [String: [JSON]] = [:]
        ) {
            self.podsOfJobs = podsOfJobs
            self.objects = objects
            self.pods = pods
            self.time = time
            self.engine = engine
        }
    }

    package func reading(_ answers: Answers) -> LiveReading {
        let route = rollout.route.map { RouteComparison(route: $0, live: answers.objects[$0.object.reference]) }
        var reading = LiveReading(
            time: answers.time,
            differences: fieldDifferences(answers) + (route?.differences(rollout) ?? [])
                + Side.allCases.flatMap { templateDifferences($0, answers) + contentDifferences($0, answers) },
            changedAt: changedAt(answers), weight: route?.weight, stable: side(.stable, answers),
            canary: side(.canary, answers), route: route?.acceptance ?? .accepted, engine: answers.engine)
        for side in Side.allCases { reading.podHashes[side] = podHash(answers.pods[side] ?? []) }
        for job in rollout.jobs {
            reading.jobs[job.name] = answers.objects[job].map {
                JobReading($0, pods: answers.podsOfJobs[job.name] ?? [])
            }
        }
        return reading
    }

    /// The hash that a Deployment gives its pods, by the newest of them.
    private func podHash(_ pods: [JSON]) -> String? {
        let newest = pods.max { left, right in
            func created(_ pod: JSON) -> String { pod["metadata"]?["creationTimestamp"]?.string ?? "" }
            return created(left) < created(right)
        }
        return newest?["metadata"]?["labels"]?["pod-template-hash"]?.string
    }

    // MARK: Differences

    private func fieldDifferences(_ answers: Answers) -> [FieldDifference] {
        let unread = Set(
            rollout.companions.filter { !$0.isRead }.flatMap { [$0.stable.reference, $0.canary.reference] })
        return rollout.fields.filter { $0.binding != .weight && !unread.contains($0.object) }.compactMap { field in
            // What is not written means the same to the cluster as to Git.
            let live = answers.objects[field.object].flatMap {
                field.place.format == .marker || field.place.format == .number
                    ? field.meaning(of: liveText(of: field, in: YAMLTree($0)))
                    : liveText(of: field, in: YAMLTree($0))
            }
            let wanted = field.value
            if live == wanted { return nil }
            if let live, let wanted, Self.same(field.livePath, .string(wanted), .string(live)) { return nil }
            let isSecret = ObjectReference.secretKinds.contains(field.object.kind)
            return FieldDifference(
                binding: field.binding, place: "\(field.object) \(field.livePath)", expected: isSecret ? nil : wanted,
                found: isSecret ? nil : live)
        }
    }

    /// What Git's pod template says and the live one does not; the API server's defaults are no difference.
    private func templateDifferences(_ side: Side, _ answers: Answers) -> [FieldDifference] {
        let workload = rollout.workload(side)
        let reference = workload.object.reference
        guard workload.ownsTemplate, let live = answers.objects[reference] else { return [] }
        let path = BoundRollout.Workload.templatePath
        let bound = Set(rollout.fields.filter { $0.object == reference }.map(\.livePath))
        let isRenamed = workload.object.layers.contains { !$0.namePrefix.isEmpty || !$0.nameSuffix.isEmpty }
        let isGenerated = !workload.object.layers.isEmpty
        let difference = TreeDifference(countsAdditions: false) { path, own, live in
            if Self.same(path, own, live) { return true }
            guard isRenamed || isGenerated, Self.isName(path), let own = own.text, let live = live.text else {
                return false
            }
            return isRenamed ? live.contains(own) : Self.isHashed(live, from: own)
        }
        let parts = difference.parts(rollout.template(of: workload), YAMLTree(live).value(at: path), at: path)
        return parts.filter { !bound.contains($0.path) }.map { part in
            FieldDifference(
                binding: side == .stable ? .stableTemplate : .canaryTemplate, place: "\(reference) \(part.path)",
                expected: part.former?.short, found: part.present?.short)
        }
    }

    /// What the pairs say that are read; Secrets never are.
    private func contentDifferences(_ side: Side, _ answers: Answers) -> [FieldDifference] {
        rollout.companions.filter { $0.isRead && !$0.content.isEmpty }.flatMap { companion -> [FieldDifference] in
            let object = companion.object(on: side)
            // An overlay's patches are laid over what the document says.
            guard !object.layers.contains(where: { $0.patches.contains { $0.fits(object) } }) else { return [] }
            let bound = Set(rollout.fields.filter { $0.object == object.reference }.map(\.livePath))
            let live = answers.objects[object.reference].map { YAMLTree($0) } ?? .mapping([])
            let parts = TreeDifference(countsAdditions: false) { path, own, live in
                // Controllers write durations their own way: 1h and 1h0m0s.
                path.last == .field("refreshInterval") || Self.same(path, own, live)
            }.parts(companion.content(on: side), live)
            return parts.filter { !bound.contains($0.path) }.map { part in
                FieldDifference(
                    binding: side == .stable ? .stableTemplate : .canaryTemplate,
                    place: "\(object.reference) \(part.path)", expected: companion.isSecret ? nil : part.former?.short,
                    found: companion.isSecret ? nil : part.present?.short)
            }
        }
    }

    /// Whether kustomize has put its hash of ten characters behind the name of something generated.
    private static func isHashed(_ live: String, from own: String) -> Bool {
        guard live.hasPrefix(own + "-") else { return false }
        let hash = live.dropFirst(own.count + 1)
        return hash.count == 10 && hash.allSatisfy { "2456789bcdfghkmt".contains($0) }
    }

    /// The same value to the API: quantities by amount, numbers and texts by their digits; what the engine fills in
    /// (`${…}`) fits anything.
    static func same(_ path: FieldPath, _ own: YAMLScalar, _ live: YAMLScalar) -> Bool {
        guard let wanted = own.text, let found = live.text else { return own == live }
        if wanted == found || wanted.contains("${") { return true }
        let fields = path.steps.map { step in if case .field(let name) = step { name } else { "" } }
        guard !quantities.isDisjoint(with: fields), let left = Quantity(wanted), let right = Quantity(found) else {
            return false
        }
        return left == right
    }

    private static let quantities: Set<String> = ["limits", "requests", "sizeLimit", "divisor", "overhead"]

    private static func isName(_ path: FieldPath) -> Bool {
        path.last == .field("name") || path.last == .field("secretName")
    }

    // MARK: Times

    /// The newest change by an owner of a bound field, and of the workloads' and the route's conditions.
    private func changedAt(_ answers: Answers) -> Timestamp? {
        var times: [Timestamp] = []
        for (reference, object) in answers.objects {
            let ownership = FieldOwnership(object)
            var paths = rollout.fields.filter { $0.object == reference }.map { $0.liveText ?? $0.livePath }
            if reference == rollout.stable.object.reference || reference == rollout.canary.object.reference {
                paths.append(BoundRollout.Workload.templatePath)
            }
            paths += renderedPaths(of: reference, in: object)
            times += paths.compactMap { $0.steps(in: object).flatMap(ownership.latestChange) }
            times += (WorkloadReading(object)?.conditions ?? []).flatMap { [$0.transition, $0.update] }.compactMap(
                \.self)
            if let route = rollout.route, route.object.reference == reference {
                times += RouteComparison(route: route, live: object).transitions
            }
        }
        return times.max()
    }

    // MARK: Sides

    private func side(_ side: Side, _ answers: Answers) -> SideReading? {
        guard let object = answers.objects[rollout.workload(side).object.reference],
            let workload = WorkloadReading(object)
        else { return nil }
        let pods = answers.pods[side] ?? []
        let problems = pods.compactMap { PodProblem($0) }
        let short = workload.conditions.first { ["Available", "Ready"].contains($0.type) && $0.isTrue == false }
        return SideReading(
            desired: workload.desired, total: workload.total, updated: workload.updated,
            available: workload.available, observed: workload.isObserved,
            failing: problems.filter { !$0.isPending }.map { "\($0.pod): \($0.reason)" }
                + [workload.failure].compactMap(\.self),
            pending: problems.filter(\.isPending).map { "\($0.pod): \($0.reason)" },
            oldAvailable: max(workload.available - workload.updated, old(pods, than: object)),
            shortSince: short?.transition)
    }

    /// Serving pods whose images are not those of the workload's present template.
    private func old(_ pods: [JSON], than workload: JSON) -> Int {
        let wanted = Self.images(workload["spec"]?["template"]?["spec"])
        return pods.count { pod in
            PodProblem(pod) == nil && pod["metadata"]?["deletionTimestamp"] == nil
                && pod["status"]?["phase"]?.string == "Running"
                && wanted.contains { name, image in Self.images(pod["spec"])[name] != image }
        }
    }

    private static func images(_ spec: JSON?) -> [String: String] {
        var images: [String: String] = [:]
        for container in spec?["containers"]?.array ?? [] {
            if let name = container["name"]?.string { images[name] = container["image"]?.string }
        }
        return images
    }
}
