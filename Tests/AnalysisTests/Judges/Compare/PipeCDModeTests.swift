import Analysis
import Testing

@Suite("The compare judge as PipeCD's")
struct PipeCDModeTests {
    private static func judge(
        _ canary: [Double], _ baseline: [Double], _ direction: CompareSettings.Direction = .either
    ) -> CompareOutcome {
        var settings = CompareSettings()
        settings.mode = .pipecd
        settings.direction = direction
        return CompareJudge(metric: "latency", settings: settings).judge(canary: canary, baseline: baseline)
    }

    @Test("its names of the directions and of the strategies")
    func names() {
        #expect(
            ["EITHER", "HIGH", "LOW", "high"].map { CompareSettings.Direction(deviation: $0) }
                == [.either, .increase, .decrease, nil])
        #expect(BaselineSource.allCases.map(\.rawValue) == ["PREVIOUS", "CANARY_BASELINE", "CANARY_PRIMARY"])
    }

    @Test("a difference is acceptable where p is above 0.05")
    func significance() {
        let low: [Double] = [1, 2, 3, 4], high: [Double] = [5, 6, 7, 8]
        // 2 of 70 orders are as extreme.
        #expect(Self.judge(high, low).test?.p == 2.0 / 70)
        #expect((Self.judge(high, low).classification, Self.judge(low, high).classification) == (.high, .low))
        #expect(Self.judge(high, low, .decrease).verdict == .pass)
        #expect(Self.judge(high, low, .increase).verdict == .fail)
        #expect(Self.judge(low, high, .increase).verdict == .pass)
        // With three on each side two of 20 orders are: no difference can be found.
        #expect(Self.judge([7, 8, 9], [1, 2, 3]).verdict == .pass)
    }

    @Test("what cannot be tested")
    func untestable() {
        #expect(Self.judge([], []).reason == .nothingToCompare)
        #expect(Self.judge([], []).verdict == .pass)
        #expect((Self.judge([], [1]).classification, Self.judge([1], []).classification) == (.error, .error))
        #expect(Self.judge([1], []).verdict == .needsMoreData)
        #expect(Self.judge([2, 2, 2], [2, 2]).reason == .identical)
        #expect(Self.judge([1, .nan], [1]).verdict == .needsMoreData)
        #expect(Self.judge([.nan], [1]).reason == .notANumber)
    }

    @Test("a range holds its ends, and one point outside is one too many")
    func ranges() {
        let range = ExpectedRange(min: 1, max: 5)
        #expect(range.judge([1, 3, 5], metric: "latency").verdict == .pass)
        #expect(range.judge([1, 3, 5], metric: "latency").sentence == "latency is between 1 and 5: 3 points")
        let outcome = range.judge([3, 5.5, 0], metric: "latency")
        #expect((outcome.verdict, outcome.outside) == (.fail, 5.5))
        #expect(outcome.sentence == "latency is not between 1 and 5: 5.5 was measured")
        #expect(ExpectedRange(min: 1).judge([0.5], metric: "any").verdict == .fail)
        #expect(ExpectedRange(max: 1).judge([0.5], metric: "any").verdict == .pass)
        #expect(range.judge([], metric: "any").verdict == .pass)
        #expect(range.judge([2, .nan], metric: "any").verdict == .needsMoreData)
        #expect(range.judge([.nan, 9], metric: "any").verdict == .fail)
        #expect(range.judge([.infinity], metric: "any").verdict == .fail)
        #expect(ExpectedRange().judge([1], metric: "any").verdict == .error)
    }
}
