import Analysis
import Rollouts
import Support
import Testing

/// What retroactive means: whoever asks, and whenever, finds the same value at a time.
@Suite("Every retroactive provider")
struct RetroactiveProviderTests {
    @Test(
        "gives a time the same value whichever others it is asked for with",
        arguments: (ProviderCases.vendors + ProviderCases.stores).filter(\.isRetroactive),
        Soak.isOn ? [1, 2, 3] : [1] as [UInt64])
    func independence(provider: ProviderCase, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let all = (0..<45).map { ProviderCase.start + .seconds(60 * $0) }
        let few = all.filter { _ in random.oneIn(8) }
        try await FakeServer.run(answering: provider.answer) { server in
            let folder = try TemporaryFolder()
            let source = try provider.source(server.url, over: try provider.connection(folder))
            let together = try await source.measurements(at: all)
            #expect(Set(together.map(\.reading)).count > all.count / 2)
            let alone = try await source.measurements(at: few)
            #expect(alone == together.filter { few.contains($0.time) })
            let last = try #require(few.last)
            #expect(try await source.measurements(at: [last]) == alone.suffix(1))
        }
    }
}
