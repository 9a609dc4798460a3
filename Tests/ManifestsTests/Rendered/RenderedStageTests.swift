import Manifests
import Rollouts
import Support
import Testing
import YAML

@Suite("Stages in values of charts")
struct RenderedStageTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        let what: String
        let file: String
        let bindings: String
        /// The file after each stage: start, 25 percent, promote.
        let stages: [[(String, String)]]
        var testDescription: String { what }
        var shop: Shop { ChartShop.shop([ChartShop.release: file], bindings: bindings) }
    }

    static let layouts = [
        Layout(
            what: "HelmRelease", file: ChartShop.helmRelease, bindings: ChartShop.bindings,
            stages: [
                [("tag: \"v0\"\n      replicas: 0", "tag: \"v2\"\n      replicas: 3")],
                [("weight: 0   # percent", "weight: 25   # percent")],
                [("tag: v1}  # the release", "tag: v2}  # the release")],
            ]),
        Layout(
            what: "Application with a text and parameters", file: ChartShop.application,
            bindings: ChartShop.applicationBindings,
            stages: [
                [("tag: 'v0'\n          replicas: 0", "tag: 'v2'\n          replicas: 3")],
                [("value: \"0\"", "value: \"25\""), ("value: \"100\"", "value: \"75\"")],
                [("tag: v1   # the release", "tag: v2   # the release")],
            ]),
    ]

    @Test(arguments: layouts)
    func `a stage writes its values and nothing else, and the way back every byte`(layout: Layout) throws {
        let shop = layout.shop
        let changes: [[Change]] = [
            [.canaryRelease(ChartShop.v2), .canaryCapacity(3)], [.weight(try present(Weight(25)))],
            [.stableRelease(ChartShop.v2)],
        ]
        let originals = try shop.bound().reading().originals
        var tree = shop.tree
        var text = layout.file
        for (change, expected) in zip(changes, layout.stages) {
            tree = try shop.rendering(change, on: tree)
            for (old, new) in expected {
                #expect(text.contains(old))
                text.replace(old, with: new)
            }
            #expect(tree.text(at: ChartShop.release) == text)
        }
        #expect(try shop.rendering([.restore(originals)], on: tree).text(at: ChartShop.release) == layout.file)
        let past = Renderer.Past(before: shop.tree, stage: tree) { _, _, _ in nil }
        #expect(
            try shop.rendering([.revert(originals)], on: tree, past: past).text(at: ChartShop.release) == layout.file)
        try checkSchema(tree)
    }

    /// What is written is still an Application to Argo CD.
    private func checkSchema(_ tree: Tree) throws {
        let name = "schemas/argocd-application.yaml"
        guard SharedFolder.has(name) else { return }
        let schema = try present(
            try ResourceSchema(of: "Application", version: "v1alpha1", in: try SharedFolder.bytes(name)))
        for document in try YAMLStream(parsing: tree.bytes(at: ChartShop.release) ?? [], file: "").documents
        where document.root["kind"]?.string == "Application" {
            #expect(schema.problems(of: JSON(document.root)) == [])
        }
    }

    @Test(arguments: layouts)
    func `a person's line is kept on the way back`(layout: Layout) throws {
        let shop = layout.shop
        let originals = try shop.bound().reading().originals
        let stage = try shop.rendering([.canaryRelease(ChartShop.v2), .canaryCapacity(3)], on: shop.tree)
        let edited = try present(stage.text(at: ChartShop.release)).replacing("replicas: 10", with: "replicas: 12")
        let now = stage.writing([ChartShop.release: Array(edited.utf8)])
        let past = Renderer.Past(before: shop.tree, stage: stage) { _, _, _ in nil }
        let back = try shop.rendering([.revert(originals)], on: now, past: past)
        #expect(back.text(at: ChartShop.release) == layout.file.replacing("replicas: 10", with: "replicas: 12"))
    }

    struct Text: Sendable, CustomTestStringConvertible {
        let what: String
        let values: String
        let after: String
        var testDescription: String { what }
    }

    /// How values are written as a text, and what a new tag makes of it.
    static let texts = [
        Text(what: "kept line end", values: "|\n    a: 1\n    tag: v1\n", after: "|\n    a: 1\n    tag: v2\n"),
        Text(what: "no line end", values: "|-\n    tag: v1 # x\n    a: 1\n", after: "|-\n    tag: v2 # x\n    a: 1\n"),
        Text(
            what: "all line ends", values: "|+\n    tag: 'v1'\n\n\n", after: "|+\n    tag: 'v2'\n\n\n"),
        Text(what: "in quotes", values: "'tag: v1'\n", after: "'tag: v2'\n"),
        Text(what: "in double quotes", values: "\"tag: v1\\na: 1\\n\"\n", after: "\"tag: v2\\na: 1\\n\"\n"),
        Text(what: "flow", values: "|\n    {tag: v1, a: [1]}\n", after: "|\n    {tag: v2, a: [1]}\n"),
    ]

    @Test(arguments: texts)
    func `a value inside a text is written without touching the rest of it`(text: Text) throws {
        func file(_ values: String) -> String {
            ChartShop.helmRelease + "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\n"
                + "metadata: {name: till, namespace: argocd}\nspec:\n  destination: {namespace: shop}\n"
                + "  values: " + values + "# The end.\n"
        }
        var shop = ChartShop.shop([ChartShop.release: file(text.values)])
        let rollout = try present(shop.files[shop.rolloutPath])
        shop.files[shop.rolloutPath] = rollout.replacing(
            "release.yaml, path", with: "release.yaml, kind: HelmRelease, path"
        )
        .replacing(
            "kind: HelmRelease, path: spec.values.stable.image.tag, format: tag",
            with: "kind: Application, path: \"spec.values:tag\", format: tag, image: ghcr.io/acme/checkout")
        let field = try present(try shop.bound().field(BindingName("stable.image.app")))
        #expect(field.place.address == "spec.values:tag" && field.text == "v1")
        let tree = try shop.rendering([.stableRelease(ChartShop.v2)], on: shop.tree)
        #expect(tree.text(at: ChartShop.release) == file(text.after))
    }

    @Test func `what is wrong inside a text is named by its line in the file`() throws {
        var shop = ChartShop.shop([ChartShop.release: ChartShop.application], bindings: ChartShop.applicationBindings)
        shop.files[shop.rolloutPath]?.replace("values:canary.tag", with: "values:canary.tags")
        #expect(
            try shop.problems().first
                == "apps/checkout/release.yaml:22:1: inside the text spec.source.helm.values: canary.tags is missing: canary"
                + " has no tags (did you mean tag?)")
        #expect(
            try ChartShop.shop([ChartShop.release: ChartShop.application], bindings: ChartShop.applicationBindings)
                .bound().field(BindingName("stable.image.app"))?.place.line == 19)
    }

    @Test func `an edit of any other value of the chart is seen, another rollout's is none`() throws {
        let shop = ChartShop.shop()
        let before = try shop.bound()
        var edited = shop
        edited.files[ChartShop.release]?.replace("level: info", with: "level: debug")
        edited.files[ChartShop.release]?.replace("weight: 0", with: "weight: 1")
        let edits = try edited.bound().reading(since: before).edits
        #expect(
            edits.first
                == FieldDifference(binding: .weight, place: "apps/checkout/release.yaml:20", expected: "0", found: "1"))
        #expect(edits.map(\.binding.text) == ["route.weight", "spec.values.level"])
        // A chart's values may be secret: nothing of them is shown, and another edit is told apart all the same.
        #expect(edits.last.map { $0.expected == nil && $0.found == nil && $0.hidden != nil } == true)
        var other = edited
        other.files[ChartShop.release]?.replace("level: debug", with: "level: trace")
        #expect(try other.bound().reading(since: before).edits.last?.hidden != edits.last?.hidden)
        edited = shop
        edited.files[ChartShop.release]?.replace("# The shop's till.", with: "# Till.")
        #expect(try edited.bound().reading(since: before).edits == [])
        var neighbour = shop
        neighbour.files[neighbour.rolloutPath]?.replace("spec.values.stable.replicas", with: "spec.values.level")
        neighbour.files[ChartShop.release]?.replace("level: info", with: "level: 7")
        let theirs = try neighbour.bound().fields
        edited.files[ChartShop.release]?.replace("level: info", with: "level: debug")
        #expect(try edited.bound().reading(since: before, others: theirs).edits == [])
    }
}
