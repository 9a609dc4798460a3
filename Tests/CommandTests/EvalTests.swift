import Foundation
import Support
import Testing

@Suite("headgate eval")
struct EvalTests {
    let headgate: InstalledProgram

    init() throws {
        headgate = try InstalledProgram()
    }

    @Test("the phase, and for each condition its value or what is wrong with it and where")
    func transcript() throws {
        try headgate.home.write("answer.json", "{\"ok\": 12, \"errors\": [\"timeout\"]}\n")
        try headgate.home.write("broken.json", "{\"ok\": 12,\n \"errors\": nope}\n")
        let commands: [[String]] = [
            ["--success", "result[0] >= 0.95", "--result", "[0.97]"],
            ["--success", "result[0] >= 0.95", "--failure", "result[0] < 0.9", "--result", "[0.93]"],
            ["--failure", "result > 0.5", "--result", "0.7"],
            ["--success", "result.ok > 9", "--failure", "len(result.errors) > 0", "--result", "@answer.json"],
            ["--success", "result[0] >= 0.95 && reslt[0] < 2", "--result", "[0.97]"],
            ["--success", "result[0] >\n  0.95 and\n\tlenn(result) > 0", "--result", "[0.97]"],
            ["--success", "result >> 1", "--failure", "result", "--result", "5"],
            ["--success", "result < 5", "--result", "NaN"],
            ["--success", "result < 5", "--result", "NaN", "--compat", "argo"],
            ["--success", "result[0] < 5", "--result", "[]"],
            ["--success", "result[0] < 5", "--result", "[]", "--compat", "argo"],
            ["--success", "-5 < result", "--result", "-Inf"],
            ["--success", "result == nil", "--result", "null", "--compat", "argo"],
            ["--success", "result == nil", "--result", "null", "--compat", "argo", "--typed-null"],
            ["--success", "now().Hour() < 12", "--result", "1", "--now", "2026-08-01T11:59:59Z"],
            ["--result", "null"], ["--result", "1"],
            ["--success", "result > 1", "--result", "nope"], ["--success", "result > 1", "--result", ""],
            ["--success", "result > 1", "--result", "@broken.json"],
            ["--success", "result > 1", "--result", "@none.json"],
            ["--success", "result > 1", "--result", "1", "--now", "noon"],
        ]
        var text = ""
        for words in commands {
            let shown = words.map { $0.contains { " <>[]()".contains($0) } || $0.isEmpty ? "'\($0)'" : $0 }
            let outcome = try headgate.run(["eval"] + words)
            text += "$ headgate eval \(shown.joined(separator: " "))\n\(outcome.output)\(outcome.errors)"
            text += outcome.status == 0 ? "\n" : "[\(outcome.status)]\n\n"
        }
        try GoldenFile.expect(text, is: "eval.txt")
    }

    @Test("the result may come from standard input")
    func input() throws {
        let outcome = try headgate.run(
            ["eval", "--success", "result.count == 3", "--result", "-"], input: "{\"count\": 3}\n")
        #expect(outcome.transcript == "Successful\n\nsuccess  result.count == 3\n         true\nexit 0\n")
    }

    @Test("as JSON each condition has what it holds, or the error with its offset")
    func json() throws {
        let outcome = try headgate(
            "eval", "--success", "result[0] > 1", "--failure", "nosuch(result)", "--result", "[2]", "-o", "json")
        #expect(outcome.status == 0)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(object["phase"] as? String == "Error")
        #expect((object["message"] as? String)?.hasPrefix("could not evaluate failureCondition") == true)
        #expect(object["compat"] as? String == "safe")
        let success = object["success"] as? [String: Any]
        #expect(success?["expression"] as? String == "result[0] > 1")
        #expect(success?["holds"] as? Bool == true)
        let failure = object["failure"] as? [String: Any]
        #expect(failure?["offset"] as? Int == 0)
        #expect(failure?["holds"] == nil)
        #expect((failure?["error"] as? String)?.contains("nosuch") == true)
        let alone = try headgate("eval", "--success", "result > 1", "--result", "2", "-o", "json", "--compat", "argo")
        #expect(!alone.output.contains("failure"))
        #expect(alone.output.contains("\"compat\": \"argo\""))
    }

    @Test("a wrong command line is 2", arguments: [["eval"], ["eval", "--result", "1", "--compat", "flagger"]])
    func usage(words: [String]) throws {
        #expect(try headgate.run(words).status == 2)
    }
}
