import Analysis
import Foundation
import Rollouts
import Testing

@Suite("What an analysis states")
struct AnalysisSpecTests {
    private static func spec(_ json: String) throws -> AnalysisSpec {
        try JSONDecoder().decode(AnalysisSpec.self, from: Data(json.utf8))
    }

    private static let metrics =
        #""metrics": [{"name": "request-success-rate", "thresholdRange": {"min": 99}, "interval": "1m"}]"#

    @Test("templates, metrics in Flagger's form, or both")
    func either() throws {
        let templates = try Self.spec(#"{"templates": [{"templateName": "rate"}]}"#)
        #expect(templates.checks == nil && templates.title == "rate")
        let metrics = try Self.spec("{\(Self.metrics)}")
        #expect(metrics.templates == [])
        let checks = try #require(metrics.checks)
        #expect(checks.interval == .seconds(60) && checks.threshold == 1 && checks.iterations == nil)
        let both = try Self.spec(
            "{\(Self.metrics), \"templates\": [{\"templateName\": \"rate\"}], \"interval\": \"30s\", \"threshold\": 5, "
                + "\"iterations\": 10, \"compat\": \"flagger\"}")
        #expect(both.title == "rate, request-success-rate")
        #expect(both.checks?.interval == .seconds(30) && both.checks?.threshold == 5 && both.checks?.iterations == 10)
        let again = try JSONDecoder().decode(AnalysisSpec.self, from: JSONEncoder().encode(both))
        #expect(again == both)
        // As in Flagger, no threshold is one of 1, and no iterations are a single check.
        let zero = try Self.spec("{\(Self.metrics), \"threshold\": 0, \"iterations\": 0}").checks
        #expect(zero?.threshold == 1 && zero?.iterations == nil)
    }

    @Test(
        "what judges nothing, and what is about nothing, is refused",
        arguments: [
            ("{}", "No value associated with key"), (#"{"metrics": []}"#, "No value associated with key"),
            (#"{"templates": []}"#, "what judges nothing passes everything"),
            (#"{"templates": [{"templateName": "a"}], "threshold": 5}"#, "threshold is about metrics"),
            ("{\(metrics), \"args\": []}", "args is about templates"),
            ("{\(metrics), \"dryRun\": []}", "dryRun is about templates"),
            ("{\(metrics), \"interval\": \"0s\"}", "an interval is longer than nothing"),
            ("{\(metrics), \"iterations\": -1}", "iterations are a number of checks"),
        ])
    func refused(json: String, words: String) {
        do {
            _ = try Self.spec(json)
            Issue.record("\(json) is taken")
        } catch let DecodingError.dataCorrupted(context) {
            #expect(context.debugDescription.contains(words))
        } catch { #expect("\(error)".contains("templates") || "\(error)".contains(words), "\(error)") }
    }

    @Test("a plan without Flagger's metrics has the digest that it always had")
    func unchanged() throws {
        let spec = try Self.spec(
            #"{"templates": [{"templateName": "rate"}], "args": [{"name": "app", "value": "a"}], "compat": "argo"}"#)
        #expect(spec.canonical == #""rate"{"app":"a"}argo"#)
    }

    @Test("metrics are the same where they say the same, whether or not a default is stated")
    func digest() throws {
        func canonical(_ more: String) throws -> String {
            try Self.spec("{\(Self.metrics)\(more.isEmpty ? "" : ", " + more)}").canonical
        }
        let plain = try canonical("")
        #expect(try canonical(#""interval": "60s", "threshold": 1"#) == plain)
        let others = [
            #""interval": "30s""#, #""threshold": 2"#, #""iterations": 3"#, #""compat": "flagger""#,
        ]
        #expect(try Set(others.map(canonical) + [plain]).count == others.count + 1)
        let metrics = [
            #"{"name": "a", "query": "up"}"#, #"{"name": "a", "query": "down"}"#, #"{"name": "a", "interval": "2m"}"#,
            #"{"name": "a", "thresholdRange": {"min": 1}}"#, #"{"name": "a", "thresholdRange": {"max": 1}}"#,
            #"{"name": "a", "threshold": 1}"#, #"{"name": "a", "templateRef": {"name": "t"}}"#,
            #"{"name": "a", "templateRef": {"name": "t", "namespace": "n"}}"#,
            #"{"name": "a", "templateVariables": {"b": "c"}}"#, #"{"name": "a", "templateVariables": {"b": "d"}}"#,
        ]
        let found = try metrics.map { try Self.spec(#"{"metrics": [\#($0)]}"#).canonical }
        #expect(Set(found).count == metrics.count)
    }
}
