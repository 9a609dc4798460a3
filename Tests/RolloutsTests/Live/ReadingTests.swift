import Rollouts
import Testing

@Suite("Live readings")
struct ReadingTests {
    @Test(
        "A pod's problem in few words",
        arguments: [
            (
                #"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available:\n3 Insufficient cpu."}]}"#,
                PodProblem.Kind.unschedulable, "Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."
            ),
            (
                #"{"phase":"Pending","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"ErrImagePull","message":"not found"}}}]}"#,
                .cannotPull, "app: ErrImagePull: not found"
            ),
            (
                #"{"phase":"Pending","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"InvalidImageName"}}}]}"#,
                .cannotPull, "app: InvalidImageName"
            ),
            (
                #"{"phase":"Pending","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"CreateContainerConfigError","message":"configmap \"x\" not found"}}}]}"#,
                .cannotStart, #"app: CreateContainerConfigError: configmap "x" not found"#
            ),
            (
                #"{"phase":"Running","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}"#,
                .crashing, "app: CrashLoopBackOff, OOMKilled (exit code 137)"
            ),
            (
                #"{"phase":"Running","containerStatuses":[{"name":"app","state":{"terminated":{"exitCode":2,"reason":"Error"}}}]}"#,
                .crashing, "app: exit code 2"
            ),
            (
                #"{"phase":"Pending","initContainerStatuses":[{"name":"migrate","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error"}}}]}"#,
                .crashing, "migrate: CrashLoopBackOff, exit code 1"
            ),
            (
                #"{"phase":"Running","conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady","message":"containers with unready status: [app]"}]}"#,
                .notReady, "ContainersNotReady: containers with unready status: [app]"
            ),
            (
                #"{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}"#, .evicted,
                "Evicted: The node was low on resource: memory."
            ),
            (#"{"phase":"Failed"}"#, .crashing, "the pod failed"),
            (#"{}"#, .starting, "Pending"),
        ] as [(String, PodProblem.Kind, String)])
    func podProblems(status: String, kind: PodProblem.Kind, reason: String) throws {
        let pod: JSON = ["metadata": ["name": "checkout-1"], "status": try JSON(parsing: status)]
        let problem = try #require(PodProblem(pod))
        #expect(problem.kind == kind)
        #expect(problem.reason == reason)
        #expect(problem.isPending == [.unschedulable, .starting, .notReady].contains(kind))
    }

    @Test(
        "A pod that serves, has ended well or is going has no problem",
        arguments: [
            #"{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"#,
            #"{"status":{"phase":"Succeeded"}}"#,
            #"{"metadata":{"deletionTimestamp":"2026-11-21T01:28:05Z"},"status":{"phase":"Running"}}"#,
        ])
    func noProblem(pod: String) throws {
        #expect(PodProblem(try JSON(parsing: pod)) == nil)
    }

    @Test(
        "Each kind of workload is counted by its own fields",
        arguments: [
            (
                #"{"kind":"StatefulSet","metadata":{"generation":2},"spec":{"replicas":3},"status":{"observedGeneration":2,"replicas":3,"readyReplicas":3,"availableReplicas":3,"updatedReplicas":3}}"#,
                [3, 3, 3, 3, 3], true
            ),
            (
                #"{"kind":"StatefulSet","metadata":{"generation":1},"spec":{},"status":{"observedGeneration":1,"replicas":1,"readyReplicas":1,"availableReplicas":1,"currentRevision":"a","updateRevision":"a"}}"#,
                [1, 1, 1, 1, 1], true
            ),
            (
                #"{"kind":"StatefulSet","metadata":{"generation":2},"spec":{"replicas":3},"status":{"observedGeneration":2,"replicas":3,"readyReplicas":3,"availableReplicas":3,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}}"#,
                [3, 1, 3, 3, 3], false
            ),
            (
                #"{"kind":"DaemonSet","metadata":{"generation":4},"status":{"observedGeneration":4,"desiredNumberScheduled":5,"updatedNumberScheduled":5,"numberReady":5,"numberAvailable":4,"currentNumberScheduled":5}}"#,
                [5, 5, 5, 4, 5], false
            ),
            (
                #"{"kind":"Deployment","metadata":{"generation":3},"spec":{"replicas":0},"status":{"observedGeneration":3}}"#,
                [0, 0, 0, 0, 0], true
            ),
            (
                #"{"kind":"Deployment","metadata":{"generation":3},"spec":{"replicas":1},"status":{"observedGeneration":2,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}}"#,
                [1, 1, 1, 1, 1], false
            ),
        ])
    func workloads(text: String, counts: [Int], isRolledOut: Bool) throws {
        let reading = try #require(WorkloadReading(JSON(parsing: text)))
        #expect([reading.desired, reading.updated, reading.ready, reading.available, reading.total] == counts)
        #expect(reading.isRolledOut == isRolledOut)
    }

    @Test func `Other kinds are no workload`() throws {
        #expect(WorkloadReading(["kind": "Job", "metadata": ["generation": 1]]) == nil)
        #expect(WorkloadReading(.null) == nil)
    }

    private static func route(_ conditions: String) throws -> RouteReading? {
        RouteReading(
            try JSON(
                parsing: """
                    {"metadata": {"generation": 3}, "spec": {"parentRefs": [{"name": "public"}]},
                     "status": {"parents": [{"parentRef": {"name": "public"}, "conditions": [\(conditions)]}]}}
                    """))
    }

    @Test(
        "A route's acceptance follows both conditions at its generation",
        arguments: [
            (#"{"type":"Accepted","status":"True","observedGeneration":3}"#, RouteReading.Acceptance.accepted),
            (
                #"{"type":"Accepted","status":"True","observedGeneration":3},{"type":"ResolvedRefs","status":"True","observedGeneration":3}"#,
                .accepted
            ),
            (
                #"{"type":"Accepted","status":"True","observedGeneration":3},{"type":"ResolvedRefs","status":"True","observedGeneration":2}"#,
                .pending
            ),
            (#"{"type":"Accepted","status":"False","observedGeneration":2,"reason":"Old"}"#, .pending),
            (#"{"type":"Accepted","status":"Unknown","observedGeneration":3}"#, .pending),
            ("", .pending),
            (
                #"{"type":"Accepted","status":"True","observedGeneration":3},{"type":"ResolvedRefs","status":"False","observedGeneration":3,"reason":"BackendNotFound","message":"no Service"}"#,
                .refused("ResolvedRefs is False: BackendNotFound: no Service")
            ),
        ])
    func acceptance(conditions: String, acceptance: RouteReading.Acceptance) throws {
        #expect(try Self.route(conditions)?.acceptance == acceptance)
    }

    @Test func `A parent that says nothing keeps the route pending`() throws {
        let route = try JSON(
            parsing: """
                {"metadata": {"generation": 1}, "spec": {"parentRefs": [{"name": "a"}, {"name": "b", "namespace": "infra"}]},
                 "status": {"parents": [{"parentRef": {"name": "a"},
                   "conditions": [{"type": "Accepted", "status": "True", "observedGeneration": 1}]}]}}
                """)
        let reading = try #require(RouteReading(route))
        #expect(reading.acceptance == .pending)
        #expect(reading.parents.map(\.name) == ["a", "infra/b"])
    }

    @Test(
        "Lists are owned by key, by value, by position, or as a whole",
        arguments: [
            (#"{"f:spec":{"f:list":{"k:{\"name\":\"b\"}":{".":{},"f:x":{}}}}}"#, true),
            (#"{"f:spec":{"f:list":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}}}}}"#, false),
            (#"{"f:spec":{"f:list":{"i:1":{"f:x":{}}}}}"#, true),
            (#"{"f:spec":{"f:list":{"i:0":{"f:x":{}}}}}"#, false),
            (#"{"f:spec":{"f:list":{"v:{\"x\":1,\"name\":\"b\"}":{}}}}"#, true),
            (#"{"f:spec":{"f:list":{}}}"#, true),
            (#"{"f:spec":{"f:list":{"k:{\"name\":\"b\"}":{".":{},"f:y":{}}}}}"#, false),
            (#"{"f:spec":{"f:other":{}}}"#, false),
        ])
    func ownership(fields: String, isOwned: Bool) throws {
        let object = try JSON(
            parsing: """
                {"metadata": {"managedFields": [
                   {"manager": "m", "time": "2026-11-21T01:28:05Z", "fieldsV1": \(fields)},
                   {"manager": "s", "time": "2026-11-21T02:00:00Z", "subresource": "status", "fieldsV1": {"f:spec": {}}}]},
                 "spec": {"list": [{"name": "a"}, {"name": "b", "x": 1}]}}
                """)
        let path: [FieldOwnership.Step] = [.field("spec"), .field("list"), .index(1), .field("x")]
        #expect(FieldOwnership(object).owners(of: path).map(\.manager) == (isOwned ? ["m"] : []))
    }

    @Test(
        "A selector becomes the API's text",
        arguments: [
            (#"{"matchLabels":{"b":"2","a":"1"}}"#, "a=1,b=2"),
            (
                #"{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"t","operator":"In","values":["x","y"]},{"key":"u","operator":"DoesNotExist"}]}"#,
                "a=1,t in (x,y),!u"
            ),
            (#"{}"#, nil), (#"{"matchExpressions":[{"key":"t","operator":"Near"}]}"#, nil),
        ] as [(String, String?)])
    func selectors(text: String, expected: String?) throws {
        #expect(LabelSelector(try JSON(parsing: text))?.text == expected)
    }
}
