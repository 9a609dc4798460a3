import Analysis
import Rollouts
import Synchronization
import Testing

@testable import Metrics

@Suite("Borrowed credentials")
struct CredentialCacheTests {
    /// A clock that a test turns, and a lender that counts.
    private final class Scene: Sendable {
        private let seconds = Mutex(0)
        private let loans = Mutex(0)

        var now: Timestamp { Timestamp(milliseconds: Int64(seconds.withLock { $0 }) * 1000) }
        var count: Int { loans.withLock { $0 } }

        func pass(seconds: Int) { self.seconds.withLock { $0 += seconds } }

        func lend(life: Int?) -> (String, end: Timestamp?) {
            let number = loans.withLock { loans in
                loans += 1
                return loans
            }
            return ("loan \(number)", life.map { now + .seconds($0) })
        }
    }

    @Test func `are asked for once by all who wait, and again a minute before they end`() async throws {
        let scene = Scene()
        let cache = CredentialCache<String, String> { scene.now }
        let loans = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try? await cache.value(for: "a") { () async throws(MetricFailure) in
                        for _ in 0..<10 { await Task.yield() }
                        return scene.lend(life: 3600)
                    }
                }
            }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(loans == ["loan 1"])
        func again() async throws -> String {
            try await cache.value(for: "a") { () async throws(MetricFailure) in scene.lend(life: 3600) }
        }
        scene.pass(seconds: 3539)
        #expect(try await again() == "loan 1")
        scene.pass(seconds: 1)
        #expect(try await again() == "loan 2")
        cache.forget("a") { $0 == "loan 1" }
        #expect(try await again() == "loan 2")
        cache.forget("a") { $0 == "loan 2" }
        #expect(try await again() == "loan 3")
    }

    @Test func `that end are one thing for each key, and those without an end stay`() async throws {
        let scene = Scene()
        let cache = CredentialCache<String, String> { scene.now }
        for (key, loan) in [("a", "loan 1"), ("b", "loan 2"), ("a", "loan 1")] {
            let value = try await cache.value(for: key) { () async throws(MetricFailure) in scene.lend(life: nil) }
            #expect(value == loan)
            scene.pass(seconds: 1_000_000)
        }
    }

    @Test func `that were refused are not asked for by everybody in line, and again after a while`() async throws {
        let scene = Scene()
        let cache = CredentialCache<String, String> { scene.now }
        @Sendable func outcome() async -> MetricFailure.Code? {
            do throws(MetricFailure) {
                _ = try await cache.value(for: "a") { () async throws(MetricFailure) in
                    _ = scene.lend(life: nil)
                    throw MetricFailure(.unavailable, "away")
                }
                return nil
            } catch { return error.code }
        }
        let codes = await withTaskGroup(of: MetricFailure.Code?.self) { group in
            for _ in 0..<50 { group.addTask { await outcome() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == .unavailable })
        #expect(scene.count == 1)
        scene.pass(seconds: 10)
        #expect(await outcome() == .unavailable)
        #expect(scene.count == 2)
    }
}
