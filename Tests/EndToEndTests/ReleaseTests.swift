import Foundation
import Support
import Testing

@Suite("Releases with the real programs", .enabled(if: PrometheusServer.isInstalled))
struct ReleaseTests {
    static let forward = [
        "adopt finish", "start start", "advance weight-10", "advance weight-50", "promote promote", "drain drain",
        "finish finish",
    ]
    static let backward = ["start start", "advance weight-10", "rollback traffic", "rollback rest"]

    @Test func `a good release goes everywhere, a bad one comes back`() async throws {
        try await Town.run { town in
            try await town.watched([try town.watcher()]) {
                try await town.until(action: "adopt finish")
                try town.release(Town.good)
                try await town.until(action: "finish finish")
                #expect(try town.ledger().actions == Self.forward)
                try await town.until("one image") {
                    let world = try await town.cluster()
                    return world.images(of: "checkout") == [Town.good] && world.canaryWeight == 0
                        && world.images(of: "checkout-canary").isEmpty
                }
                try town.release(Town.bad, over: Town.good)
                try await town.until(action: "rollback rest")
                let ledger = try town.ledger()
                let expected = Self.forward + Self.backward
                #expect(try ledger.breaches(of: expected, folder: Town.manifests, in: town.repository) == [])
                #expect(ledger.stages.last?.phase == "RolledBack")
                try await town.until("no trace of the bad release") {
                    let world = try await town.cluster()
                    return world.pods.allSatisfy { $0.image == Town.good } && world.canaryWeight == 0
                }
                let totals = try await town.cluster().totals
                let failed = totals.reduce(0) { $0 + $1.failed }
                let served = totals.reduce(0) { $0 + $1.served }
                #expect(failed > 0 && Double(failed) < 0.03 * Double(served))
            }
        }
    }
}
