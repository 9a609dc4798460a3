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
        if let error = row.error { #expect(outcome.message == error) }
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

/// The outcome of both conditions with the words of Argo, errors of reading included.
func phase(
    _ result: Value, _ success: String, _ failure: String = "", _ mode: Expression.Mode = .argo
) -> (phase: String, message: String?) {
    let outcome: MeasurementOutcome
    do throws(ExpressionError) {
        outcome = try Conditions(success: success, failure: failure).outcome(of: result, mode: mode)
    } catch {
        let isSuccess = (try? Expression(parsing: success)) == nil && !success.isEmpty
        let name = isSuccess ? "successCondition" : "failureCondition"
        // Argo reads a condition only when there is a result, and looks for a missing one first.
        let cause =
            result == .null ? "metric result is nil or empty: no data returned from the metric provider" : error.message
        outcome = .error("could not evaluate \(name) \"\(isSuccess ? success : failure)\": \(cause)")
    }
    return switch outcome {
    case .successful: ("Successful", nil)
    case .failed: ("Failed", nil)
    case .inconclusive: ("Inconclusive", nil)
    case .error(let text): ("Error", text)
    case .noData(let text): ("NoData", text)
    }
}
