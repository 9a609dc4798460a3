import Foundation
import Support
import Testing

/// One scripted history: what people and the agent do, and what must be found between.
struct SerialCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Step: Decodable, Sendable {
        let actor: String?
        let action: String?
        let stage: String?
        let serial: Int?
        let branch: String?
        let on: String?
        let of: Serials?
        let at: Int?
        let crash: String?
        let conflict: String?
        let result: String?
        let check: String?
        let by: String?
        let mark: Int?

        enum CodingKeys: String, CodingKey {
            case actor, stage, serial, branch, on, of, at, crash, conflict, result, check, by, mark
            case action = "do"
        }
    }

    /// One serial or several.
    struct Serials: Decodable, Sendable {
        let all: [Int]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(Int.self) { all = [one] } else { all = try container.decode([Int].self) }
        }
    }

    let id: String
    let steps: [Step]

    var testDescription: String { id }

    static let all: [SerialCase] = {
        guard SharedFolder.has("vectors/serial.json"), let data = try? SharedFolder.data("vectors/serial.json") else {
            return []
        }
        return (try? JSONDecoder().decode([SerialCase].self, from: data)) ?? []
    }()
}
