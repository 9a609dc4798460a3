import Rollouts
import Support
import Testing

@testable import Metrics

// The syntax is that of https://kubernetes.io/docs/reference/kubectl/jsonpath/.
@Suite("JSONPath")
struct JSONPathTests {
    private static let document = """
        {"kind":"List","count":3,"none":null,"a.b":{"c":7},"app.io/name":"x","empty":[],
        "list":[10,20,30,40],
        "items":[
         {"name":"one","ready":true,"load":0.5,"tags":{"zone":"eu"},"ports":[{"p":80},{"p":443}]},
         {"name":"two","ready":false,"load":2,"tags":{"zone":"us"},"ports":[],"extra":null},
         {"name":"it's","ready":true,"load":7,"tags":{"zone":"eu","k8s.io/x":"y"},"ports":[{"p":8080}]}]}
        """

    private static func values(_ path: String) throws -> String {
        let values = try JSONPath(parsing: path).values(in: try JSON(parsing: document))
        return values.map(\.text).joined(separator: " ")
    }

    @Test(
        "A path finds what Kubernetes' finds",
        arguments: [
            ("{$.kind}", #""List""#), ("{.kind}", #""List""#), ("{ .kind }", #""List""#), ("{@.kind}", #""List""#),
            ("{$.count}\n", "3"), ("{$['kind']}", #""List""#), (#"{$["kind"]}"#, #""List""#),
            ("{.items[0].name}", #""one""#), ("{.items[-1].load}", "7"), ("{.items[*].name}", #""one" "two" "it's""#),
            ("{.items[*].ports[*].p}", "80 443 8080"), ("{.items[0]['tags'].zone}", #""eu""#),
            ("{.items[0]['tags.zone']}", #""eu""#), ("{.items[0].tags.*}", #""eu""#),
            ("{.items[*]['name','load']}", #""one" "two" "it's" 0.5 2 7"#),
            ("{.list[1:3]}", "20 30"), ("{.list[:2]}", "10 20"), ("{.list[2:]}", "30 40"), ("{.list[-2:]}", "30 40"),
            ("{.list[:-1]}", "10 20 30"), ("{.list[::2]}", "10 30"), ("{.list[1::2]}", "20 40"),
            ("{.list[:]}", "10 20 30 40"),
            ("{.list[0,2]}", "10 30"), ("{.list[3, 0]}", "40 10"), ("{.list[2:2]}", ""), ("{.list[*]}", "10 20 30 40"),
            ("{.empty[*]}", ""), ("{.empty[0:0]}", ""), ("{.none}", "null"), ("{.none.deeper}", ""),
            (#"{.app\.io/name}"#, #""x""#), ("{['app.io/name']}", #""x""#), (#"{['app\.io/name']}"#, #""x""#),
            ("{['a.b'].c}", "7"), ("{.items[2].tags['k8s.io/x']}", #""y""#),
            ("{..zone}", #""eu" "us" "eu""#), ("{..p}", "80 443 8080"), ("{...p}", "80 443 8080"),
            ("{..ports[0].p}", nil),
            ("{.items..p}", "80 443 8080"),
            ("{.items[?(@.ready==true)].name}", #""one" "it's""#), ("{.items[?(@.load>=2)].name}", #""two" "it's""#),
            ("{.items[?(@.load < 2)].name}", #""one""#), ("{.items[?( @.load != 2.0 )].name}", #""one" "it's""#),
            (#"{.items[?(@.name=="two")].load}"#, "2"), ("{.items[?(@.name=='two')].load}", "2"),
            (#"{.items[?(@.name=='it\'s')].load}"#, "7"), (#"{.items[?(@.name=="it's")].load}"#, "7"),
            ("{.items[?(@.extra)].name}", #""two""#), ("{.items[?(@.tags.zone=='eu')].name}", #""one" "it's""#),
            (#"{.items[?(@.tags.k8s\.io/x=='y')].name}"#, #""it's""#), ("{.items[?(@.extra=='a')].name}", ""),
            ("{.items[?(@.ports[0].p>100)].name}", #""it's""#), ("{.items[?(@..p)].name}", #""one" "it's""#),
            ("{.items[?(@.ready==true)][?(@.load>1)].name}", nil), ("{.list[?(@>15)]}", "20 30 40"),
            ("{.items[?(@.name>'o')].name}", #""one" "two""#), ("{.items[?(@.load==@.load)].load}", "0.5 2 7"),
            ("{range .items[*]}{.name}{.load}{end}", #""one" 0.5 "two" 2 "it's" 7"#),
            ("{range .items[*]}{range .ports[*]}{.p}{end}{end}{.kind}", #"80 443 8080 "List""#),
            (#"{range .items[*]}{.name}{"\n"}{end}"#, #""one" "\n" "two" "\n" "it's" "\n""#),
            ("{range .empty[*]}{.name}{end}{.kind}", #""List""#), (#"{.kind}{"-"}{.count}"#, #""List" "-" 3"#),
            ("{.kind}, {.count}", #""List" ", " 3"#),
        ] as [(String, String?)])
    func finding(path: String, expected: String?) throws {
        guard let expected else {
            #expect(throws: JSONPathError.self) { try Self.values(path) }
            return
        }
        #expect(try Self.values(path) == expected)
    }

    @Test func `The whole document is found by the root`() throws {
        let document = try JSON(parsing: Self.document)
        for path in ["{$}", "{}", "{@}", "{ $ }"] {
            #expect(try JSONPath(parsing: path).values(in: document) == [document])
        }
        #expect(try JSONPath.root.values(in: document) == [document])
        #expect(try JSONPath.root.values(in: .null) == [.null])
    }

    @Test(
        "What a path does not find says what there is",
        arguments: [
            ("{.knd}", "knd is not found", "kind"), ("{.items[*].nam}", "nam is not found", "name"),
            ("{.items[9]}", "no element 9 in a list of 3", nil), ("{.items[-4]}", "no element -4", nil),
            ("{.list[2:9]}", "no elements 2..<9", nil), ("{.list[3:1]}", "no elements 3..<1", nil),
            ("{.kind[0]}", "a text is no list", nil), ("{.tags[*]}", "tags is not found", nil),
            ("{.kind[?(@.a)]}", "a text is no list", nil), ("{.kind.a}", "a is not found", nil),
            ("{.items[?(@.load=='2')]}", "a number cannot be compared with a text", "quotes"),
            ("{.items[?(@.ready>true)]}", "a boolean cannot be compared", nil),
            ("{.items[?(@.ports[*].p==80)]}", "compares one value with one, not 2", nil),
        ] as [(String, String, String?)])
    func missing(path: String, message: String, hint: String?) throws {
        let error = try #require(throws: JSONPathError.self) { try Self.values(path) }
        #expect(error.message.contains(message), "\(error.message)")
        if let hint { #expect(error.hint?.contains(hint) == true) }
        #expect(error.column == 0)
    }

    @Test(
        "What is no path says where",
        arguments: [
            ("$.kind", 1, "no braces", "{$.kind}"), (".a[0]", 1, "no braces", "{"), ("", 1, "no braces", "{"),
            ("rate {.a}", 1, "before the braces", "alone"), ("{kind}", 2, "not expected", "dot"),
            ("{.a", 1, "not closed", nil), ("{.a[0}", 4, "bracket is not closed", nil),
            ("{.a[}", 5, "neither an index", "['name']"),
            ("{.a[x]}", 5, "neither an index", "['name']"), ("{.a[1:2:0]}", 10, "a step of 0", nil),
            ("{.a[1:2:3:4]}", 12, "neither an index", nil), ("{.}", 3, "name of a field", nil),
            ("{.a....b}", 6, "too many dots", nil), ("{['a}", 3, "quoted text has no end", nil),
            ("{.a[?@.b]}", 6, "( was expected", nil),
            ("{.a[?(@.b==1]}", 13, ") was expected", nil), ("{.a[?(@.b==1)}", 4, "not closed", nil),
            ("{.a[?(@.b<>1)]}", 10, "<> is no comparison", "=="),
            ("{.a[?(@.b=~'x')]}", 10, "=~ is no comparison", nil),
            ("{.a[?(@.b==1 && @.c==2)]}", 14, "one comparison", "condition"),
            ("{.a[?(@.b==x)]}", 12, "\"x\" is neither", "quotes"), ("{.a[?($.b==1)]}", 7, "$ in a filter", "@"),
            ("{.a[?(", 7, "no end", nil),
            ("{end}", 1, "end without range", nil), ("{range .a[*]}{.b}", 18, "range has no end", "{end}"),
            ("{.a}}{.b", 6, "not closed", nil),
        ] as [(String, Int, String, String?)])
    func wrong(path: String, column: Int, message: String, hint: String?) throws {
        let error = try #require(throws: JSONPathError.self) { _ = try JSONPath(parsing: path) }
        #expect(error.message.contains(message), "\(error.message)")
        #expect(error.column == column, "\(error)")
        if let hint { #expect(error.hint?.contains(hint) == true, "\(error.hint ?? "")") }
    }

    @Test func `Depth and number of values are bounded`() throws {
        let deep = "{" + String(repeating: "[?(@", count: 50_000) + "}"
        #expect(throws: JSONPathError.self) { _ = try JSONPath(parsing: deep) }
        let nested = "{" + String(repeating: "[?(@", count: 100) + "}"
        #expect(throws: JSONPathError.self) { _ = try JSONPath(parsing: nested) }
        let ranges = String(repeating: "{range .a}", count: 100)
        #expect(throws: JSONPathError.self) { _ = try JSONPath(parsing: ranges) }
        var lists = JSON.array([1])
        for _ in 0..<12 { lists = .array([lists, lists]) }
        let error = #expect(throws: JSONPathError.self) {
            _ = try JSONPath(parsing: "{..[*]..[*]..[*]}").values(in: lists)
        }
        #expect(error?.message.contains("more than") == true)
    }

    @Test func `Any text is read without harm`() throws {
        var random = SplitMix64(seed: 11)
        let document = try JSON(parsing: Self.document)
        let pieces = [
            "{", "}", ".", "..", "[", "]", "*", "?(", ")", "@", "$", "'", "\"", "\\", "items", "name", "0", "-1", ":",
            ",",
            "==", "<", "range ", "end", " ", "true", "é", "\n",
        ]
        var found = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...12, using: &random)
            let text = "{" + (0..<count).map { _ in random.pick(pieces) }.joined() + "}"
            if let path = try? JSONPath(parsing: text), (try? path.values(in: document)) != nil { found += 1 }
        }
        #expect(found > 100)
    }
}
