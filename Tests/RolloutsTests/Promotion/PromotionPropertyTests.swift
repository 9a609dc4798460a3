import Support
import Testing

@Suite("Promotions in random worlds")
struct PromotionPropertyTests {
    @Test func `never break the order, hurry, repeat or overrule anybody, and go on when nobody is in the way`() {
        var reached: [String: Int] = [:]
        var stated = 0
        for seed in 0..<UInt64(Soak.count(80, soaking: 20_000)) {
            var world = RandomPromotion(seed: seed)
            for _ in 0..<120 { world.step() }
            world.calmDown()
            if let finding = world.findings.first { Issue.record("seed \(seed), \(finding)") }
            reached.merge(world.reached, uniquingKeysWith: +)
            stated += world.stated
        }
        for word in [
            "due", "soak", "source", "target", "approval", "review", "done", "rejected", "overruled", "declined",
            "held",
        ] {
            #expect(reached[word, default: 0] > 0, "\(word) was never reached")
        }
        #expect(stated > 200)
    }
}
