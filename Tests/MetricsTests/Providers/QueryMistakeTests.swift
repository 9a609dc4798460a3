import Analysis
import Metrics
import Testing

/// A query that no service could answer as it is meant, and what a check says about it.
struct QueryMistake: Sendable, CustomTestStringConvertible {
    let kind: String
    let settings: String
    let field: String
    let message: String
    let hint: String

    init(_ kind: String, _ settings: String, _ field: String, _ message: String, _ hint: String) {
        (self.kind, self.settings, self.field, self.message, self.hint) = (kind, settings, field, message, hint)
    }

    var testDescription: String { "\(kind): \(message)" }
}

@Suite("Typical mistakes in queries")
struct QueryMistakeTests {
    @Test("are found before anything is asked, each at its field and with a hint", arguments: mistakes)
    func table(mistake: QueryMistake) throws {
        var provider = try StatedProvider(mistake.kind, "{\(mistake.settings)}")
        if mistake.kind == "job" { provider.interval = .zero }
        let problems = provider.problems
        #expect(problems.map(\.path) == ["provider.\(mistake.kind).\(mistake.field)"], "\(problems)")
        #expect(problems.map(\.message) == [mistake.message])
        #expect(problems.first?.hint?.contains(mistake.hint) == true, "\(problems)")
    }

