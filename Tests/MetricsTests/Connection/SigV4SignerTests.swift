import Analysis
import HTTP
import Testing

@testable import Metrics

/// The cases that AWS publishes for Signature Version 4, with the signatures stated there.
///
/// The suite: https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
@Suite("AWS Signature Version 4")
struct SigV4SignerTests {
    /// One case of the suite; `X-Amz-Date` is added by the signer.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var method = "GET"
        var target = "/"
        var headers: [(String, String)] = []
        var body = ""
        var token: String?
        let signature: String

        var testDescription: String { name }

        var request: SigV4Signer.Request {
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return SigV4Signer.Request(
                method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "",
                headers: [.init("Host", "example.amazonaws.com")] + headers.map { .init($0.0, $0.1) },
                body: Array(body.utf8))
        }
    }

    private static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let plain = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    private static let form = [
        ("Content-Length", "13"),
        ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
    ]
    private static let longToken =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8Y"
        + "UuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE"
        + "8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2"
        + "ICCR/oLxBA=="

    static let cases = [
        Case(name: "get-vanilla", signature: plain),
        Case(
            name: "get-vanilla-with-session-token",
            token: "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
        Case(
            name: "get-vanilla-empty-query-key", target: "/?Param1=value1",
            signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
        Case(
            name: "get-vanilla-query-order-key-case", target: "/?Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Case(
            name: "get-vanilla-query-order-encoded", target: "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            signature: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
        Case(
            name: "get-vanilla-query-unreserved", target: "/?\(unreserved)=\(unreserved)",
            signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
        Case(
            name: "get-vanilla-utf8-query", target: "/?ሴ=bar",
            signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
        Case(
            name: "get-utf8", target: "/ሴ",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Case(
            name: "get-unreserved", target: "/\(unreserved)",
            signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
        Case(
            name: "get-space-normalized", target: "/example space/",
            signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
        Case(name: "get-slash-normalized", target: "//", signature: plain),
        Case(
            name: "get-slashes-normalized", target: "//example//",
            signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        Case(name: "get-slash-dot-slash-normalized", target: "/./", signature: plain),
        Case(
            name: "get-slash-pointless-dot-normalized", target: "/./example",
            signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
        Case(name: "get-relative-normalized", target: "/example/..", signature: plain),
        Case(name: "get-relative-relative-normalized", target: "/example1/example2/../..", signature: plain),
        Case(
            name: "get-header-key-duplicate",
            headers: [("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        Case(
            name: "get-header-value-order",
            headers: ["value4", "value1", "value3", "value2"].map { ("My-Header1", $0) },
            signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
        Case(
            name: "get-header-value-multiline", headers: [("My-Header1", "value1\n  value2\n     value3")],
            signature: "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"),
        Case(
            name: "get-header-value-trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Case(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Case(
            name: "post-vanilla-query", method: "POST", target: "/?Param1=value1",
            signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
        Case(
            name: "post-header-key-sort", method: "POST", headers: [("My-Header1", "value1")],
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
        Case(
            name: "post-header-value-case", method: "POST", headers: [("My-Header1", "VALUE1")],
            signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
        Case(
            name: "post-sts-header-before", method: "POST", token: longToken,
            signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
        Case(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: [("Content-Type", "application/x-www-form-urlencoded")] + form, body: "Param1=value1",
            signature: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"),
        Case(
            name: "post-x-www-form-urlencoded-parameters", method: "POST",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")] + form,
            body: "Param1=value1",
            signature: "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"),
    ]

    @Test("signs each case of the published suite as it is stated there", arguments: cases)
    func suite(published: Case) throws {
        let signer = SigV4Signer(
            keys: AWSKeys(
                id: "AKIDEXAMPLE", secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                token: published.token.map(Secret.init)),
            region: "us-east-1", service: "service")
        let time = try #require(Timestamp(rfc3339: "2015-08-30T12:36:00.999Z"))
        let headers = signer.headers(for: published.request, at: time)
        let named = Dictionary(headers.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(named["X-Amz-Date"] == "20150830T123600Z")
        #expect(named["X-Amz-Security-Token"] == published.token)
        let authorization = try #require(named["Authorization"])
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="))
        #expect(authorization.hasSuffix(", Signature=\(published.signature)"))
    }

    @Test func `signing what was signed before gives the same signature`() throws {
        let signer = SigV4Signer(
            keys: AWSKeys(id: "A", secret: Secret("B"), token: Secret("C")), region: "r", service: "s")
        var request = SigV4Signer.Request(method: "GET", path: "/", headers: [.init("Host", "h")])
        let time = Timestamp(milliseconds: 1_700_000_000_000)
        let first = signer.headers(for: request, at: time)
        request.headers += first.filter { $0.name != "Authorization" }
        #expect(signer.headers(for: request, at: time) == first)
    }

    @Test func `a query's escapes are undone before they are made, and a plus is a blank`() {
        let request = SigV4Signer.Request(
            method: "GET", path: "/a%20b", query: "q=a+b&q=a%2Bb&e&=x&z=%zz&a=1=2", headers: [])
        let canonical = SigV4Signer.canonical(request).split(separator: "\n", omittingEmptySubsequences: false)
        // An escape in the path is what the path is, for services that take it apart themselves.
        #expect(canonical[1] == "/a%2520b")
        #expect(canonical[2] == "=x&a=1%3D2&e=&q=a%20b&q=a%2Bb&z=%25zz")
    }

    @Test(
        "knows AWS' own hosts, and none that somebody else can have below AWS' domains",
        arguments: [
            ("aps-workspaces.eu-west-1.amazonaws.com", "aps", "eu-west-1"),
            ("monitoring.us-gov-east-1.amazonaws.com", "monitoring", "us-gov-east-1"),
            ("Monitoring-FIPS.us-east-2.amazonaws.com", "monitoring", "us-east-2"),
            ("monitoring.cn-north-1.amazonaws.com.cn", "monitoring", "cn-north-1"),
            ("monitoring.eu-central-1.api.aws", "monitoring", "eu-central-1"),
            ("sts.eu-west-1.amazonaws.com", "sts", "eu-west-1"),
            ("x1y2.execute-api.eu-west-1.amazonaws.com", nil, nil), ("bucket.s3.eu-west-1.amazonaws.com", nil, nil),
            ("monitoring.eu-west-1.amazonaws.com.example.com", nil, nil), ("monitoring.amazonaws.com", nil, nil),
            ("aps-workspaces.eu-west-1.evil-amazonaws.com", nil, nil), ("monitoring.eu.amazonaws.com", nil, nil),
        ] as [(String, String?, String?)])
    func hosts(host: String, service: String?, region: String?) {
        #expect(AWSHost(host)?.service == service)
        #expect(AWSHost(host)?.region == region)
    }
}
