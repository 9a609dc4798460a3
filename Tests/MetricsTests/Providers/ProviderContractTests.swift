import Analysis
import Foundation
import Metrics
import Rollouts
import Support
import Testing

/// What holds for every provider, whatever its service says when it is well.
@Suite("Every metric provider")
struct ProviderContractTests {
    @Test("gives one measurement for each time", arguments: ProviderCases.all)
    func answers(provider: ProviderCase) async throws {
        try await FakeServer.run(answering: provider.answer) { server in
            let folder = try TemporaryFolder()
            let source = try provider.source(server.url, over: try provider.connection(folder))
            let measurements = try await source.measurements(at: provider.times)
            #expect(measurements.map(\.time) == provider.times)
            for measurement in measurements {
                guard case .value = measurement.reading else {
                    Issue.record("\(measurement)")
                    continue
                }
            }
            #expect(source.traits.isRetroactive == provider.isRetroactive)
            #expect(source.traits.place == "127.0.0.1")
            #expect((provider.obstacle(to: .values, server.url) == nil) == source.traits.isRetroactive)
            #expect((provider.obstacle(to: .counts, server.url) == nil) == source.traits.isRetroactive)
            #expect((provider.obstacle(to: .buckets, server.url) == nil) == source.traits.hasCounters)
        }
    }

    @Test("says that data is absent where there is none", arguments: ProviderCases.all)
    func absence(provider: ProviderCase) async throws {
        try await FakeServer.run(answering: provider.empty) { server in
            let folder = try TemporaryFolder()
            let source = try provider.source(server.url, over: try provider.connection(folder))
            let measurements = try await source.measurements(at: provider.times)
            #expect(measurements == provider.times.map { Measurement(time: $0, reading: .absent) })
        }
    }

    @Test("sends its secret in a header or the body, and never in a URL", arguments: ProviderCases.all)
    func secrets(provider: ProviderCase) async throws {
        try await FakeServer.run(answering: provider.answer) { server in
            let failure = try await provider.failure(server.url)
            #expect(failure == nil)
            let requests = server.requests
            #expect(!requests.isEmpty)
            let encoded = Data(":\(ProviderCase.secretText)".utf8).base64EncodedString().suffix(16)
            let carried = requests.filter { request in
                let texts = Array(request.headers.values) + [request.body]
                return texts.contains { $0.contains(ProviderCase.secretText) || $0.contains(encoded) }
            }
            #expect(carried.isEmpty != provider.sendsSecret)
            for request in requests {
                let address = request.path + request.query.map { "\($0.key)=\($0.value)" }.joined()
                #expect(!address.contains(ProviderCase.secretText))
            }
        }
    }

    @Test("keeps its secret from a host that may not have it", arguments: ProviderCases.all.filter(\.sendsSecret))
    func strangers(provider: ProviderCase) async throws {
        try await FakeServer.run(answering: provider.answer) { server in
            let answer = try await provider.failure(server.url, mayHaveSecret: false)
            let failure = try #require(answer)
            #expect(failure.code == .configuration)
            #expect(failure.hint != nil)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("knows what each status means", arguments: ProviderCases.all)
    func statuses(provider: ProviderCase) async throws {
        let meanings: [(status: Int, code: MetricFailure.Code, isRepeated: Bool)] = [
            (401, .configuration, false), (403, .configuration, false), (404, .configuration, false),
            (302, .configuration, false), (429, .unavailable, true), (500, .unavailable, true),
            (503, .unavailable, true),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (status, code, isRepeated) in meanings {
                group.addTask { try await Self.ask(provider, refusing: status, meaning: code, isRepeated: isRepeated) }
            }
            try await group.waitForAll()
        }
    }

    private static func ask(
        _ provider: ProviderCase, refusing status: Int, meaning code: MetricFailure.Code, isRepeated: Bool
    ) async throws {
        try await FakeServer.run { request in
            // Some services repeat in their words what they were sent.
            let words = request.headers.values.joined(separator: " ").replacing("\"", with: "")
            return FakeServer.Answer(#"{"message":"no: \#(words)"}"#, status: status)
        } _: { server in
            let answer = try await provider.failure(server.url)
            let failure = try #require(answer, "\(status)")
            #expect(failure.code == code, "\(status)")
            #expect(failure.message.contains("\(status)"), "\(failure.message)")
            #expect(!"\(failure.message) \(failure.hint ?? "")".contains(ProviderCase.secretText))
            let paths = server.requests.map(\.path)
            let first = paths.filter { $0 == paths.first }.count
            if !isRepeated || !provider.isRepeatable {
                #expect(Set(paths).count == paths.count || first <= provider.times.count, "\(status): \(paths)")
            } else {
                #expect(first >= 3 && first.isMultiple(of: 3), "\(status): \(paths)")
            }
        }
    }

    @Test(
        "takes what is no answer of its service for garbage, never for data",
        arguments: ProviderCases.all, ["<!DOCTYPE html><title>Sign in</title>", "", "{", "[[[["])
    func garbage(provider: ProviderCase, body: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, headers: ["Content-Type": "text/html"])
        } _: { server in
            let failure = try await provider.failure(server.url)
            #expect(failure?.code == .garbage)
        }
    }

    /// All at once: each waits for a second.
    @Test("stays within its deadline where a server hangs")
    func deadline() async throws {
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: (String, MetricFailure.Code?).self) { group in
            for provider in ProviderCases.all {
                group.addTask {
                    let server = try RawServer(sending: "", then: .hang)
                    defer { server.stop() }
                    return (provider.testDescription, try await provider.failure(server.url, timeout: 1)?.code)
                }
            }
            for try await (provider, code) in group { #expect(code == .unavailable, "\(provider)") }
        }
        #expect(started.duration(to: .now) < .seconds(20))
    }

    @Test("is unavailable where nobody listens", arguments: ProviderCases.all)
    func absentServer(provider: ProviderCase) async throws {
        // A port that was free may be another test's by now; nobody has this one.
        let failure = try await provider.failure("http://127.0.0.1:1")
        #expect(failure?.code == .unavailable)
    }

    @Test("refuses an answer beyond the limit, with a way out", arguments: ProviderCases.all)
    func hugeAnswer(provider: ProviderCase) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(String(repeating: " ", count: 70_000))
        } _: { server in
            let failure = try await provider.failure(server.url, responseLimit: 65_536)
            #expect(failure?.code == .configuration)
            #expect(failure?.hint?.isEmpty == false)
        }
    }

    @Test("takes a secret for an address for a mistake", arguments: ProviderCases.all)
    func secretAddress(provider: ProviderCase) async throws {
        let mark = SecretReference(name: ProviderCase.secretName, key: "key").mark
        let failure = try await provider.failure("http://127.0.0.1/\(mark)")
        #expect(failure?.code == .configuration)
    }
}
