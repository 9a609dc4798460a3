import Testing

@testable import Simulator

@Suite("The simulator's values")
struct ValueTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,false,null,-2,0.5]}"#, #"{"text":"line\nquote \" back \\ tab\t"}"#, "[]", "{}",
        #""é\u0001""#,
    ])
    func `JSON that is read and written is the same text`(text: String) throws {
        #expect(try ValueReader.read(text).text == text)
    }

    @Test(arguments: ["", "{", "[1,]", #"{"a" 1}"#, "tru", #""open"#, "1 2", #""\u12""#, "-"])
    func `broken JSON is an error`(text: String) {
        #expect(throws: ValueReader.Failure.self) { try ValueReader.read(text) }
    }

    @Test func `objects are equal whatever their order, and surrogates make one character`() throws {
        #expect(try ValueReader.read(#"{"a":1,"b":2}"#) == ValueReader.read(#"{"b":2,"a":1}"#))
        #expect(try ValueReader.read(#""\ud83d\ude00""#) == "😀")
        let nested = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: ValueReader.Failure.self) { try ValueReader.read(nested) }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400_000, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_795_224_485_000, "2026-11-21T01:28:05Z", "Sat, 21 Nov 2026 01:28:05 GMT"),
    ])
    func `times are written and read as the API server does`(milliseconds: Int, text: String, header: String) {
        let moment = Moment(milliseconds: milliseconds)
        #expect(moment.description == text)
        #expect(moment.httpDate == header)
        #expect(Moment(reading: text) == moment)
    }

    @Test(arguments: [("80ms", 80), ("2s", 2000), ("1m", 60_000), ("1.5h", 5_400_000)])
    func `durations are read with their unit`(text: String, milliseconds: Int) {
        #expect(Duration(reading: text) == .milliseconds(milliseconds))
        #expect(Duration(reading: String(milliseconds)) == nil)
    }

    @Test(arguments: [0.3, 4, 50, 400])
    func `Poisson draws have their mean and variance`(mean: Double) {
        var random = RandomSource(seed: 3)
        let draws = (0..<4000).map { _ in Double(random.poisson(mean: mean)) }
        let average = draws.reduce(0, +) / 4000
        let variance = draws.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 4000
        #expect(abs(average - mean) < 4 * (mean / 4000).squareRoot())
        #expect(abs(variance / mean - 1) < 0.15)
    }

    @Test func `the most specific behaviour wins, and unknown names are refused`() throws {
        let table = try BehaviourTable(
            reading: .yaml(
                """
                "*": {start: 1s}
                v2: {start: 2s}
                checkout:v2: {start: 3s, errors: 0.02, latency: {median: 120ms, sigma: 0.3}}
                """))
        #expect(table["ghcr.io/acme/checkout:v2"].start == .seconds(3))
        #expect(table["ghcr.io/acme/checkout:v2"].median == .milliseconds(120))
        #expect(table["ghcr.io/acme/catalog:v2"].start == .seconds(2))
        #expect(table["localhost:5000/acme/catalog"].start == .seconds(1))
        #expect(throws: BehaviourError.self) { try BehaviourTable(reading: .yaml("v2: {speed: 1}")) }
        #expect(throws: BehaviourError.self) { try BehaviourTable(reading: .yaml("v2: {errors: 2}")) }
    }
}
