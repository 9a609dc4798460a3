import Analysis
import Rollouts
import Support
import Testing

private let recordings = "recordings/kubernetes"

private func recorded(_ name: String) throws -> JSON {
    try JSON(parsing: SharedFolder.bytes("\(recordings)/\(name).json"))
}

@Suite("Readings of recorded objects", .enabled(if: SharedFolder.has(recordings)))
struct RecordedReadingTests {
    @Test func `A Deployment that begins has no available pods`() throws {
        let reading = try #require(WorkloadReading(recorded("01-deployment-progressing")))
        #expect(
            [reading.desired, reading.updated, reading.ready, reading.available, reading.total] == [3, 3, 0, 0, 3])
        #expect(reading.isObserved)
        #expect(!reading.isRolledOut)
        #expect(reading.progressDeadlineExceeded == nil)
        #expect(reading.selector?.text == "app=checkout,track=stable")
        let available = reading.conditions.first { $0.type == "Available" }
        #expect(available?.isTrue == false)
        #expect(available?.transition?.rfc3339 == "2026-11-21T01:28:05Z")
    }

    @Test func `An available Deployment is rolled out`() throws {
        let reading = try #require(WorkloadReading(recorded("03-deployment-available")))
        #expect(reading.isRolledOut)
        #expect(reading.available == 3)
    }

    @Test func `A passed progress deadline is told in the controller's words`() throws {
        let reading = try #require(WorkloadReading(recorded("04-deployment-deadline-exceeded")))
        #expect(
            reading.progressDeadlineExceeded == #"ReplicaSet "checkout-canary-589cbdd874" has timed out progressing."#)
    }

    @Test func `A rolling update is not rolled out although enough pods are available`() throws {
        let reading = try #require(WorkloadReading(recorded("23-deployment-rolling-update")))
        #expect([reading.desired, reading.updated, reading.available, reading.total] == [3, 1, 3, 4])
        #expect(!reading.isRolledOut)
    }

    @Test(
        "Pods tell why they do not serve",
        arguments: [
            ("02-pods-pending", PodProblem.Kind.starting, "Pending"),
            (
                "05-pods-image-pull-backoff", .cannotPull,
                #"app: ImagePullBackOff: Back-off pulling image "ghcr.io/acme/checkout:v2.4.1""#
            ),
        ])
    func pods(file: String, kind: PodProblem.Kind, reason: String) throws {
        let pod = try #require(recorded(file)["items"]?[0])
        let problem = try #require(PodProblem(pod))
        #expect(problem.kind == kind)
        #expect(problem.reason == reason)
        #expect(problem.pod == "checkout-canary-589cbdd874-jsdkl")
    }

    @Test(
        "A route is accepted only at its generation",
        arguments: [
            ("07-httproute-applied", RouteReading.Acceptance.pending),
            ("08-httproute-weight-5-status-stale", .pending),
            ("09-httproute-same-applied-again", .pending),
        ])
    func routes(file: String, acceptance: RouteReading.Acceptance) throws {
        let reading = try #require(RouteReading(recorded(file)))
        #expect(reading.acceptance == acceptance)
        #expect(reading.parents.map(\.name) == ["public"])
    }

    @Test func `An autoscaler's bounds are read`() throws {
        let reading = try #require(AutoscalerReading(recorded("20-hpa")))
        #expect([reading.minimum, reading.maximum, reading.current] == [3, 10, 3])
        #expect(reading.target == "Deployment/checkout")
        #expect(reading.conditions.contains { $0.type == "ScalingActive" && $0.isTrue == false })
    }

    // MARK: Ownership

    private static let weight: [FieldOwnership.Step] = [
        .field("spec"), .field("rules"), .index(0), .field("backendRefs"), .index(1), .field("weight"),
    ]

    @Test func `A weight's time moves with the engine's change and not when the same is applied again`() throws {
        let times = try [
            "07-httproute-applied", "08-httproute-weight-5-status-stale", "09-httproute-same-applied-again",
        ]
        .map { try FieldOwnership(recorded($0)).latestChange(of: Self.weight)?.rfc3339 }
        #expect(times[1] == "2026-11-21T01:29:29Z")
        #expect(times[0] != times[1])
        #expect(times[2] == times[1])
    }

    @Test func `A hand edit of the weight counts, a label of somebody else does not`() throws {
        let edited = try recorded("10-httproute-edited-by-hand")
        let entries = edited["metadata"]?["managedFields"]?.array ?? []
        let editors = entries.filter { $0["fieldsV1"]?["f:spec"]?["f:rules"] != nil }
        let newest = editors.compactMap { $0["time"]?.string }.max()
        #expect(FieldOwnership(edited).latestChange(of: Self.weight)?.rfc3339 == newest)
        let labellers = entries.filter { $0["fieldsV1"]?["f:metadata"]?["f:labels"] != nil }
            .compactMap { $0["manager"]?.string }
        let owners = FieldOwnership(edited).owners(of: Self.weight).map(\.manager)
        #expect(!labellers.isEmpty)
        #expect(Set(labellers).isDisjoint(with: owners))

        let corrected = FieldOwnership(try recorded("11-httproute-hand-edit-corrected")).owners(of: Self.weight)
        #expect(corrected.map(\.manager) == ["kustomize-controller"])
    }

    @Test func `A container's image is found by its key, and its new owner's time counts`() throws {
        let path: [FieldOwnership.Step] =
            ["spec", "template", "spec", "containers"].map { .field($0) }
            + [.index(0), .field("image")]
        let before = FieldOwnership(try recorded("03-deployment-available")).owners(of: path)
        #expect(before.map(\.manager) == ["kustomize-controller"])
        #expect(before.first?.time.rfc3339 == "2026-11-21T01:28:05Z")
        let after = FieldOwnership(try recorded("23-deployment-rolling-update")).owners(of: path)
        #expect(after.map(\.manager) == ["kubectl-set"])
        #expect(after.first?.time.rfc3339 == "2026-11-21T01:29:42Z")
    }

    @Test func `Status entries own nothing that counts`() throws {
        let ownership = FieldOwnership(try recorded("03-deployment-available"))
        #expect(ownership.owners(of: [.field("status"), .field("conditions")]).isEmpty)
        #expect(ownership.latestChange(of: [.field("spec"), .field("paused")]) == nil)
    }

    @Test func `Recorded lists survive a round through text`() throws {
        for name in ["06-replicasets", "12-pods-page-1", "21-deployments-list", "22-selfsubjectrulesreview"] {
            let json = try recorded(name)
            #expect(try JSON(parsing: json.text) == json)
        }
    }
}
