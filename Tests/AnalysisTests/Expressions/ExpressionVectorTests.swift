import Analysis
import Support
import Testing

/// Rows that were executed with Argo Rollouts' own evaluator.
@Suite("Conditions answer as Argo Rollouts does")
struct ExpressionVectorTests {
    struct Row: Decodable, CustomTestStringConvertible {
        let type: String
        let value: Words?
        let successCondition: String
        let failureCondition: String
        let phase: String
        let error: String?

        var testDescription: String {
            "\(type) \(value?.texts.joined(separator: ",") ?? ""): \(successCondition) / \(failureCondition)"
        }

        func result() throws -> Value {
            let text = value?.texts.first ?? ""
            return switch type {
            case "bool": .bool(text == "true")
            case "int": .int(Int(text) ?? 0)
            case "float": .double(number(text))
            case "floats": .vector((value?.texts ?? []).map(number))
            case "string": .string(text)
            case "json": try json(text)
            case "null": .null
            case "nilfloatptr": .nilPointer
            default: throw DecodingError.valueNotFound(Value.self, .init(codingPath: [], debugDescription: type))
            }
        }

        /// The result as JSON.
        var text: String {
            let texts = value?.texts ?? []
            return switch type {
            case "floats": "[" + texts.joined(separator: ", ") + "]"
            case "string": "\"" + (texts.first ?? "").replacing("\n", with: "\\n") + "\""
            case "null", "nilfloatptr": "null"
            default: texts.first ?? ""
            }
        }

        private func number(_ text: String) -> Double {
            switch text {
            case "+Inf": .infinity
            case "-Inf": -.infinity
            case "NaN": .nan
            default: Double(text) ?? .nan
            }
        }
    }

    struct Words: Decodable {
        let texts: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            texts = try (try? container.decode([String].self)) ?? [container.decode(String.self)]
        }
    }

    private struct File: Decodable {
        let expressions: [Row]
    }

    static let rows = VectorFile.decode(File.self, from: "argo.json")?.expressions ?? []

    @Test("every executed row", arguments: rows)
    func row(_ row: Row) throws {
        let outcome = phase(try row.result(), row.successCondition, row.failureCondition, .argo)
        #expect(outcome.phase == row.phase)
        #expect(outcome.message == row.error || row.error == nil)
    }

    /// As somebody types it: the kind of the number and of the array follow from the text.
    @Test("every executed row with its result as JSON text", arguments: rows)
    func rowFromText(_ row: Row) throws {
        let result = try ConditionTrial.result(parsing: row.text, nullIsPointer: row.type == "nilfloatptr")
        let report = ConditionTrial(success: row.successCondition, failure: row.failureCondition, mode: .argo)
            .report(on: result)
        #expect(report.phase.rawValue == row.phase)
        #expect(report.message == row.error || row.error == nil)
    }

    @Test("the rows are there where the shared folder is")
    func isNotEmpty() {
        #expect(Self.rows.isEmpty == !SharedFolder.has("vectors/argo.json"))
    }

    @Test("in safe mode no row turns from failed to passed or back")
    func safeIsNeverOpposite() throws {
        for row in Self.rows {
            let safe = phase(try row.result(), row.successCondition, row.failureCondition, .safe).phase
            switch row.phase {
            case "Successful": #expect(safe != "Failed", "\(row.testDescription)")
            case "Failed": #expect(safe != "Successful", "\(row.testDescription)")
            default: #expect(safe == row.phase || safe == "NoData", "\(row.testDescription)")
            }
        }
    }
}

/// What both conditions say of a result.
func phase(
    _ result: Value, _ success: String, _ failure: String = "", _ mode: Expression.Mode = .argo
) -> (phase: String, message: String?) {
    let report = ConditionTrial(success: success, failure: failure, mode: mode).report(on: result)
    return (report.phase.rawValue, report.message)
}
