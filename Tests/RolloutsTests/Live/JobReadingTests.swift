import Analysis
import Rollouts
import Testing

@Suite("Reading Jobs")
struct JobReadingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let job: String
        var pods: [String] = []
        let expected: JobReading
    }

    private static func job(_ status: String, suspend: Bool = false, run: String? = "7c2d9f40-14/weight-10") -> String {
        let annotations = run.map { #""annotations":{"headgate.dev/run":"\#($0)"}"# } ?? ""
        return """
            {"kind":"Job","metadata":{"name":"smoke","uid":"u1"},"spec":{"suspend":\(suspend),
            "template":{"metadata":{\(annotations)}}},"status":{\(status)}}
            """
    }

    private static func condition(_ type: String, _ status: String = "True", _ more: String = "") -> String {
        #"{"type":"\#(type)","status":"\#(status)","lastTransitionTime":"2026-11-21T01:30:00Z"\#(more)}"#
    }

    private static func pod(_ reason: String, of uid: String = "u1") -> String {
        """
        {"metadata":{"name":"smoke-a","ownerReferences":[{"uid":"\(uid)"}]},"status":{"phase":"Pending",
        "containerStatuses":[{"name":"smoke","state":{"waiting":{"reason":"\(reason)","message":"no such tag"}}}]}}
        """
    }

    private static let run = "7c2d9f40-14/weight-10"
    private static let ended = Timestamp(rfc3339: "2026-11-21T01:30:00Z")
    private static let exhausted =
        #","reason":"BackoffLimitExceeded","message":"Job has reached the specified backoff limit""#

    static let rows: [Row] = [
        Row(testDescription: "new", job: job(""), expected: .init(.running, run: run)),
        Row(testDescription: "at rest", job: job("", suspend: true, run: nil), expected: .init(.suspended, run: nil)),
        Row(testDescription: "running", job: job(#""active":1"#), expected: .init(.running, run: run)),
        Row(
            testDescription: "complete", job: job(#""conditions":[\#(condition("Complete"))]"#),
            expected: .init(.complete, run: run, finished: ended)),
        Row(
            testDescription: "complete, by its own time",
            job: job(#""completionTime":"2026-11-21T01:29:58Z","conditions":[\#(condition("Complete"))]"#),
            expected: .init(.complete, run: run, finished: Timestamp(rfc3339: "2026-11-21T01:29:58Z"))),
        Row(
            testDescription: "about to be complete", job: job(#""conditions":[\#(condition("SuccessCriteriaMet"))]"#),
            expected: .init(.running, run: run)),
        Row(
            testDescription: "a condition that does not hold",
            job: job(#""conditions":[\#(condition("Complete", "False"))]"#), expected: .init(.running, run: run)),
        Row(
            testDescription: "failed", job: job(#""conditions":[\#(condition("Failed", "True", exhausted))]"#),
            expected: .init(
                .failed("BackoffLimitExceeded: Job has reached the specified backoff limit"), run: run, finished: ended)
        ),
        Row(
            testDescription: "suspended after its end",
            job: job(#""conditions":[\#(condition("Complete"))]"#, suspend: true),
            expected: .init(.complete, run: run, finished: ended)),
        Row(
            testDescription: "no image", job: job(#""active":1"#), pods: [pod("ImagePullBackOff")],
            expected: .init(.withoutImage("smoke-a: smoke: ImagePullBackOff: no such tag"), run: run)),
        Row(
            testDescription: "no image's name", job: job(#""active":1"#), pods: [pod("InvalidImageName")],
            expected: .init(.withoutImage("smoke-a: smoke: InvalidImageName: no such tag"), run: run)),
        Row(
            testDescription: "a pod of the Job before it", job: job(#""active":1"#),
            pods: [pod("ErrImagePull", of: "u0")], expected: .init(.running, run: run)),
        Row(
            testDescription: "a pod that waits for something else", job: job(#""active":1"#),
            pods: [pod("ContainerCreating")], expected: .init(.running, run: run)),
    ]

    @Test("tells how far one has come, and for what it runs", arguments: rows)
    func reading(row: Row) throws {
        let pods = try row.pods.map { try JSON(parsing: Array($0.utf8)) }
        #expect(JobReading(try JSON(parsing: Array(row.job.utf8)), pods: pods) == row.expected)
    }
}
