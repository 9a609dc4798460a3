import Analysis
import Metrics
import Rollouts
import Support
import Synchronization
import Testing

@testable import Agent

/// What one question that is not answered means for the others of a tick.
@Suite("Services that do not answer")
struct OutagesTests {
    private static let now = Timestamp(milliseconds: 1_795_224_480_000)
    private static let slow = MetricFailure(.unavailable, "the deadline has passed")
    private static let away = MetricFailure(.unavailable, "connection refused", isConnected: false)

    /// Fails as it is told, one question after the other, and answers when it has been told no more.
    private final class Service: MetricSource {
        let traits = MetricTraits(isRetroactive: true, place: "prometheus")
        private let failures: Mutex<[MetricFailure?]>
        private let count = Mutex(0)

        init(_ failures: [MetricFailure?]) { self.failures = Mutex(failures) }

        var questions: Int { count.withLock { $0 } }

        func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
            count.withLock { $0 += 1 }
            if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
            return times.map { Measurement(time: $0, reading: .absent) }
        }
    }

    private static func request(_ address: String, _ kind: String = "prometheus") -> SourceRequest {
        SourceRequest(
            provider: .stated(kind: kind, settings: .map([.init("address", .string(address))])),
            interval: .seconds(60))
    }

    /// The messages of the answers, nil where there is one, each to a source of its own as the rollouts have it.
    private static func ask(
        _ service: any MetricSource, _ addresses: [String], remembering outages: Outages = Outages()
    ) async -> [String?] {
        let sources = MetricSources(
            store: { _ throws(MetricFailure) in throw away }, source: { _ throws(MetricFailure) in service }
        ).remembering(outages)
        var messages: [String?] = []
        for address in addresses {
            do throws(MetricFailure) {
                _ = try await sources.source(request(address)).measurements(at: [now])
                messages.append(nil)
            } catch {
                messages.append(error.message)
            }
        }
        return messages
    }

    private static func same(_ count: Int) -> [String] { Array(repeating: "http://prometheus:9090", count: count) }

    @Test func `a question that is not answered fails for itself`() async {
        let service = Service([Self.slow])
        #expect(await Self.ask(service, Self.same(3)) == [Self.slow.message, nil, nil])
        #expect(service.questions == 3)
    }

    @Test(
        "a service without a connection is asked once",
        arguments: [
            away, MetricFailure(.configuration, "unknown authority", hint: "check it", isConnected: false),
        ])
    func unreachable(failure: MetricFailure) async {
        let service = Service([failure])
        let messages = await Self.ask(service, Self.same(3))
        #expect(messages == Array(repeating: failure.message, count: 3))
        #expect(service.questions == 1)
    }

    @Test func `three in a row speak for all others of the tick`() async {
        let service = Service(Array(repeating: Self.slow, count: 3))
        let messages = await Self.ask(service, Self.same(1000))
        #expect(messages == Array(repeating: Self.slow.message, count: 1000))
        #expect(service.questions == 3)
        // Another tick asks again.
        #expect(await Self.ask(service, Self.same(1)) == [nil])
    }

    @Test func `an answer between them begins the row again`() async {
        let (slow, message) = (Self.slow, Self.slow.message)
        let service = Service([slow, slow, nil, slow, slow, nil])
        let messages = await Self.ask(service, Self.same(7))
        #expect(messages == [message, message, nil, message, message, nil, nil])
    }

    @Test(arguments: [MetricFailure.Code.configuration, .partial, .garbage, .cancelled])
    func `what asking later does not mend is no outage`(code: MetricFailure.Code) async {
        let service = Service(Array(repeating: MetricFailure(code, "no"), count: 5))
        #expect(await Self.ask(service, Self.same(6)).last == .some(nil))
        #expect(service.questions == 6)
    }

    @Test func `a mistaken port or scheme does not speak for the right one, whatever the path`() async {
        let outages = Outages()
        let service = Service([Self.away])
        let wrong = "http://prometheus:9091/a"
        #expect(
            await Self.ask(
                service, [wrong, "HTTP://prometheus:9091/b", "http://prometheus:9090/a", "https://prometheus:9091/a"],
                remembering: outages) == [Self.away.message, Self.away.message, nil, nil])
        #expect(service.questions == 3)
    }

    // MARK: The real client

    private static func connection() -> MetricConnection {
        var host = MetricAccess.Host(host: "127.0.0.1")
        host.local = true
        var access = MetricAccess()
        access.hosts = [host]
        return MetricConnection(access, firstPause: .milliseconds(5), environment: [:])
    }

    /// Asks web services over HTTP, one after the other.
    private static func ask(_ urls: [String]) async -> [String?] {
        let connection = connection()
        let sources = MetricSources(
            store: { _ throws(MetricFailure) in throw away },
            source: { request throws(MetricFailure) in
                try ProviderRegistry.source(request.provider, interval: request.interval, over: connection)
            }
        ).remembering(Outages())
        var messages: [String?] = []
        for url in urls {
            let settings = Value.map([
                .init("url", .string(url)), .init("method", .string("POST")), .init("timeoutSeconds", .int(1)),
            ])
            do throws(MetricFailure) {
                let request = SourceRequest(provider: .stated(kind: "web", settings: settings), interval: .zero)
                _ = try await sources.source(request).measurements(at: [now])
                messages.append(nil)
            } catch {
                messages.append(error.message)
            }
        }
        return messages
    }

    @Test func `a server that is busy or slow for one question is asked the next`() async throws {
        try await FakeServer.run { request in
            switch request.path {
            case "/busy": FakeServer.Answer("", status: 429)
            case "/broken": FakeServer.Answer("", status: 500)
            case "/slow": FakeServer.Answer("1", after: .seconds(3))
            default: FakeServer.Answer("1")
            }
        } _: { server in
            let paths = ["/busy", "/broken", "/good", "/slow", "/good", "/busy", "/busy", "/busy", "/good", "/good"]
            let messages = await Self.ask(paths.map { server.url + $0 })
            #expect(messages[0] == "the server answered 429")
            #expect(messages[1] == "the server answered 500")
            #expect(messages[3] != nil)
            #expect([2, 4].allSatisfy { messages[$0] == nil })
            #expect(messages.suffix(5) == Array(repeating: "the server answered 429", count: 5))
            #expect(server.requests.count == 8)
        }
    }

    @Test func `a server that nobody reaches is tried once, and its neighbour is asked`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("1")
        } _: { server in
            let messages = await Self.ask(["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", server.url])
            #expect(messages[0] != nil)
            #expect(messages[1] == messages[0])
            #expect(messages[2] == nil)
        }
    }
}
