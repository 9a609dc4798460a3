import Analysis
import Rollouts
import Testing

@Suite("Spans of time")
struct SpanTests {
    @Test(
        "numbers with units are read and written back in the shortest form",
        arguments: [
            ("30s", "30s", 30_000), ("10m", "10m", 600_000), ("90m", "1h30m", 5_400_000), ("1h30m", "1h30m", 5_400_000),
            ("600", "10m", 600_000), ("0", "0s", 0), ("0s", "0s", 0), ("250ms", "250ms", 250),
            ("1s500ms", "1500ms", 1500), ("30m1h", "1h30m", 5_400_000), ("24h", "24h", 86_400_000),
            ("315360000s", "87600h", 315_360_000_000),
        ] as [(String, String, Int64)])
    func reads(text: String, shortest: String, milliseconds: Int64) throws {
        let span = try #require(Span(text))
        #expect(span.duration.milliseconds == milliseconds)
        #expect(span.description == shortest)
        #expect(Span(shortest) == span)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", " ", "s", "-1", "-5s", "+5", "5 s", "5d", "5S", "1.5h", "5s ", "٣s", "315360001",
            "99999999999999999999s",
            "315360000h", "5s5", "ms", "1h-30m",
        ])
    func refuses(text: String) {
        #expect(Span(text) == nil)
    }

    @Test("the largest and smallest lengths can be printed")
    func extremes() {
        #expect(!Span(.seconds(Int64.max)).description.isEmpty)
        #expect(Span(.seconds(Int64.min)).description == "0s")
    }
}

@Suite("Image references")
struct ImageReferenceTests {
    @Test(
        "name, tag and digest are told apart",
        arguments: [
            ("checkout", "checkout", nil, nil, "latest"),
            ("checkout:v1", "checkout", "v1", nil, "v1"),
            ("ghcr.io/acme/checkout:v2.4.1", "ghcr.io/acme/checkout", "v2.4.1", nil, "v2.4.1"),
            ("localhost:5000/checkout", "localhost:5000/checkout", nil, nil, "latest"),
            ("localhost:5000/a/checkout:v1", "localhost:5000/a/checkout", "v1", nil, "v1"),
            ("a@sha256:0123456789abcdef", "a", nil, "sha256:0123456789abcdef", "@0123456789ab"),
            ("r:5000/a:v1@sha256:0123456789abcdef", "r:5000/a", "v1", "sha256:0123456789abcdef", "v1"),
        ] as [(String, String, String?, String?, String)])
    func parts(text: String, name: String, tag: String?, digest: String?, version: String) {
        let image = ImageReference(text)
        #expect(image.name == name)
        #expect(image.tag == tag)
        #expect(image.digest == digest)
        #expect(image.version == version)
        #expect(image.description == text)
    }
}

@Suite("Which references can be pulled")
struct WellFormedImageTests {
    @Test(
        "the distribution specification's grammar",
        arguments: [
            ("checkout", true), ("ghcr.io/acme/checkout:v2.4.1", true), ("localhost:5000/a/b-c__d:1", true),
            ("a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true),
            ("r:5000/a:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true),
            ("", false), ("a b", false), ("Acme/checkout", true), ("ghcr.io/Acme/checkout", false), ("a:", false),
            ("a:v 1", false), ("a@sha256:12", false), ("-a", false), ("a//b", false), ("a/", false), ("ü", false),
        ])
    func wellFormed(text: String, expected: Bool) {
        #expect(ImageReference(text).isWellFormed == expected)
    }
}

@Suite("Digests of releases")
struct ReleaseDigestTests {
    @Test(
        "no upgrade changes them",
        arguments: [
            (
                ["image.app": "ghcr.io/acme/checkout:v1"],
                "8f50a6c0cff40f9ff2037b86a5c5f4b9acad3edc3b6e4eb2ddf41d5a8b88d2ea"
            ),
            ([:], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (
                ["image.app": "a:1", "image.sidecar": "b:2", "value.spec.template.spec.x": "line\nbreak \"quoted\" é"],
                "8c33939bb301f445170156d1c5eb968f82762845a159070b01c4a44b1aad3497"
            ),
        ] as [([String: String], String)])
    func pinned(values: [String: String], digest: String) {
        #expect(Release(values: values).digest.hex == digest)
    }

    @Test("names and values cannot be mistaken for one another")
    func distinct() {
        let releases = [
            ["a": "b", "c": "d"], ["a": "b\"\n\"c\":\"d"], ["a\":\"b": "d"], ["a": "b"], ["a": ""], ["": "a"],
        ]
        #expect(Set(releases.map { Release(values: $0).digest }).count == releases.count)
    }

    @Test("what belongs to a Secret, encrypted or not, is not shown")
    func hidden() {
        let names = [
            "image.app", "value.ConfigMap/a:data.b", "value.Secret/a:stringData.b",
            "value.SealedSecret/a:spec.encryptedData.b",
            "value.ExternalSecret/a:spec.data.0.remoteRef.key", "value.spec.containers.[name=Secret/a].env",
        ]
        let release = Release(values: Dictionary(uniqueKeysWithValues: names.map { ($0, "x:1") }))
        #expect(
            release.shown.filter { $0.value == "x:1" }.map(\.name).sorted() == [names[0], names[1], names[5]].sorted())
        #expect(release.shown.count == names.count)
    }

    @Test("a release is called by its images' versions, else by its digest")
    func titles() {
        #expect(Release(values: ["image.b": "b:2", "image.a": "a:1", "value.x": "y"]).title == "1, 2")
        #expect(Release(values: ["value.x": "y"]).title == Release(values: ["value.x": "y"]).digest.short)
    }
}
