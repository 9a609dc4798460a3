import Agent
import Rollouts
import Testing

@Suite("Check: Promotions")
struct PromotionCheckTests {
    static let file = ".headgate/promotions/bread.yaml"

    /// The bakery in three places of one repository, with a Promotion through the first two.
    static func bakery(_ order: String = "[town/shop/bread, city/shop/bread]", _ lines: [String] = []) -> Bakery {
        var bakery = Bakery()
        let rollout = bakery.files.removeValue(forKey: Bakery.rollout)
        let manifests = bakery.files.filter { $0.key.hasPrefix("town/") }
        for place in ["town", "city", "village"] {
            bakery.files[rolloutFile(place)] = rollout
            for (name, text) in manifests { bakery.files[name.replacing("town/", with: "\(place)/")] = text }
        }
        bakery.files[".headgate/config.yaml"] = """
            environments: {town: {path: town}, city: {path: city}, village: {path: village}}
            metrics: {set: app-http}

            """
        bakery.files[file] = document("bread", order, lines)
        return bakery
    }

    static func rolloutFile(_ place: String) -> String { ".headgate/rollouts/\(place)/bread.yaml" }

    static func document(_ name: String, _ order: String, _ lines: [String] = []) -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: Promotion
        metadata: {name: \(name)}
        spec:
          order: \(order)
        \(lines.map { "  \($0)\n" }.joined())
        """
    }

    private static func findings(_ bakery: Bakery) -> [String] {
        bakery.checkup.findings.map { $0.line + ($0.diagnostic.hint.map { " | \($0)" } ?? "") }
    }

    @Test func `one that can be followed has no findings`() {
        let lines = ["soak: 1h", "gates: [{approval: {}}]", "delivery: pullRequest", "steer: {hold: later}"]
        #expect(Self.findings(Self.bakery(Self.whole, lines)) == [])
    }

    private static let whole = "[town/shop/bread, city/shop/bread, village/shop/bread]"

    @Test(
        "what is wrong in its own text is named by file, line and column, with what to do",
        arguments: [
            (
                "[town/shop/bread]", "",
                "5:10: error: spec.order: an order has two rollouts or more: where a release is proven, and where it "
                    + "goes then"
            ),
            (
                "[town/shop/bread, city]", "",
                "5:28: error: spec.order.1: \"city\" names no rollout; write environment/namespace/name, as status does"
            ),
            (
                "[town/shop/bread, city/shop/bred]", "",
                "5:28: error: there is no rollout \"city/shop/bred\" | did you mean city/shop/bread?"
            ),
            (
                "[town/shop/bread, moon/shop/bread]", "",
                "5:28: error: there is no environment \"moon\" | it has to be one of: city, town, village"
            ),
            (
                "[town/shop/bread, city/shop/bread, city/shop/bread]", "",
                "5:45: error: city/shop/bread stands in the order twice | a release comes to a rollout once"
            ),
            (
                "[town/shop/bread, city/shop/bread, town/shop/bread]", "",
                "5:28: error: from city/shop/bread a release would come back to town/shop/bread | take one of the steps "
                    + "out"
            ),
            (
                whole, "soak: soon",
                "6:9: error: spec.soak: \"soon\" is no duration; write numbers with units, such as 30s, 10m or 1h30m"
            ),
            (
                whole, "deliver: commit",
                "6:3: error: spec.deliver: unknown key \"deliver\" | did you mean \"delivery\"?"
            ),
            (
                whole, "gates: [{approval: {}, analysis: {templates: [{templateName: a}]}}]",
                "6:11: error: spec.gates.0: a gate has exactly one of analysis and approval | write {approval: {}} or "
                    + "{analysis: {templates: [...]}}"
            ),
            (
                whole, "gates: [{aproval: {}}]",
                "6:11: error: spec.gates.0: a gate has exactly one of analysis and approval | did you mean \"approval\"?"
            ),
            (
                whole, "gates: {approval: {}}",
                "6:10: error: spec.gates: expected a list, found a mapping | write a list, such as [{approval: {}}]"
            ),
            (
                "town/shop/bread -> city/shop/bread", "",
                "5:10: error: spec.order: expected a list, found the text \"town/shop/bread -> city/shop/bread\" | write "
                    + "a list, such as [staging/shop/checkout, production/shop/checkout]"
            ),
            (
                "[town/bread, city/bread]", "",
                "5:11: error: town/bread names no rollout: an order has whole names | write environment/namespace/name: "
                    + "town/shop/bread"
            ),
            (
                whole, "soak: 2d",
                "6:9: error: spec.soak: \"2d\" is no duration; write numbers with units, such as 30s, 10m or 1h30m | "
                    + "write 48h: there is no unit for days"
            ),
            (
                whole, "soak: 15",
                "6:9: warning: 15 has no unit and means 15 seconds | write 15s, or 15m where minutes are meant"
            ),
            (
                whole, "soak: 0",
                "6:9: warning: without a soak and without a gate a release goes on as soon as it is Stable | write how "
                    + "long it has to stay Stable, such as 30m, or 0s where that is meant"
            ),
            (
                whole, "delivery: {mode: pullRequest}",
                "6:13: error: spec.delivery: expected a text, found a mapping | write delivery: pullRequest or delivery: "
                    + "commit; a Promotion has no stages to name"
            ),
            (
                whole, "gates: [{approval: {by: ann}}]",
                "6:23: error: spec.gates.0.approval.by: unknown key \"by\" | nothing is expected here"
            ),
            (
                whole, "gates: [{approval: {}}, {approval: {}}]",
                "6:27: error: an approval is asked for twice | one key answers it"
            ),
            (
                whole, "gates: [{analysis: {templates: [{templateName: rate}]}}]",
                "6:22: error: there is no AnalysisTemplate \"rate\" | put it beside the Rollouts, in .headgate/rollouts"
            ),
        ])
    func text(order: String, line: String, finding: String) {
        let found = Self.findings(Self.bakery(order, line.isEmpty ? [] : [line]))
        #expect(found.contains("\(Self.file):\(finding)"), "\(found.joined(separator: "\n"))")
    }

    @Test func `one in another folder is said to be there, and the number of those that are read is shown`() {
        var bakery = Self.bakery()
        #expect(bakery.checkup.summary == "3 rollouts, 1 promotion, 0 errors, 0 warnings")
        let text = bakery.files.removeValue(forKey: Self.file)
        bakery.files[".headgate/promotion/bread.yaml"] = text
        #expect(
            Self.findings(bakery) == [
                ".headgate/promotion/bread.yaml:1:1: warning: nobody reads .headgate/promotion | did you mean "
                    + ".headgate/promotions?"
            ])
        bakery.files[".headgate/rollouts/promotion.yaml"] = bakery.files.removeValue(
            forKey: ".headgate/promotion/bread.yaml")
        #expect(
            Self.findings(bakery) == [
                ".headgate/rollouts/promotion.yaml:2:7: error: a document of kind Promotion is not read here | "
                    + "Promotions stand in .headgate/promotions: move it there"
            ])
    }

    @Test func `several Promotions bring no release back to where it began, nor two to one rollout`() {
        var bakery = Self.bakery("[town/shop/bread, city/shop/bread]")
        bakery.files[".headgate/promotions/back.yaml"] = Self.document("back", "[city/shop/bread, town/shop/bread]")
        #expect(
            Self.findings(bakery) == [
                ".headgate/promotions/back.yaml:5:28: error: from town/shop/bread a release would come back to "
                    + "city/shop/bread, by way of bread | take one of the steps out",
                "\(Self.file):5:28: error: from city/shop/bread a release would come back to town/shop/bread, by way of "
                    + "back | take one of the steps out",
            ])
        bakery.files[".headgate/promotions/back.yaml"] = Self.document("back", "[village/shop/bread, city/shop/bread]")
        #expect(
            Self.findings(bakery) == [
                ".headgate/promotions/back.yaml:5:31: error: releases come to city/shop/bread by bread too | let one "
                    + "Promotion bring them",
                "\(Self.file):5:28: error: releases come to city/shop/bread by back too | let one Promotion bring them",
            ])
        bakery.files[".headgate/promotions/back.yaml"] = Self.document("bread", "[city/shop/bread, town/shop/bread]")
        #expect(Self.findings(bakery).count == 2)
        #expect(Self.findings(bakery).allSatisfy { $0.contains("the Promotion bread is stated more than once") })
    }

    @Test func `the releases of neighbours have values of the same names`() {
        let place = "{images: {app: \"example.com/bread:v1\"}}"
        let values =
            "{images: {app: \"example.com/bread:v1\"}, values: [{path: \"metadata.labels.app\", value: bread}]}"
        let more = Self.bakery().changing(Self.rolloutFile("town"), place, to: values)
        #expect(
            Self.findings(more) == [
                "\(Self.file):5:28: warning: value.metadata.labels.app does not go on: town/shop/bread states it and "
                    + "city/shop/bread does not | state it in both, or in neither"
            ])
        let other = Self.bakery().changing(
            Self.rolloutFile("town"), place, to: "{values: [{path: \"metadata.labels.app\", value: bread}]}")
        #expect(
            Self.findings(other) == [
                "\(Self.file):5:28: error: town/shop/bread and city/shop/bread name no value that both have | "
                    + "town/shop/bread has value.metadata.labels.app; city/shop/bread has image.app"
            ])
    }

    @Test func `a place that both read from brings a release to both at once`() {
        var bakery = Self.bakery()
        bakery.files["images.yaml"] = "app: example.com/bread:v1\n"
        for place in ["town", "city"] {
            bakery = bakery.changing(
                Self.rolloutFile(place), "{app: \"example.com/bread:v1\"}", to: "{app: {file: images.yaml, path: app}}")
        }
        #expect(
            Self.findings(bakery) == [
                "\(Self.file):5:28: error: town/shop/bread and city/shop/bread both read image.app from images.yaml | "
                    + "give each a place of its own, or it comes to both at once"
            ])
    }

    @Test func `a gate's template is checked with what the gate gives it`() {
        var bakery = Self.bakery(
            Self.whole, ["gates:", "- analysis: {templates: [{templateName: rate}], args: [{name: town, value: x}]}"])
        bakery.files[".headgate/rollouts/rate.yaml"] = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: rate}
            spec:
              args: [{name: service}]
              metrics:
              - name: errors
                interval: 1m
                successCondition: result[0] < 1
                provider: {prometheus: {query: "errors{service=\\"{{args.service}}\\"}"}}

            """
        let found = Self.findings(bakery)
        #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("\(Self.file):7:") }, "\(found)")
        #expect(
            found.contains { $0.contains("warning: no template of this gate has an argument \"town\" | leave it out") })
    }
}
