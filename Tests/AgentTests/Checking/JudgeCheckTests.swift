import Agent
import Metrics
import Testing

@Suite("Check: what the judges of templates ask for")
struct JudgeCheckTests {
    private static let file = ".headgate/rollouts/rate.yaml"

    /// Knows all services.
    private static let providers = ProviderCheck { provider, interval in
        ProviderRegistry.problems(of: provider, interval: interval)
    } obstacle: { need, provider, interval in
        ProviderRegistry.obstacle(to: need, of: provider, interval: interval)
    }

    private static func said(_ metric: String, args: String = "[]", more: String = "") -> [String] {
        var bakery = CheckupTests.judged(by: metric, args: args)
        bakery.providers = providers
        bakery.files[file] = (bakery.files[file] ?? "").replacing("count: 3", with: "count: 30") + more
        return CheckupTests.said(bakery).map { $0.replacing("\(file):", with: "") }
    }

    private static let counts = "canary: {bad: c, total: d}, stable: {bad: a, total: b}"
    private static let prometheus = "    provider: {prometheus: {address: \"http://p:9090\"}}\n"

    static let judges: [(metric: String, findings: [String])] = [
        // What is right.
        (prometheus + "    judge: {sequential: {\(counts)}}", []),
        (prometheus + "    judge: {confident: {canary: {bad: a, total: b}, bar: 0.1}}", []),
        (prometheus + "    judge: {compare: {canary: a, stable: b}}", []),
        (prometheus + "    judge: {sequential: {canary: {buckets: a}, stable: {buckets: b}}}", []),
        ("    provider: {prometheus: {query: up}}\n    judge: {compare: {baseline: PREVIOUS}}", []),
        // Sources that know no past.
        (
            "    provider: {web: {url: \"https://a.example.com\"}}\n    judge: {sequential: {\(counts)}}",
            [
                "11:40: error: web knows only what is now, so that nothing can be counted over a time | take the judge "
                    + "out, and judge its value by conditions"
            ]
        ),
        (
            "    provider: {web: {url: \"https://a.example.com\"}}\n    judge: {compare: {baseline: PREVIOUS}}",
            [
                "11:22: error: web knows only what is now, so that nothing can be compared | take the judge out, and "
                    + "judge its value by conditions"
            ]
        ),
        (
            "    provider: {externalMetrics: {namespace: shop}}\n"
                + "    judge: {confident: {canary: {bad: {metric: a}, total: {metric: b}}, bar: 0.1}}",
            [
                "11:39: error: externalMetrics knows only what is now, so that nothing can be counted over a time | "
                    + "take the judge out, and judge its value by conditions"
            ]
        ),
        (
            "    provider: {loki: {address: \"https://l\"}}\n    judge:\n      sequential:\n"
                + "        canary: {buckets: 'sum(rate({a=\"b\"}[1m]))'}\n"
                + "        stable: {buckets: 'sum(rate({a=\"c\"}[1m]))'}",
            [
                "13:27: error: loki has no counters here, and buckets are counters | state good and total: the requests "
                    + "within the bound, and all of them"
            ]
        ),
        // Queries of judges.
        (
            prometheus + "    judge: {sequential: {canary: {bad: \"c{\", total: d}, stable: {bad: a, total: b}}}",
            ["11:40: error: the query has a { that is not closed | count the brackets"]
        ),
        (
            "    provider: {prometheus: {addres: \"http://p:9090\"}}\n    judge: {compare: {canary: a, stable: {query: \"b(\"}}}",
            [
                "10:37: error: unknown key \"addres\" | did you mean \"address\"?",
                "11:50: error: the query has a ( that is not closed | count the brackets",
            ]
        ),
        // Nothing to count, and nothing to compare with.
        (
            prometheus + "    judge: {sequential: {alpha: 0.01}}",
            ["11:25: error: sequential does not say what it counts | state canary: {bad: QUERY, total: QUERY}"]
        ),
        (
            prometheus + "    judge: {compare: {canary: a}}",
            [
                "11:22: error: stable is missing, so that the canary is compared with itself | state its query, or "
                    + "baseline: PREVIOUS to compare with the time before"
            ]
        ),
        (
            prometheus + "    judge: {compare: {canary: a, stable: a}}",
            [
                "11:42: error: stable is asked for the same as the canary, so that nothing ever fails | state the query with "
                    + "the labels of stable's pods"
            ]
        ),
        (
            prometheus + "    judge: {sequential: {canary: {bad: a, total: b}, stable: {bad: a, total: b}}}",
            [
                "11:62: error: stable is asked for the same as the canary, so that nothing ever fails | state the query with "
                    + "the labels of stable's pods"
            ]
        ),
    ]

