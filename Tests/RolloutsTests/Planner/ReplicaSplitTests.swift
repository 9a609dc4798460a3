import Foundation
import Rollouts
import Support
import Testing

@Suite("Counts of pods that split the traffic")
struct ReplicaSplitTests {
    /// Replicas, surge, weight, canary, stable (worked by hand from the rule: the nearest share, ties to the canary).
    static let ratios: [(Int, Bool, Int, Int, Int)] = [
        (0, true, 50, 0, 0), (1, false, 49, 0, 1), (1, false, 50, 1, 0), (1, true, 1, 1, 1), (2, true, 99, 2, 1),
        (3, false, 49, 1, 2), (3, false, 50, 2, 1), (10, false, 14, 1, 9), (10, false, 15, 2, 8), (10, true, 18, 2, 9),
        (10, true, 24, 3, 8), (10, true, 99, 10, 1), (10, true, 100, 10, 0), (-4, true, 50, 0, 0),
    ]

    @Test("they come as near to the weight as they can, and neither side goes without", arguments: ratios)
    func ratio(replicas: Int, surges: Bool, weight: Int, canary: Int, stable: Int) {
        let split = ReplicaSplit(of: replicas, at: Weight(clamping: weight), surges: surges)
        #expect(split == ReplicaSplit(stable: stable, canary: canary))
    }

    @Test("no count overflows, and no weight takes more than one pod beyond the base")
    func bounds() {
        for replicas in [1, 2, 3, 7, 100, 1_000_003, Int(Int32.max), .max] {
            for percent in 0...100 {
                let split = ReplicaSplit(of: replicas, at: Weight(clamping: percent), surges: true)
                let base = min(replicas, Int(Int32.max))
                #expect((base...base + 1).contains(split.stable + split.canary))
                // One pod is the least that a weight between nothing and everything can have, and the least it can leave.
                let step = 100 / min(base + 1, 100) + 1
                #expect(abs(split.share.percent - percent) <= step, "\(replicas) at \(percent)")
            }
        }
    }

    @Test("from any counts they get there within the budget, with enough pods at every moment")
    func converges() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let base = Int.random(in: 1...30, using: &random)
            let budget = ReplicaBudget(
                surge: Int.random(in: 0...base, using: &random), unavailable: Int.random(in: 0..<base, using: &random))
            let surges = budget.surge > 0
            let from = Weight(clamping: Int.random(in: 0...100, using: &random))
            var present = ReplicaSplit(of: base, at: from, surges: surges)
            let wanted = ReplicaSplit(
                of: base, at: Weight(clamping: Int.random(in: 0...100, using: &random)), surges: surges)
            var commits = 0
            while present != wanted, commits < 100 {
                let next = wanted.next(
                    after: .init(stated: present.stable, available: present.stable),
                    .init(stated: present.canary, available: present.canary), of: base, within: budget)
                #expect(next.stable + next.canary <= base + budget.surge)
                // Pods that go are gone at once, pods that come are not yet there.
                let least = min(next.stable, present.stable) + min(next.canary, present.canary)
                #expect(least >= min(base - budget.unavailable, present.stable + present.canary))
                #expect(next != present)
                present = next
                commits += 1
            }
            #expect(present == wanted, "\(base) \(budget)")
            // With room for both sides it takes one commit that adds and one that takes away.
            if budget.surge >= base { #expect(commits <= 2) }
        }
    }

    private struct Vectors: Decodable {
        var replicaRatio: [Ratio]
        var replicaBasic: [Basic]

        struct Ratio: Decodable {
            var replicas: Int
            var weight: Int
            var maxWeight: Int
            var maxSurge: Int
            var canary: Int
            var stable: Int
        }

        struct Basic: Decodable {
            var replicas: Int
            var weight: Int
            var maxSurge: PodAllowance
            var maxUnavailable: PodAllowance
            var stable: Side
            var canary: Side
            var olderSpec: Int
            var expected: Counts
        }

        struct Side: Decodable {
            var spec: Int
            var available: Int

            var present: ReplicaSplit.Present { .init(stated: spec, available: available) }
        }

        struct Counts: Decodable {
            var stable: Int
            var canary: Int
        }
    }

    private static func vectors() throws -> Vectors {
        try JSONDecoder().decode(Vectors.self, from: SharedFolder.data("vectors/argo.json"))
    }

    @Test("every weight has Argo Rollouts' counts", .enabled(if: SharedFolder.has("vectors/argo.json")))
    func ratioVectors() throws {
        let rows = try Self.vectors().replicaRatio
        #expect(rows.count > 20 && rows.allSatisfy { $0.maxWeight == 100 })
        for row in rows {
            let split = ReplicaSplit(of: row.replicas, at: Weight(clamping: row.weight), surges: row.maxSurge > 0)
            #expect(split == ReplicaSplit(stable: row.stable, canary: row.canary), "\(row)")
        }
    }

    @Test("every step on the way is Argo Rollouts'", .enabled(if: SharedFolder.has("vectors/argo.json")))
    func basicVectors() throws {
        let rows = try Self.vectors().replicaBasic
        #expect(rows.count > 10)
        for row in rows {
            let budget = ReplicaBudget(
                surge: row.maxSurge.of(row.replicas, roundingUp: true),
                unavailable: row.maxUnavailable.of(row.replicas, roundingUp: false))
            let wanted = ReplicaSplit(of: row.replicas, at: Weight(clamping: row.weight), surges: budget.surge > 0)
            let next = wanted.next(
                after: row.stable.present, row.canary.present, of: row.replicas, within: budget, others: row.olderSpec)
            #expect(next == ReplicaSplit(stable: row.expected.stable, canary: row.expected.canary), "\(row)")
        }
    }
}