    private static func query(
        _ kind: String, _ rest: String, _ query: String, _ message: String, _ hint: String
    ) -> QueryMistake {
        QueryMistake(kind, #"\#(rest),"query":"\#(query)""#, "query", message, hint)
    }

    /// With an address alone.
    private static func query(
        _ kind: String, _ query: String, _ message: String, _ hint: String
    ) -> QueryMistake {
        self.query(kind, #""address":"https://m.example.com""#, query, message, hint)
    }

    private static let open = "the query has a ( that is not closed"
    private static let account = #""accountId":1"#
    private static let flux = #""address":"https://i","org":"a""#
    private static let influxQL = #""address":"https://i","version":1,"database":"d""#
    private static let search = #""address":"https://e","index":"logs-*""#
    private static let project = #""project":"shop""#
    private static let duration = "query($duration: Duration!)"

    static let mistakes: [QueryMistake] = newRelic + dynatrace + elasticsearch + google + others + logs + stores

    static let newRelic = [
        query("newRelic", account, "SELECT count(*)", "the query has no FROM", "query builder"),
        query("newRelic", account, "FROM Transaction", "the query has no SELECT", "query builder"),
        query("newRelic", account, "SELECT count(*) FROM", "FROM has nothing behind it", "Transaction"),
        query("newRelic", account, "SELECT count(*) FROM WHERE a = 1", "FROM has nothing behind it", "Transaction"),
        query("newRelic", account, "FROM Transaction SELECT", "SELECT has nothing behind it", "count(*)"),
        query("newRelic", account, "SELECT FROM Transaction", "SELECT has nothing behind it", "count(*)"),
        query("newRelic", account, "SELECT 1 FROM A WHERE SINCE 5 minutes ago", "WHERE has nothing behind it", "out"),
        query("newRelic", account, "SELECT count(* FROM A", open, "count the brackets"),
        query("newRelic", account, "SELECT 1 FROM A WHERE a = 'b", "the query has a ' that is not closed", "close"),
        query(
            "newRelic", account + #","result":"number""#, "SELECT count(*) FROM A TIMESERIES",
            "TIMESERIES gives several rows, and one number is wanted", "leave TIMESERIES out"),
    ]

    static let dynatrace = [
        query("dynatrace", "builtin:service.errors:splitBy(", open, "count the brackets"),
        query(
            "dynatrace", "builtin:service.errors", "the query gives a number for each entity, and one is wanted",
            "builtin:service.errors:splitBy()"),
        query(
            "dynatrace", "metricSelector=a:splitBy()", "metricSelector= is part of a URL", "the metric selector alone"),
        query("dynatrace", "a:splitBy()&from=now-5m", "&from= is part of a URL", "the times are added"),
        query("dynatrace", "timeseries avg(a)", "the query is DQL", "metric selector"),
        query("dynatrace", "a:splitBy", ":splitBy has no parentheses", ":splitBy()"),
        query("dynatrace", "a:filter(eq(b,$c)):splitBy()", "$c is a variable of a dashboard", "{{args.name}}"),
    ]

    static let elasticsearch = [
        query("elasticsearch", search, "level:(error OR fatal", open, "count the brackets"),
        query(
            "elasticsearch", search, #"level:\"error"#, "the query has a \" that is not closed", "close the text"),
        query("elasticsearch", search, "level:error and shop", "and is a word to look for here", "write AND"),
        query("elasticsearch", search, "level : error", "is not in Lucene's syntax", "field:value"),
        QueryMistake(
            "elasticsearch", search + #","query":{"level":"error"}"#, "query",
            "level is no kind of query with what it looks for", "{term: {level: …}}"),
        QueryMistake(
            "elasticsearch", search + #","query":{"term":{"a":"b"},"match":{"c":"d"}}"#, "query",
            "has 2 queries: term, match", "bool"),
        QueryMistake(
            "elasticsearch", search + #","aggregations":{"avg":{"field":"took"}},"value":"/avg/value""#, "aggregations",
            "avg says no kind of aggregation", "{name: {avg: {field: duration}}}"),
        QueryMistake(
            "elasticsearch", search + #","aggregations":{"took":{"avg":{"field":"took"}}},"value":"/took""#, "value",
            "took is an aggregation, and no number of it", "/took/value"),
    ]

    static let google = [
        QueryMistake(
            "googleCloudMonitoring", project + #","filter":"metric.type = \"a""#, "filter",
            "the query has a \" that is not closed", "close the text"),
        QueryMistake(
            "googleCloudMonitoring", project + #","filter":"metric.type = 'a'""#, "filter",
            "texts stand in double quotes", "metric.type = \"…\""),
        QueryMistake(
            "googleCloudMonitoring", project + #","filter":"resource.type = \"k8s_pod\"""#, "filter",
            "the filter names no metric", "metric.type"),
        QueryMistake(
            "googleCloudMonitoring",
            project + #","filter":"metric.type = \"a\" AND interval.endTime > \"b\"""#, "filter",
            "the filter has a range of time", "leave it out"),
        QueryMistake(
            "googleCloudMonitoring",
            project + #","filter":"metric.type = \"a\"","#
                + #""aggregation":{"alignmentPeriod":"60s","perSeriesAligner":"ALIGN_AVG"}"#,
            "aggregation.perSeriesAligner", "\"ALIGN_AVG\" is no aligner", "ALIGN_RATE"),
        QueryMistake(
            "googleCloudMonitoring", project + #","mql":"fetch a | group_by [b, sum(c)""#, "mql",
            "the query has a [ that is not closed", "count the brackets"),
    ]

    static let others = [
        query("wavefront", "sum(ts(a)", open, "count the brackets"),
        query("wavefront", "requests.errors", "the query reads no series", #"ts("requests.errors")"#),
        query("wavefront", "sum(rate(requests.errors))", "the query reads no series", #"ts("requests.errors")"#),
        query(
            "wavefront", #"ts(a, env=\"${env}\")"#, "${env} is a variable of a dashboard", "write its value"),
        query("wavefront", "sum(ts())", "ts() names no metric", "write ts("),
        query("wavefront", "ts(a, env=${env})", "${env} is a variable of a dashboard", "write its value"),
        query("datadog", #""site":"datadoghq.eu""#, "sum:a{*", "the query has a { that is not closed", "count"),
        query("datadog", #""site":"datadoghq.eu""#, "sum:a{env:$env}", "$env is a variable of a dashboard", "value"),
        query(
            "datadog", #""site":"datadoghq.eu""#, #"sum:a{env=\"prod\"}"#, "the scope is written as in PromQL",
            "{service:shop}"),
        query("graphite", "target=sumSeries(a&from=-5min", open, "count the brackets"),
        query(
            "graphite", "target=sumSeries(a)&format=csv&from=-5min", "format=csv cannot be read", "leave format out"),
        query("graphite", "target=a.$env.b&from=-5min", "$env is a variable of a dashboard", "write its value"),
        query(
            "skywalking", "\(duration) { a(duration: $duration, id: $id) }",
            "the query uses $id, and nothing gives it a value", "only $duration"),
        query("skywalking", "\(duration) { a(duration: $duration ", open, "count the brackets"),
        QueryMistake(
            "externalMetrics", #""metric":"a","labelSelector":"{app=shop}""#, "labelSelector", "has a {", "app=shop"),
        QueryMistake(
            "externalMetrics", #""metric":"a","labelSelector":"app in (a,b""#, "labelSelector",
            "the selector has a ( that is not closed", "count the brackets"),
        QueryMistake(
            "externalMetrics", #""metric":"sum(a)""#, "metric", "\"sum(a)\" is a query", "labelSelector"),
        QueryMistake(
            "cloudWatch", #""metricDataQueries":[{"id":"rate","expression":"errors / total"}]"#,
            "metricDataQueries[0].expression", "errors is the id of no query", "ids are rate"),
        QueryMistake(
            "cloudWatch", #""metricDataQueries":[{"id":"rate","expression":"SUM(METRICS()"}]"#,
            "metricDataQueries[0].expression", open, "count the brackets"),
        QueryMistake(
            "cloudWatch", #""metricDataQueries":[{"id":"rate","expression":"SELECT AVG(a)","period":60}]"#,
            "metricDataQueries[0].expression", "the query of Metrics Insights has no FROM", "SCHEMA"),
    ]

    static let logs = [
        query("loki", "sum(rate(http_requests_total[5m]))", "the query selects no logs", "labels in braces"),
        query("loki", "sum(rate({app=shop}[5m]))", "the label app has a value without quotes", #"app="…""#),
        query("loki", #"sum(rate({app=\"a\"}[5m])"#, open, "count the brackets"),
        query(
            "loki", #"sum(rate({a!=\"b\"}[5m]))"#, "a selector needs a label with a value that is not empty", "{app="),
        query(
            "loki", #"sum(rate({a=\"b\"}[5m])) / sum(rate({a=~\".*\",c!~\"d\"}[5m]))"#,
            "a selector needs a label with a value that is not empty", "{app="),
        query("loki", #"sum(rate({a=\"b\"} | jsn [5m]))"#, "there is no parser jsn", "did you mean json?"),
        query("loki", #"sum(rate({a=\"b\"} | logfm | c > 5 [5m]))"#, "there is no parser logfm", "logfmt"),
        query("splunk", #""realm":"eu0""#, "data('a'.sum().publish()", open, "count the brackets"),
        query("splunk", #""realm":"eu0""#, "errors.sum().publish()", "the program reads no metric", "data('…')"),
        query(
            "splunk", #""realm":"eu0""#, "detect(when(data('a') > 1)).publish()",
            "the program is a detector, which gives no numbers", "publish the stream"),
    ]

    static let stores = [
        query("influxdb", flux, "from(bucket: ) |> range(start: -5m)", "from() names no bucket", "bucket:"),
        query("influxdb", flux, "from() |> range(start: -5m)", "from() names no bucket", "bucket:"),
        query("influxdb", flux, #"from(bucket: \"b\" |> range(start: -5m)"#, open, "count the brackets"),
        query(
            "influxdb", flux, #"from(bucket: \"b\") |> range(start: 2026-11-21T00:00:00Z)"#,
            "range() begins at the same time for every measurement", "range(start: -5m)"),
        query("influxdb", influxQL, "from(bucket: 1) |> range(start: -5m)", "the query is Flux", "version"),
        query("influxdb", influxQL, "SELECT 1 WHERE time > now()", "the query has no FROM", "SELECT mean"),
        query("prometheus", "rate(a_total)", "rate() is not given a range", "rate(…[5m])"),
        query("prometheus", "sum(a_total[5m])", "a range has many values, and no function makes one of them", "rate("),
        query("prometheus", "a_total[5m]", "a range has many values, and no function makes one of them", "rate("),
        query("prometheus", "a_total{code=500}", "a label has a value without quotes", #"code="500""#),
        query("prometheus", "a_total{code=~5..}", "a label has a value without quotes", #"code="500""#),
        QueryMistake("job", #""name":"Smoke_Test""#, "name", "\"Smoke_Test\" is no name of a Job", "small letters"),
    ]

    @Test(
        "what a service can read is left alone",
        arguments: [
            ("newRelic", #""accountId":1,"query":"FROM A SELECT * WHERE b LIKE '%(' -- it's\nLIMIT 5""#),
            (
                "newRelic",
                #""accountId":1,"query":"SELECT max(x) FROM (SELECT count(*) AS x FROM A FACET b) /* don't */""#
            ),
            ("dynatrace", #""address":"https://d","query":"a:filter(eq(\"b\",\"(~\"c\")):splitBy()""#),
            ("elasticsearch", #""address":"https://e","index":"a","query":"level:error AND took:[5 TO 9}""#),
            ("elasticsearch", #""address":"https://e","index":"a","query":{"bool":{"filter":[]}}"#),
            ("wavefront", #""address":"a.wavefront.com","query":"sum(ts(\"a\", env=\"b)\"))""#),
            ("datadog", #""query":"sum:a{env:prod} by {host}.as_count()""#),
            ("splunk", #""realm":"eu0","query":"A = data('a(').sum() # it's\nA.publish()""#),
            (
                "influxdb",
                #""address":"https://i","org":"a","query":"from(bucket:\"b\") // it's\n|> range(start: -5m)""#
            ),
            ("cloudWatch", #""metricDataQueries":[{"id":"e","expression":"SUM(SEARCH('{a,b} c', 'Sum', 60))"}]"#),
            ("prometheus", #""query":"max_over_time(sum by (a) (rate(b_total{c=~\"d\",e!=\"f\"}[5m]))[1h:5m])""#),
            ("prometheus", #""query":"histogram_quantile(0.9, sum(rate(b_bucket[5m] offset 1h)) by (le))""#),
            ("prometheus", #""flavor":"victoriametrics","query":"sum(rate(a_total))""#),
            ("loki", #""address":"https://l","query":"sum(rate({a=\"b\", c=~`d`} | json | e > 5 [1m]))""#),
            ("loki", #""address":"https://l","query":"sum(rate({a!=\"\", b!=\"{c!=}\"} |= `{d!=\"e\"}` [1m]))""#),
            (
                "loki",
                #""address":"https://l","query":"sum(sum_over_time({a=\"b\"} | json c=\"d\" | (e = 5 or f != 6) | "#
                    + #"unwrap duration(c) | __error__=\"\" [1m])) or vector(0)""#
            ),
            ("wavefront", #""address":"a.wavefront.com","query":"sum(up)""#),
            ("graphite", #""address":"https://g","query":"target=sumSeries(a)&format=json&from=-5min""#),
            (
                "influxdb",
                #""address":"https://i","org":"a","query":"array.from(rows: [{a: 1}]) |> range(start: -5m)""#
            ),
            (
                "skywalking",
                #""address":"https://s","query":"query($duration: D!) { a(n: \"$b(\", duration: $duration) }""#
            ),
        ])
    func right(kind: String, settings: String) throws {
        #expect(try StatedProvider(kind, "{\(settings)}").problems == [])
    }

    @Test(
        "a credential in a header comes from a Secret",
        arguments: [
            ("web", #""url":"https://w""#), ("prometheus", #""query":"up""#),
            ("loki", #""address":"https://l","query":"vector(1)""#),
            ("graphite", #""address":"https://g","query":"target=a&from=-5min""#),
        ])
    func headers(kind: String, settings: String) throws {
        func problems(_ name: String, _ value: String) throws -> [TemplateError] {
            try StatedProvider(kind, #"{\#(settings),"headers":[{"key":"\#(name)","value":"\#(value)"}]}"#).problems
        }
        let found = try problems("Authorization", "Bearer abc")
        #expect(found.map(\.path) == ["provider.\(kind).headers[0].value"])
        #expect(found.map(\.message) == ["a secret stands in the template itself"])
        #expect(found.first?.hint?.contains("secretKeyRef") == true)
        #expect(try problems("X-API-Key", "abc").count == 1)
        #expect(try problems("X-Scope", "abc") == [])
        #expect(try problems("Authorization", "Bearer \u{F8F0}name/key\u{F8F1}") == [])
    }

    @Test func `A secret stands in no query, whatever the service`() throws {
        let secret = TemplateArguments(["t": "\u{F8F0}name/key\u{F8F1}"])
        for (kind, field) in [("prometheus", "query"), ("newRelic", "query"), ("googleCloudMonitoring", "filter")] {
            let text = try secret.substituted(in: "{{args.t}}")
            let problems = ProviderRegistry.problems(
                of: .stated(kind: kind, settings: .map([.init(field, .string(text))])), interval: .seconds(60))
            let problem = try #require(problems.first { $0.message == "a secret may not stand in a query" })
            #expect(problem.path == "provider.\(kind).\(field)")
            #expect(problem.hint == "send it in a header")
        }
    }
}