    @Test("each judge is asked for what its source has", arguments: judges)
    func table(metric: String, findings: [String]) {
        #expect(Self.said(metric) == findings)
    }

    // MARK: Secrets and conditions

    private static let secret = "[{name: limit, valueFrom: {secretKeyRef: {name: s, key: k}}}]"
    private static let query = "    provider: {prometheus: {query: up}}"

    @Test func `a secret is compared with nothing, and stands in no query`() {
        let hint = "use the argument in the provider's headers or authentication, which its host alone sees"
        for name in ["successCondition", "failureCondition"] {
            let condition = "    \(name): \"result[0] >= {{args.limit}}\"\n" + Self.query
            let column = 5 + name.count + 2
            #expect(
                Self.said(condition, args: Self.secret) == [
                    "10:\(column): error: a secret may not stand in \(name) | \(hint)"
                ])
        }
        let limit = "    failureLimit: \"{{args.limit}}\"\n" + Self.query
        #expect(
            Self.said(limit, args: Self.secret) == ["10:19: error: a secret may not stand in failureLimit | \(hint)"])
        let asked =
            "    successCondition: result[0] > 1\n    provider: {prometheus: {query: \"up{a='{{args.limit}}'}\"}}"
        #expect(
            Self.said(asked, args: Self.secret) == [
                "11:36: error: a secret may not stand in a query | send it in a header"
            ])
        let header =
            "    successCondition: result[0] > 1\n"
            + "    provider: {prometheus: {query: up, headers: [{key: X-Key, value: \"{{args.limit}}\"}]}}"
        #expect(Self.said(header, args: Self.secret) == [])
    }

    @Test func `a condition is read with its arguments' values, and is true or false`() {
        let filled = "    successCondition: \"result[0] >= {{args.limit}}\"\n" + Self.query
        #expect(Self.said(filled, args: "[{name: limit, value: \"1\"}]") == [])
        let broken = Self.said(filled, args: "[{name: limit, value: \"(\"}]")
        #expect(broken.count == 1)
        #expect(broken.first?.hasPrefix("10:23: error: could not read \"result[0] >= (\"") == true, "\(broken)")
        let number = Self.said("    successCondition: len(result)\n" + Self.query)
        #expect(number.count == 1)
        #expect(number.first?.hasPrefix("10:23: error: successCondition: expected bool") == true, "\(number)")
    }

    // MARK: Templates that nobody names

    private static func alone(_ metric: String, args: String = "[{name: a}, {name: b}]") -> [String] {
        var bakery = Bakery().changing(
            file, "",
            to: """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: rate}
                spec:
                  args: \(args)
                  metrics:
                  - name: success
                    successCondition: result[0] > 1
                    \(metric)

                """)
        bakery.providers = providers
        return CheckupTests.said(bakery).map { $0.replacing("\(file):", with: "") }
    }

    @Test(
        "what is wrong with a template that no Rollout names is said, whatever its arguments will be",
        arguments: [
            ("provider: {prometheus: {addres: \"{{args.a}}\", query: up}}", ["unknown key \"addres\""]),
            ("provider: {prometheus: {query: \"up{a='{{args.a}}'\"}}", ["the query has a { that is not closed"]),
            ("provider: {web: {url: \"https://w\", headers: {a: b}}}", ["headers is not a list"]),
            ("provider: {datdog: {query: \"{{args.a}}\"}}", ["the provider datdog is not supported"]),
            (
                "count: 3\n    provider: {prometheus: {query: \"{{args.a}}\"}}",
                ["interval must be specified when count > 1"]
            ),
            // What depends on a value is left alone.
            ("provider: {prometheus: {address: \"{{args.a}}\", query: \"{{args.b}}\"}}", []),
            ("provider: {prometheus: {query: \"rate(up[{{args.a}}])\", timeout: \"{{args.b}}\"}}", []),
            ("provider: {web: {url: \"https://w\", method: \"{{args.a}}\", insecure: \"{{args.b}}\"}}", []),
            (
                "provider: {web: {url: \"https://w\", headers: [{key: Authorization, value: \"Bearer {{args.a}}\"}]}}",
                []
            ),
            (
                "provider: {wavefront: {address: w, query: 'ts(\"a.b\")', granularity: h, window: \"{{args.a}}\"}}", []
            ),
            ("interval: \"{{args.a}}\"\n    count: \"{{args.b}}\"\n    provider: {prometheus: {query: up}}", []),
        ] as [(String, [String])])
    func unnamed(metric: String, findings: [String]) {
        let said = Self.alone(metric)
        #expect(said.count == findings.count, "\(said)")
        for (line, finding) in zip(said, findings) { #expect(line.contains("error: " + finding), "\(line)") }
    }

    @Test func `a message has its field for a subject where it names none`() {
        let window = "provider: {wavefront: {address: w, query: 'ts(\"a.b\")', granularity: h, window: 1m}}"
        #expect(Self.alone(window).map { $0.contains("error: granularity is longer than the window") } == [true])
    }

    @Test func `a name that is nearly result is guessed`() {
        let said = Self.said("    successCondition: reslt > 1\n" + Self.query)
        #expect(said == ["10:23: error: successCondition: unknown name reslt | did you mean result?"])
        let arrow = Self.said("    successCondition: result[0] => 1\n" + Self.query)
        #expect(arrow.map { $0.hasSuffix(" | write >=") } == [true], "\(arrow)")
    }

    private static func flagger(_ provider: String, _ query: String) -> [String] {
        var bakery = Bakery().changing(
            file, "",
            to: """
                apiVersion: flagger.app/v1beta1
                kind: MetricTemplate
                metadata: {name: errors}
                spec:
                  provider: \(provider)
                  query: '\(query)'

                """)
        bakery.providers = providers
        return CheckupTests.said(bakery).map { $0.replacing("\(file):", with: "") }
    }

    @Test(
        "so it is with a MetricTemplate of Flagger",
        arguments: [
            ("{type: prometheus, address: \"http://p\"}", "rate(a{b=\"{{ variables.b }}\"}[{{ interval }}])", []),
            ("{type: prometheus, address: \"http://p\"}", "rate(a{b=\"{{ target }}\"[{{ interval }}])", ["6:10"]),
            ("{type: prometheus, address: \"p\"}", "up", ["5:41"]),
            (
                "{type: prometheus, address: \"http://p\", headers: {Authorization: [Bearer x]}}", "up",
                ["5:62"]
            ),
            ("{type: influxdb, address: \"http://i\", secretRef: {name: s}}", "from() |> range()", ["5:62"]),
        ] as [(String, String, [String])])
    func unnamedFlagger(provider: String, query: String, places: [String]) {
        let said = Self.flagger(provider, query)
        #expect(said.count == places.count, "\(said)")
        for (line, place) in zip(said, places) { #expect(line.hasPrefix(place + ": error: "), "\(line)") }
    }

    // MARK: Scores

    private static let compared = prometheus + "    judge: {compare: {canary: a, stable: b, groups: [time]}}"

    @Test(
        "a score that no canary could have is refused at its field",
        arguments: [
            ("{pass: 90, marginal: 75}", []),
            (
                "{pass: 70, marginal: 75}",
                ["12:31: error: marginal is above pass, 70 | below marginal a canary fails"]
            ),
            ("{pass: 120}", ["12:17: error: pass is a score from 0 to 100"]),
            (
                "{groupWeights: {time: 70, size: 50}}",
                [
                    "12:25: error: groupWeights sum up to more than 100 | groups without a weight share the rest of 100",
                    "12:42: error: no metric is in the group size, so that 50 of 100 are never reached | groups are time",
                ]
            ),
            (
                "{groupWeights: {tiem: 70}}",
                ["12:32: error: no metric is in the group tiem, so that 70 of 100 are never reached | groups are time"]
            ),
        ] as [(String, [String])])
    func scores(score: String, findings: [String]) {
        #expect(Self.said(Self.compared, more: "  score: \(score)\n") == findings)
    }

    @Test func `a score needs a metric that is compared`() {
        let metric = "    successCondition: result[0] > 1\n" + Self.query
        #expect(
            Self.said(metric, more: "  score: {pass: 90}\n") == [
                "12:10: warning: there is no metric to score: none has the compare judge | take the score out, or state "
                    + "judge: {compare: …} for what it is of"
            ])
    }
}
