import HTTP
import Rollouts
import Support
import Synchronization
import Testing

@testable import Metrics

@Suite("Requests in line")
struct RequestGateTests {
    /// How many are inside, and the most that ever were.
    private final class Crowd: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        var most: Int { counts.withLock { $0.most } }

        func visit(_ body: () async -> Void) async {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            await body()
            counts.withLock { $0.now -= 1 }
        }
    }

    @Test("let so many go at once, and all of them in the end", arguments: [1, 2, 16])
    func width(width: Int) async {
        let gate = RequestGate(width: width)
        let crowd = Crowd()
        let done = await withTaskGroup(of: Int.self) { group in
            for number in 0..<500 {
                group.addTask {
                    await gate.pass {
                        await crowd.visit { for _ in 0..<5 { await Task.yield() } }
                        return number
                    }
                }
            }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(done == Set(0..<500))
        #expect(crowd.most <= width)
        #expect(crowd.most > 0)
    }

    @Test func `one that fails makes room for the next`() async {
        struct Broken: Error {}
        let gate = RequestGate(width: 1)
        for _ in 0..<3 {
            await #expect(throws: Broken.self) { try await gate.pass { throw Broken() } }
        }
        #expect(await gate.pass { true })
    }

    @Test func `a cancelled one waits no longer, and takes nobody's turn`() async {
        let gate = RequestGate(width: 1)
        let (holding, letGo) = AsyncStream.makeStream(of: Void.self)
        let (entered, hasEntered) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await gate.pass {
                    hasEntered.yield()
                    for await _ in holding { break }
                    return true
                }
            }
            for await _ in entered { break }
            // Both of these stand in line behind the one that holds the gate.
            let waiting = Task { await gate.pass { Task.isCancelled } }
            await Task.yield()
            waiting.cancel()
            #expect(await waiting.value)
            letGo.yield()
            #expect(await group.next() == true)
        }
        #expect(await gate.pass { true })
        let crowd = Crowd()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await gate.pass { await crowd.visit { await Task.yield() } } } }
        }
        #expect(crowd.most == 1)
    }

    @Test func `a connection asks a server as many questions at once as it is told, whoever is cancelled`() async throws
    {
        let crowd = Crowd()
        try await FakeServer.run { _ in
            await crowd.visit { try? await Task.sleep(for: .milliseconds(5)) }
            return FakeServer.Answer("{}")
        } _: { server in
            let connection = LocalAccess.connection(width: 3)
            let outcomes = await withTaskGroup(of: MetricFailure.Code?.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let task = Task { () -> MetricFailure.Code? in
                            do throws(MetricFailure) {
                                _ = try await connection.answer(to: Question(.get, "\(server.url)/\(number)"))
                                return nil
                            } catch { return error.code }
                        }
                        if number.isMultiple(of: 10) { task.cancel() }
                        return await task.value
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } >= 54)
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .cancelled })
            // One that is cancelled while it waits goes beside the others, and reaches no server.
            #expect(crowd.most <= 3)
        }
    }
}
