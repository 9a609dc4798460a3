import Manifests
import Rollouts
import Testing

@Suite("The arithmetic of weights")
struct BackendWeightsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let stable, canary: Int
        var others: [Int] = []
        let weight: Int
        let expected: [Int]?
        var total: Int?

        var testDescription: String { "\(stable):\(canary) \(others) at \(weight)%" }
    }

    static let cases = [
        Case(stable: 1, canary: 0, weight: 0, expected: [1, 0]),
        Case(stable: 1, canary: 0, weight: 5, expected: [95, 5]),
        Case(stable: 100, canary: 0, weight: 5, expected: [95, 5]),
        Case(stable: 95, canary: 5, weight: 0, expected: [100, 0]),
        Case(stable: 95, canary: 5, weight: 100, expected: [0, 100]),
        Case(stable: 1000, canary: 0, weight: 5, expected: [950, 50]),
        Case(stable: 7, canary: 0, weight: 33, expected: [67, 33]),
        Case(stable: 0, canary: 0, weight: 0, expected: [100, 0]),
        Case(stable: 80, canary: 0, others: [20], weight: 25, expected: [60, 20, 20]),
        Case(stable: 9, canary: 0, others: [1], weight: 5, expected: [171, 9, 20]),
        Case(stable: 1, canary: 0, others: [0], weight: 5, expected: [95, 5, 0]),
        Case(stable: 999_999, canary: 0, others: [1], weight: 1, expected: nil),
        Case(stable: 0, canary: 0, others: [3], weight: 1, expected: nil),
        Case(stable: 100, canary: 0, weight: 30, expected: [70, 30], total: 100),
        Case(stable: 90, canary: 0, others: [10], weight: 10, expected: [81, 9, 10], total: 100),
        Case(stable: 90, canary: 0, others: [10], weight: 5, expected: nil, total: 100),
        Case(stable: 900_003, canary: 0, others: [300_001], weight: 25, expected: [9, 3, 4]),
    ]

    @Test(arguments: cases)
    func `a share is exact, and the others keep theirs`(example: Case) throws {
        let weights = BackendWeights(stable: example.stable, canary: example.canary, others: example.others)
        let weight = Weight(clamping: example.weight)
        let result = weights.giving(weight, total: example.total, maximum: 1_000_000)
        #expect(result.map { [$0.stable, $0.canary] + $0.others } == example.expected)
        if let result {
            #expect(result.share == weight)
            #expect(result.giving(weight, total: example.total, maximum: 1_000_000) == result)
        }
    }

    @Test func `every share of every sum can be given and read again`() {
        for sum in [1, 3, 10, 64, 100, 999] {
            for percent in 0...100 {
                let weight = Weight(clamping: percent)
                let result = BackendWeights(stable: sum, canary: 0, others: [5]).giving(weight, maximum: 1_000_000)
                #expect(result?.share == weight)
                let pair = (result?.stable ?? 0) + (result?.canary ?? 0)
                #expect(pair * 5 == sum * (result?.others.first ?? 0))
            }
        }
    }

    @Test(arguments: [(2, 1), (0, 0), (200, 1)])
    func `a share that is no whole percent is not known`(stable: Int, canary: Int) {
        #expect(BackendWeights(stable: stable, canary: canary).share == nil)
    }
}
