import Analysis
import Rollouts
import Testing

@testable import Metrics

// https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
@Suite("Annotated CSV")
struct AnnotatedCSVTests {
    private static func values(_ text: String, _ column: String = "_value") throws -> [Value?] {
        try AnnotatedCSV(text).records.map { $0[column] }
    }

    @Test func `Rows of all tables are read with their types`() throws {
        let text = """
            #datatype,string,long,dateTime:RFC3339,double,string\r
            #group,false,false,false,false,true\r
            #default,_result,,,,eu\r
            ,result,table,_time,_value,zone\r
            ,,0,2023-11-14T22:13:20Z,1.5,\r
            ,,0,2023-11-14T22:14:20Z,,us\r
            ,,1,2023-11-14T22:14:20Z,NaN,us\r
            \r
            #datatype,string,long,long,boolean,unsignedLong\r
            #group,false,false,false,false,false\r
            #default,other,,,,7\r
            ,result,table,_value,ok,big\r
            ,,0,-3,true,18446744073709551615\r
            ,,0,4,false,\r
            \r

            """
        #expect(
            try Self.values(text) == [.double(1.5), .null, .double(.nan), .int(-3), .int(4)])
        #expect(
            try Self.values(text, "zone") == [.string("eu"), .string("us"), .string("us"), nil, nil])
        #expect(try Self.values(text, "ok") == [nil, nil, nil, .bool(true), .bool(false)])
        #expect(
            try Self.values(text, "big").suffix(2) == [.double(18_446_744_073_709_551_616), .int(7)])
        #expect(try Self.values(text, "_time").first == .string("2023-11-14T22:13:20Z"))
        #expect(
            try Self.values(text, "result") == [
                .string("_result"), .string("_result"), .string("_result"), .string("other"), .string("other"),
            ])
    }

    @Test(
        "Cells may have quotes, commas and line breaks in them",
        arguments: [
            (#"a "b", c"#, #""a ""b"", c""#), ("two\nlines", "\"two\nlines\""), ("", "\"\""), ("plain", "plain"),
            ("é", "é"),
        ])
    func quoting(expected: String, cell: String) throws {
        let text = "#datatype,string,long,string\n,result,table,_value\n,,0,\(cell)\n"
        #expect(try Self.values(text) == [.string(expected)])
    }

    @Test func `Without annotations numbers are numbers and anything else is a text`() throws {
        #expect(
            try Self.values(",result,table,_value\n,,0,1.5\n,,0,x\n,,0,+Inf") == [
                .double(1.5), .string("x"), .double(.infinity),
            ])
    }

    @Test(
        "No tables are no records",
        arguments: [
            "", "\r\n", "\n\n",
            "#datatype,string,long,double\n#group,false,false,false\n#default,,,\n,result,table,_value\n",
        ])
    func emptiness(text: String) throws {
        #expect(try Self.values(text).isEmpty)
    }

    @Test(
        "An error at the end is one, and rows before it are not all",
        arguments: [
            ("", .configuration), ("#datatype,string,long,double\n,result,table,_value\n,,0,1\n\n", .partial),
        ] as [(String, MetricFailure.Code)])
    func errors(before: String, code: MetricFailure.Code) throws {
        let text =
            before
            + "#datatype,string,long\n#group,true,true\n#default,,\n,error,reference\n,cannot divide by zero,897\n"
        let failure = try #require(throws: MetricFailure.self) { try Self.values(text) }
        #expect(failure.code == code)
        #expect(failure.message.contains("cannot divide by zero"))
    }

    @Test func `A column by the name of error is data in a table`() throws {
        #expect(try Self.values(",result,table,_value,error\n,,0,1,none\n") == [.double(1)])
    }

    @Test(
        "What is no table is garbage",
        arguments: [
            "<html>,</html>", "{\"code\":1}", "a,b\n1,2\n", ",result,table,_value\n,,0\n",
            ",result,table,_value\n,,0,\"x",
            ",result,table,_value\n,,0,\"x\"y\n",
        ])
    func garbage(text: String) throws {
        let failure = try #require(throws: MetricFailure.self) { try Self.values(text) }
        #expect(failure.code == .garbage)
    }
}
