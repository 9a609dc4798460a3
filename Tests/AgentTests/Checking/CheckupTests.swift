import Agent
import Rollouts
import Testing

@Suite("Check: what files alone tell")
struct CheckupTests {
    /// One thing that is wrong, and all that is said about it.
    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let file: String
        let old: String
        let new: String
        let findings: [String]
        var testDescription: String { name }

        init(_ name: String, _ file: String, _ old: String, _ new: String, _ findings: String...) {
            self.name = name
            self.file = file
            self.old = old
            self.new = new
            self.findings = findings
        }
    }

    static let rollout = Bakery.rollout
    /// The shipped metric sets that have counters.
    static let sets =
        "app-http, appmesh, contour, gloo, istio, knative, kuma, linkerd, nginx, osm, skipper, traefik"

    static let state = ".headgate/state/town/shop/bread.yaml"

    static func stateText(serial: Int) -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: RolloutState
        at: {serial: \(serial), action: adopt, stage: finish}
        phase: Stable
        release: {digest: "sha256:00", values: {image.app: "example.com/bread:v1"}, attempt: 1, since: 1}
        stage: {index: 6, count: 6, key: finish, kind: finish, weight: 0, max: 0, capacity: 0}
        plan: sha256:00
        restore: []
        rejected: []

        """
    }

    static let template = ".headgate/rollouts/rate.yaml"

    /// A template with one metric, and a Rollout beside it that asks for it at one step.
    static func judged(by metric: String, args: String = "[]", given: String = "[]") -> Bakery {
        let plan = """
            steps:
              - setWeight: 5
              - analysis: {templates: [{templateName: rate}], args: \(given)}
            """
        return Bakery().changing(rollout, "plan: standard", to: plan).changing(
            template, "",
            to: """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: rate}
                spec:
                  args: \(args)
                  metrics:
                  - name: success
                    count: 3
                    interval: 1m
                \(metric)

                """)
    }

    static let broken: [Broken] = [
        Broken(
            "no YAML", rollout, "spec:", "spec: [",
            ".headgate/rollouts/bread.yaml:7:3: error: did not find expected ',' or ']' while parsing a flow sequence"
                + " | it begins on line 4: look there for a missing bracket"),
        Broken(
            "an unknown key", rollout, "  plan: standard", "  plann: standard",
            ".headgate/rollouts/bread.yaml:8:3: error: spec.plann: unknown key \"plann\" | did you mean \"plan\"?"),
        Broken(
            "an unknown key deep down", rollout, "route: HTTPRoute", "rout: HTTPRoute",
            ".headgate/rollouts/bread.yaml:7:13: error: spec.traffic.rout: unknown key \"rout\" | did you mean "
                + "\"route\"?"),
        Broken(
            "a missing release", rollout, "release: {images: {app: \"example.com/bread:v1\"}}", "release: {}",
            ".headgate/rollouts/bread.yaml:6:12: error: the release states nothing | state an image by its "
                + "container: images: {app: …}"),
        Broken(
            "a number for a plan", rollout, "plan: standard", "plan: 5",
            ".headgate/rollouts/bread.yaml:8:9: error: spec.plan: expected a text, found the number 5 | write "
                + "it in quotes: \"5\""),
        Broken(
            "an unknown plan", rollout, "plan: standard", "plan: standart",
            ".headgate/rollouts/bread.yaml:8:9: error: there is no plan \"standart\" | known plans: demo, standard"),
        Broken(
            "plan and steps", rollout, "plan: standard", "plan: standard\n  steps: [{setWeight: 5}]",
            ".headgate/rollouts/bread.yaml:8:9: error: both a plan and steps are stated | keep one of the two"),
        Broken(
            "a weight above all", rollout, "plan: standard", "steps: [{setWeight: 120}]",
            ".headgate/rollouts/bread.yaml:8:23: error: spec.steps.0.setWeight: a weight is a whole number from "
                + "0 to 100, not 120"),
        Broken(
            "two things in one step", rollout, "plan: standard", "steps: [{setWeight: 5, pause: {}}]",
            ".headgate/rollouts/bread.yaml:8:11: error: spec.steps.0: a step has exactly one of setWeight, setCanaryScale, "
                + "pause and analysis"),
        Broken(
            "weights that go down", rollout, "plan: standard", "steps: [{setWeight: 50}, {setWeight: 25}]",
            ".headgate/rollouts/bread.yaml:8:10: warning: 25% comes after 50%: a plan's weights go up | put the "
                + "steps in order; a step of the same weight only adds conditions"),
        Broken(
            "an analysis that begins after the last weight", rollout, "plan: standard",
            "plan: standard\n  analysis: {startingStep: 6, metrics: "
                + "[{name: request-success-rate, thresholdRange: {min: 99}}], interval: 1m, threshold: 1}",
            ".headgate/rollouts/bread.yaml:9:28: warning: no step sets a weight from this one on: no weight is judged "
                + "| steps are counted from 0; leave startingStep out to judge from the first weight"),
        Broken(
            "an analysis of a step that nobody knows", rollout, "plan: standard",
            "analysis: none\n  steps: [{setWeight: 5}, {analysis: {templates: [{templateName: rate}]}}]",
            ".headgate/rollouts/bread.yaml:9:38: error: there is no AnalysisTemplate \"rate\" | put it beside the "
                + "Rollout, in .headgate/rollouts"),
        Broken(
            "no duration", rollout, "plan: standard", "plan: standard\n  applyDeadline: soon",
            ".headgate/rollouts/bread.yaml:9:18: error: spec.applyDeadline: \"soon\" is no duration; write "
                + "numbers with units, such as 30s, 10m or 1h30m"),
        Broken(
            "a deadline of nothing", rollout, "plan: standard", "plan: standard\n  applyDeadline: 0s",
            ".headgate/rollouts/bread.yaml:9:18: error: applyDeadline is over before anything can have happened "
                + "| leave it out for 10m"),
        Broken(
            "a kind that is not read", rollout, "kind: Rollout", "kind: Rolout",
            ".headgate/rollouts/bread.yaml:2:7: error: a document of kind Rolout is not read here | write kind: "
                + "Rollout, AnalysisTemplate, ClusterAnalysisTemplate or MetricTemplate"),
        Broken(
            "an unknown environment", rollout, "spec:", "spec:\n  environment: toun",
            ".headgate/rollouts/bread.yaml:5:16: error: there is no environment \"toun\" | state "
                + "spec.environment as one of: town"),
        Broken(
            "no such container", rollout, "{app: \"example.com/bread:v1\"}", "{ap: \"example.com/bread:v1\"}",
            ".headgate/rollouts/bread.yaml:6:26: error: Deployment/bread has no container ap | did you mean app?"),
        Broken(
            "a field path that matches nothing", rollout, "  traffic:",
            "  bindings: [{value: stable.image.app, file: town/stable.yaml, path: spec.template.spec.image}]\n  traffic:",
            ".headgate/rollouts/bread.yaml:7:14: error: spec.template.spec.image is missing: spec.template.spec "
                + "has no image | there is containers"),
        Broken(
            "a value that is not there", rollout, "release: {images: {app: \"example.com/bread:v1\"}}",
            "release: {values: [{path: \"spec.containers.[name=app].env.[name=A].value\", value: x}]}",
            ".headgate/rollouts/bread.yaml:6:21: error: Deployment/bread has no "
                + "spec.template.spec.containers.[name=app].env.[name=A] | write it into town/stable.yaml "
                + "first; a release changes what is there"),
        Broken(
            "no such route", rollout, "HTTPRoute/bread", "HTTPRoute/brad",
            ".headgate/rollouts/bread.yaml:7:20: error: there is no HTTPRoute/brad in namespace shop | did you "
                + "mean HTTPRoute/bread (town/route.yaml:1)?"),
        Broken(
            "a kind of route that nobody knows", rollout, "HTTPRoute/bread", "HTTProute/bread",
            ".headgate/rollouts/bread.yaml:7:20: error: no traffic provider knows the kind HTTProute | did you mean "
                + "HTTPRoute?"),
        Broken(
            "no such template", rollout, "plan: standard", "analysis: {templates: [{templateName: none}]}",
            ".headgate/rollouts/bread.yaml:8:13: error: there is no AnalysisTemplate \"none\" | put it beside "
                + "the Rollout, in .headgate/rollouts"),
        Broken(
            "no such metric set", ".headgate/config.yaml", "app-http", "app-htp",
            ".headgate/config.yaml:1:1: error: there is no metric set \"app-htp\" | known sets: " + sets),
        Broken(
            "a metric set that tells no sides apart", ".headgate/config.yaml", "app-http", "apisix",
            ".headgate/config.yaml:1:1: error: the metric set \"apisix\" has no counters to judge by | known sets: "
                + sets),
        Broken(
            "no metric set", ".headgate/config.yaml", "metrics: {set: app-http}", "",
            ".headgate/rollouts/bread.yaml:7:12: error: nothing says which metrics tell a good release from a "
                + "bad one | add `metrics: {set: NAME}` to .headgate/config.yaml with one of: \(sets); or "
                + "state spec.analysis"),
        Broken(
            "no such folder", ".headgate/config.yaml", "path: town", "path: towns",
            ".headgate/config.yaml:1:22: error: the environment town has no folder towns",
            ".headgate/rollouts/bread.yaml:6:3: error: there is no Deployment/bread in namespace shop | it has "
                + "to be a manifest that towns applies",
            ".headgate/rollouts/bread.yaml:6:3: error: there is no Deployment/bread-canary in namespace shop | "
                + "it has to be a manifest that towns applies"),
        Broken(
            "an unknown key of the configuration", ".headgate/config.yaml", "metrics", "metrix",
            ".headgate/config.yaml:2:1: error: metrix: unknown key \"metrix\" | did you mean \"metrics\"?"),
        Broken(
            "an applied path that contains .headgate", ".headgate/config.yaml", "{town: {path: town}}",
            "{town: {path: .}}",
            ".headgate/config.yaml:1:1: error: it is below the repository's root, which is applied | add the "
                + "line /.headgate to .sourceignore (Flux), or exclude .headgate in the Application (Argo CD)"),
        Broken(
            "a manifest that is missing", "town/canary.yaml", "", "",
            ".headgate/rollouts/bread.yaml:6:3: error: there is no Deployment/bread-canary in namespace shop | "
                + "it has to be a manifest that town applies"),
        Broken(
            "a manifest that is there twice", "town/again.yaml", "", Bakery.files["town/canary.yaml"] ?? "",
            ".headgate/rollouts/bread.yaml:6:3: error: Deployment/bread-canary is stated 2 times in namespace "
                + "shop | it has to be one of town/again.yaml:1, town/canary.yaml:1"),
        Broken(
            "a manifest that cannot be read", "town/stable.yaml", "spec:", "spec: {",
            ".headgate/rollouts/bread.yaml:6:3: error: there is no Deployment/bread in namespace shop | "
                + "town/stable.yaml:6:11: did not find expected ',' or '}' while parsing a flow mapping — so "
                + "its objects are not known",
            "town/stable.yaml:6:11: warning: did not find expected ',' or '}' while parsing a flow mapping"
                + " | it begins on line 4: look there for a missing bracket"),
        Broken(
            "weights that do not add up", "town/route.yaml", "weight: 0", "weight: 7",
            "town/route.yaml:7:5: error: the weights at spec.rules.0.backendRefs give the canary 7 of 107, "
                + "which is no whole percent | set the canary's weight to 0"),
        Broken(
            "weights that are no share", "town/route.yaml", "weight: 100", "weight: -1",
            "town/route.yaml:7:39: error: spec.rules.0.backendRefs.[name=bread].weight is no weight: -1 | a "
                + "whole number from 0 to 1000000"),
        Broken(
            "a route without the canary", "town/route.yaml", "    - {name: bread-canary, port: 80, weight: 0}\n", "",
            "town/route.yaml:7:5: error: spec.rules.0.backendRefs has no backend bread-canary | list both "
                + "Services of the pair, the canary's with weight 0"),
        Broken(
            "a selector that reaches both", "town/services.yaml", ", track: stable}", "}",
            "town/services.yaml:5:13: error: the selector of Service/bread also selects the pods of "
                + "Deployment/bread-canary | add track: stable to it"),
        Broken(
            "a value that is filled in elsewhere", "town/stable.yaml", "example.com/bread:v1", "${IMAGE}",
            "town/stable.yaml:12:16: error: \"${IMAGE}\" is filled in when it is applied, so it cannot be "
                + "written | write the value itself here"),
        Broken(
            "a pod that is never ready in time", "town/stable.yaml", "  replicas: 4",
            "  replicas: 4\n  minReadySeconds: 900",
            ".headgate/rollouts/bread.yaml:6:3: error: no pod of stable is available within 10m: "
                + "Deployment/bread asks for 15m first | minReadySeconds and the readiness probe's delay have "
                + "to fit into progressDeadline"),
        Broken(
            "a canary with something of its own", "town/canary.yaml", "      containers:",
            "      hostname: own\n      containers:",
            "town/canary.yaml:10:17: warning: spec.template.spec.hostname is only in the canary, and goes when "
                + "a release starts | write it into Deployment/bread, whose pod template the canary gets"),
        Broken(
            "a state without a serial", state, "", stateText(serial: 0),
            ".headgate/state/town/shop/bread.yaml:3:14: error: a serial is at least 1, not 0 | state is never "
                + "edited by hand; take the file back to what the agent last committed"),
        Broken(
            "a state with a key of somebody's own", state, "", stateText(serial: 3) + "note: mine\n",
            ".headgate/state/town/shop/bread.yaml:10:1: error: note: unknown key \"note\" | state is never "
                + "edited by hand; take the file back to what the agent last committed"),
        Broken(
            "a state that is no YAML", state, "", "at: [\n",
            ".headgate/state/town/shop/bread.yaml:2:1: error: did not find expected node content while parsing "
                + "a flow node | state is never edited by hand; take the file back to what the agent last committed"),
        Broken(
            "a file beside the states", ".headgate/state/readme.yaml", "", "a: b\n",
            ".headgate/state/readme.yaml:1:1: error: this is no state of a rollout | only the agent writes "
                + ".headgate/state; remove it"),
    ]

    @Test("each broken document is named with file, line, column and a hint", arguments: broken)
    func table(_ broken: Broken) {
        let bakery = Bakery().changing(broken.file, broken.old, to: broken.new)
        #expect(bakery.files[broken.file] != Bakery.files[broken.file], "the case changes nothing")
        #expect(Self.said(bakery) == broken.findings)
    }

    static let query = "    provider: {prometheus: {query: up}}"

    static let templates: [Broken] = [
        Broken(
            "a condition that is no expression", template, "", "    successCondition: result[0] >= \n" + query,
            ".headgate/rollouts/rate.yaml:10:35: error: successCondition: unexpected token EOF | conditions are "
                + "in Argo's expression language, such as result[0] >= 0.95"),
        Broken(
            "a name that nobody knows", template, "", "    successCondition: \"result[0] >= limit\"\n" + query,
            ".headgate/rollouts/rate.yaml:10:37: error: successCondition: unknown name limit | conditions are "
                + "in Argo's expression language, such as result[0] >= 0.95"),
        Broken(
            "no provider", template, "", "    successCondition: result[0] >= 1",
            ".headgate/rollouts/rate.yaml:7:5: error: no provider specified"),
        Broken(
            "a provider that is not read", template, "",
            "    successCondition: result >= 1\n    provider: {datadog: {query: up}}",
            ".headgate/rollouts/rate.yaml:11:15: error: nobody knows datadog | ask prometheus"),
        Broken(
            "an unknown key", template, "", "    succesCondition: result[0] > 1\n" + query,
            ".headgate/rollouts/rate.yaml:10:5: error: spec.metrics.0.succesCondition: unknown key "
                + "\"succesCondition\" | did you mean \"successCondition\"?"),
        Broken(
            "an argument that nobody gives", template, "", "    provider: {prometheus: {query: \"{{args.a}}\"}}",
            ".headgate/rollouts/rate.yaml:10:36: error: failed to resolve {{args.a}} | the template declares no args"),
        Broken(
            "limits that contradict each other", template, "", "    failureLimit: 5\n" + query,
            ".headgate/rollouts/rate.yaml:8:12: error: count (3) must be >= failureLimit + "
                + "consecutiveSuccessLimit (5 + 0) if both >= 0"),
    ]

    @Test("each broken template is named with the place inside its expression", arguments: templates)
    func templateTable(_ broken: Broken) {
        #expect(Self.said(Self.judged(by: broken.new)) == broken.findings)
    }

    @Test func `what a template says and probably does not mean is a warning`() {
        let found = Self.said(Self.judged(by: Self.query))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix(".headgate/rollouts/rate.yaml:7:5: warning: every value passes"), "\(found)")
        let always = "    successCondition: result[0] >= 1 || true\n" + Self.query
        let constant = Self.said(Self.judged(by: always))
        #expect(constant.count == 1)
        #expect(constant[0].hasPrefix(".headgate/rollouts/rate.yaml:10:"), "\(constant)")
    }

    @Test func `a template without arguments needs none, and one that declares them gets them`() {
        let condition = "    successCondition: result[0] >= 1\n"
        #expect(Self.said(Self.judged(by: condition + Self.query)) == [])
        let metric = condition + "    provider: {prometheus: {query: \"{{args.a}}\"}}"
        #expect(Self.said(Self.judged(by: metric, args: "[{name: a}]", given: "[{name: a, value: up}]")) == [])
        #expect(Self.said(Self.judged(by: metric, args: "[{name: a}]")).count == 1)
    }

    @Test func `a repository in which nothing is wrong has no findings`() {
        let checkup = Bakery().checkup
        #expect(checkup.findings.isEmpty)
        #expect(checkup.subjects.map { "\($0.rollout.id)" } == ["town/shop/bread"])
        #expect(checkup.summary == "1 rollout, 0 errors, 0 warnings")
    }

    @Test func `a folder without Rollouts says how to begin`() {
        #expect(
            Self.said(Bakery(files: [:])) == [
                ".headgate/rollouts:1:1: error: there is no Rollout here | run it in the root of the configuration "
                    + "repository; headgate init writes the first Rollouts"
            ])
    }

    @Test func `two Rollouts of one name are both named, and so are two that change the same field`() {
        let text = Bakery.files[Self.rollout] ?? ""
        let same = Bakery().changing(".headgate/rollouts/again.yaml", "", to: text)
        #expect(
            Self.said(same) == [
                ".headgate/rollouts/again.yaml:3:18: error: the Rollout town/shop/bread is stated more than "
                    + "once: .headgate/rollouts/again.yaml, .headgate/rollouts/bread.yaml | keep one of the "
                    + "documents",
                ".headgate/rollouts/bread.yaml:3:18: error: the Rollout town/shop/bread is stated more than "
                    + "once: .headgate/rollouts/again.yaml, .headgate/rollouts/bread.yaml | keep one of the "
                    + "documents",
            ])
        let other = text.replacing("name: bread,", with: "name: rolls,").replacing(
            "  plan:", with: "  workload: {stable: bread, canary: bread-canary}\n  plan:")
        let both = Bakery().changing(
            ".headgate/rollouts/rolls.yaml", "",
            to: other.replacing(
                "HTTPRoute/bread}", with: "HTTPRoute/bread, services: {stable: bread, canary: bread-canary}}"))
        #expect(
            Self.said(both) == [
                ".headgate/rollouts/rolls.yaml:3:18: error: town/shop/rolls and town/shop/bread both change "
                    + "spec.template.spec.containers.[name=app].image in town/stable.yaml:12 | one workload and "
                    + "one route belong to one Rollout"
            ])
    }

    @Test func `a file that a second environment applies too is refused, with the place where the value belongs`() {
        let shared = Bakery()
            .changing(".headgate/config.yaml", "{town: {path: town}}", to: "{town: {path: town}, port: {path: port}}")
            .changing(Self.rollout, "spec:", to: "spec:\n  environment: town")
            .changing("port/kustomization.yaml", "", to: "resources: [../town/stable.yaml]\n")
        #expect(
            Self.said(shared) == [
                "town/stable.yaml:5:1: error: stable.replicas is written in a file that port applies too | give "
                    + "each environment a file of its own",
                "town/stable.yaml:12:1: error: stable.image.app is written in a file that port applies too | "
                    + "give each environment a file of its own",
            ])
    }

    @Test func `a traffic provider of one's own is read from the repository, and what is wrong with it is said`() {
        let mesh = """
            apiVersion: headgate.dev/v1alpha1
            kind: TrafficProvider
            metadata: {name: mesh}
            spec:
              routes: [{group: mesh.example.com, kinds: [Split]}]
              backends: {path: spec.sides, name: service}
              weight: {path: share, minimum: 0, maximum: 100, default: 0, total: 100}

            """
        let split = """
            apiVersion: mesh.example.com/v1
            kind: Split
            metadata: {name: bread, namespace: shop}
            spec:
              sides: [{service: bread, share: 100}, {service: bread-canary, share: 0}]

            """
        let provider = ".headgate/policies/traffic/mesh.yaml"
        let town = Bakery().changing(provider, "", to: mesh).changing("town/route.yaml", "", to: split)
            .changing(Self.rollout, "HTTPRoute/bread", to: "Split/bread")
        #expect(Self.said(town) == [])
        #expect(
            Self.said(town.without(provider)).first?.hasPrefix(
                ".headgate/rollouts/bread.yaml:7:20: error: no traffic provider knows the kind Split | there is ")
                == true)
        #expect(
            Self.said(town.changing(provider, "path: spec.sides", to: "paht: spec.sides")).first?.hasPrefix(
                "\(provider):6:14: error: ") == true)
        #expect(
            Self.said(town.changing(provider, "path: spec.sides, ", to: "")).first?.contains(
                "backends need a path or items, and not both") == true)
        #expect(
            Self.said(town.changing(provider, "name: service", to: "name: []")).first?.contains(
                "backends.name is empty") == true)
    }

    @Test func `subsets of one Service need counters that know the workloads, or an analysis`() {
        let subsets = Bakery().changing(
            "town/route.yaml", "",
            to: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: bread, namespace: shop}
                spec:
                  hosts: [bread]
                  http:
                  - route:
                    - {destination: {host: bread, subset: old}, weight: 100}
                    - {destination: {host: bread, subset: new}, weight: 0}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: bread, namespace: shop}
                spec:
                  host: bread
                  subsets: [{name: old, labels: {track: stable}}, {name: new, labels: {track: canary}}]

                """
        ).changing("town/services.yaml", ", track: stable}", to: "}")
            .changing(
                Self.rollout, "HTTPRoute/bread", to: "VirtualService/bread, subsets: {stable: old, canary: new}")
        #expect(
            Self.said(subsets) == [
                ".headgate/rollouts/bread.yaml:7:51: error: the metric set app-http tells the sides apart by Services, and "
                    + "both subsets are behind Service/bread | state spec.analysis: templates that ask for each side, or "
                    + "none"
            ])
        // Istio's own counters know the workloads.
        #expect(Self.said(subsets.changing(".headgate/config.yaml", "metrics: {set: app-http}", to: "")) == [])
        #expect(Self.said(subsets.changing(Self.rollout, "plan: standard", to: "analysis: none")) == [])
    }

    @Test func `Knative Services need counters that know revisions, a route, and no counts of pods`() {
        func service(_ name: String) -> String {
            """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: \(name), namespace: shop}
            spec: {template: {spec: {containers: [{name: app, image: "example.com/bread:v1"}]}}}

            """
        }
        let knative = Bakery().changing("town/stable.yaml", "", to: service("bread"))
            .changing("town/canary.yaml", "", to: service("bread-canary")).without("town/services.yaml")
            .changing(
                "town/route.yaml", "",
                to: """
                    apiVersion: serving.knative.dev/v1
                    kind: Route
                    metadata: {name: bread, namespace: shop}
                    spec: {traffic: [{configurationName: bread, percent: 100}, {configurationName: bread-canary}]}

                    """
            ).changing(Self.rollout, "HTTPRoute/bread}", to: "Route/bread}\n  workload: {kind: Service}")
        #expect(
            Self.said(knative) == [
                ".headgate/rollouts/bread.yaml:7:20: error: the metric set app-http tells the sides apart by Services, and "
                    + "this route has none | state spec.analysis: templates that ask for each side, or none"
            ])
        #expect(Self.said(knative.changing(".headgate/config.yaml", "metrics: {set: app-http}", to: "")) == [])
        let judged = knative.changing(Self.rollout, "plan: standard", to: "analysis: none")
        #expect(Self.said(judged) == [])
        #expect(
            Self.said(judged.changing(Self.rollout, "  traffic: {route: Route/bread}\n", to: "")).first?.contains(
                "a Service of Knative has no count of pods that could split the traffic") == true)
        let scaled = judged.changing(
            Self.rollout, "analysis: none",
            to: "analysis: none\n  steps: [{setCanaryScale: {replicas: 3}}, {setWeight: 5}]")
        #expect(Self.said(scaled).first?.contains("Service/bread-canary has no count of pods") == true)
    }

    @Test func `all that is wrong with a provider of one's own is said, each at its field`() {
        let provider = ".headgate/policies/traffic/mesh.yaml"
        let text = """
            apiVersion: headgate.dev/v1alpha1
            kind: TrafficProvider
            metadata: {name: mesh}
            spec:
              routes: [{group: mesh.example.com, kinds: [Split]}]
              backends: {path: spec..sides, name: service}
              weight: {path: share, minimum: 200, maximum: 100, default: 0}

            """
        #expect(
            Self.said(Bakery().changing(provider, "", to: text)) == [
                "\(provider):6:20: error: \"spec..sides\" is no field path | write names with dots between: "
                    + "spec.rules.*.backends",
                "\(provider):7:34: error: the minimum 200 is above the maximum 100 | write 0",
            ])
    }

    @Test(arguments: [
        ("interval: 0s", "9:15: error: an interval is longer than nothing"),
        ("minimumIntervals: -3", "9:23: error: nothing is judged in -3 intervals"),
        ("plannedIntervals: 2", "9:23: error: 2 intervals are fewer than the 5 before a pass"),
        ("maximumRate: 0", "9:18: error: 0 is no rate between 0 and 1"),
        ("maximumRate: 1", "9:18: error: 1 is no rate between 0 and 1"),
    ])
    func `a plan by which nothing is judged is refused, and does not leave its shipped namesake`(
        line: String, message: String
    ) {
        let file = ".headgate/policies/plans/standard.yaml"
        let plan = """
            apiVersion: headgate.dev/v1alpha1
            kind: Plan
            metadata: {name: standard}
            spec:
              steps:
              - setWeight: 5
              - pause: {duration: 10m}
              analysis:
                \(line)

            """
        let said = Self.said(Bakery().changing(file, "", to: plan))
        #expect(said.contains { $0.hasPrefix("\(file):\(message)") }, "\(said)")
        #expect(said.contains { $0.contains("there is no plan \"standard\"") }, "\(said)")
    }

    @Test(arguments: [
        ("[]", "a set without metrics"), ("[{name: e, total: t}]", "states neither bad nor good"),
        ("[{name: e, total: t, bad: b, good: g}]", "states bad and good"),
        ("[{name: e, total: t, bad: b}, {name: e, total: t, bad: b}]", "there are two metrics e"),
        ("[{name: e, total: t, bad: b, maximumRate: 5}]", "5 is no rate between 0 and 1"),
        (
            "[], queries: [{name: request-duration, unit: milliseconds, query: \"up{{ nam }}\"}]",
            "the function \"nam\" does not exist, in line 1, column 6 of the query"
        ),
        (
            "[], queries: [{name: request-duration, unit: milliseconds, query: a}, "
                + "{name: request-duration, unit: milliseconds, query: b}]", "there are two queries request-duration"
        ), ("[], queries: [{name: request-rate, unit: percent, query: a}]", "\"request-rate\" is not known here"),
    ])
    func `a set of metrics by which everything would pass is refused`(metrics: String, message: String) {
        let set = """
            apiVersion: headgate.dev/v1alpha1
            kind: MetricSet
            metadata: {name: app-http}
            spec: {metrics: \(metrics)}

            """
        let said = Self.said(Bakery().changing(".headgate/policies/metrics/own.yaml", "", to: set))
        #expect(
            said.contains { $0.hasPrefix(".headgate/policies/metrics/own.yaml:4:") && $0.contains(message) }, "\(said)")
        #expect(said.contains { $0.contains("there is no metric set \"app-http\"") }, "\(said)")
    }

    @Test func `what could never be pulled, never reach back and never be at rest is refused`() {
        for image in ["\"\"", "\"example.com/bread:\"", "\"example.com/Bread:v1\""] {
            let said = Self.said(Bakery().changing(Self.rollout, "\"example.com/bread:v1\"", to: image))
            #expect(said.first?.contains("is no image that could be pulled") == true, "\(said)")
            #expect(said.first?.hasPrefix("\(Self.rollout):6:27: error: ") == true, "\(said)")
        }
        let negative = Bakery().changing(Self.rollout, "  plan: standard", to: "  plan: standard\n  fastReturn: -1")
        #expect(Self.said(negative).first?.contains("fastReturn is a number of releases, not -1") == true)
        let served = Bakery().changing("town/route.yaml", "weight: 100", to: "weight: 90")
            .changing("town/route.yaml", "weight: 0", to: "weight: 10")
        let said = Self.said(served)
        #expect(said.count == 1 && said[0].contains("the canary has 10 of 100 of the traffic"), "\(said)")
        #expect(said.first?.hasPrefix("town/route.yaml:7:") == true, "\(said)")
    }

    @Test(arguments: [
        ("onFailure: rolback", "\"rolback\" is not known here | did you mean \"rollback\"?"),
        ("mode: quiet", "\"quiet\" is not known here | known: live, shadow"),
    ])
    func `a word that means nothing is answered with those that do`(line: String, message: String) {
        let said = Self.said(Bakery().changing(Self.rollout, "  plan: standard", to: "  plan: standard\n  \(line)"))
        #expect(said.first?.hasSuffix(message) == true, "\(said)")
    }

    @Test func `a store may have a delay without an address`() {
        let config = ".headgate/config.yaml"
        let delayed = Bakery().changing(
            config, "metrics: {set: app-http}", to: "metrics: {set: app-http, prometheus: {delay: 2s}}")
        #expect(Self.said(delayed) == [])
    }

    static func said(_ bakery: Bakery) -> [String] {
        bakery.checkup.findings.map { $0.line + ($0.diagnostic.hint.map { " | " + $0 } ?? "") }
    }

    private static let mesh = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: bread, namespace: shop}
        spec:
          hosts: [bread]
          http:
          - route:
            - {destination: {host: bread}, weight: 90}
            - {destination: {host: bread-canary}, weight: 0}
            - {destination: {host: legacy}, weight: 10}

        """

    @Test func `a plan has weights only that the route can be given exactly`() {
        let town = Bakery().changing(Bakery.rollout, "HTTPRoute/bread", to: "VirtualService/bread")
            .changing("town/route.yaml", "", to: Self.mesh)
        func said(_ town: Bakery) -> [String] {
            town.checkup.findings.map { $0.line + ($0.diagnostic.hint.map { " | \($0)" } ?? "") }
        }
        let hint =
            " | 10%, 20%, 30%, 40%, 50%, 60%, 70%, 80%, 90% can be given there; state such weights, or let the other"
            + " backends there leave the pair a multiple of 20"
        #expect(
            said(town) == [
                ".headgate/rollouts/bread.yaml:8:9: error: 25% cannot be given exactly at spec.http.0.route"
                    + " (town/route.yaml:8)" + hint,
                ".headgate/rollouts/bread.yaml:8:9: error: 5% cannot be given exactly at spec.http.0.route"
                    + " (town/route.yaml:8)" + hint,
            ])
        let steps = town.changing(
            Bakery.rollout, "  plan: standard",
            to: "  steps: [{setWeight: 10}, {pause: {duration: 1h}}, {setWeight: 45}, {pause: {duration: 1h}}]")
        #expect(said(steps).count == 1)
        #expect(said(steps).first?.contains("bread.yaml:8:65: error: 45% cannot be given exactly at") == true)
        let fifth = town.changing("town/route.yaml", "weight: 90", to: "weight: 80")
            .changing("town/route.yaml", "weight: 10", to: "weight: 20")
        #expect(said(fifth) == [])
    }
}
