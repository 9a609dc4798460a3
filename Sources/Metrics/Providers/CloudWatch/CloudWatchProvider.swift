internal import Analysis
internal import HTTP
internal import Rollouts

/// Amazon CloudWatch, with the fields that Argo Rollouts has for it, and beside them the region and Flagger's `query`.
///
/// The measurement is Argo's: the list of `MetricDataResults`, each with the values of a window, the newest first. With
/// `result: number` it is the number that Flagger takes.
struct CloudWatchProvider: ProviderKind {
    static let name = "cloudWatch"

    private let queries: [MetricDataQuery]
    private let window: Duration
    private let region: String?
    private let profile: String?
    private let roleArn: String?
    private let address: String?
    private let timeout: Duration
    private let skipsVerification: Bool
    private let takesNumber: Bool

    init(_ fields: inout ProviderFields, interval: Duration) {
        window = fields.span("interval", default: .seconds(300))
        queries = Self.queries(&fields, window)
        region = fields.text("region")
        profile = fields.text("profile")
        roleArn = fields.text("roleArn")
        address = fields.text("address") == nil ? nil : fields.address("address")
        timeout = fields.seconds("timeout", default: .seconds(30))
        skipsVerification = fields.flag("insecure")
        takesNumber = fields.word("result", of: ["list", "number"]) == "number"
        if let region, !AWSHost.isRegion(region) {
            fields.refuse("region", "\(region) is no region of AWS", hint: "write it like eu-west-1")
        } else if let region, let own = address.flatMap({ HTTPClient.Request.origin(of: $0) }),
            let host = AWSHost(own.host), host.region != region
        {
            fields.refuse("region", "the address is in \(host.region), not in \(region)", hint: "state one region")
        }
        if let roleArn, !MetricAccess.isRole(roleArn) {
            fields.refuse(
                "roleArn", "\(roleArn) is no role", hint: "write arn:aws:iam::123456789012:role/metrics")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let own = address.flatMap { HTTPClient.Request.origin(of: $0) }
        guard let region = region ?? own.flatMap({ AWSHost($0.host)?.region }) ?? connection.awsRegion else {
            throw MetricFailure(
                .configuration, "no AWS region is named for CloudWatch",
                hint: "state region in the template, aws.region in the deployment's metric access, or AWS_REGION")
        }
        var question = Question(.post, address ?? "https://monitoring.\(region).\(AWSHost.domain(of: region))")
        question.authentication = .aws(service: "monitoring", region: region, profile: profile, roleArn: roleArn)
        question.deadline = timeout
        question.skipsVerification = skipsVerification
        return CloudWatchSource(
            queries: queries, window: window, takesNumber: takesNumber, question: question, connection: connection)
    }

    // MARK: Queries

    private static func queries(_ fields: inout ProviderFields, _ window: Duration) -> [MetricDataQuery] {
        let text = fields.text("query")
        var queries = fields.each("metricDataQueries") { MetricDataQuery(&$0, window: window) }
        if let text {
            if !queries.isEmpty {
                fields.refuse("query", "stands beside metricDataQueries", hint: "state one of them")
            }
            queries = written(text, window, &fields)
        } else if queries.isEmpty {
            fields.refuse(
                "metricDataQueries", "metricDataQueries is missing",
                hint: "write at least one with id and metricStat or expression")
        }
        for (index, query) in queries.enumerated() where queries[..<index].contains(where: { $0.id == query.id }) {
            fields.refuse("metricDataQueries[\(index)].id", "\(query.id) is there already", hint: "every id is one")
        }
        let ids = Set(queries.map(\.id))
        for (index, query) in queries.enumerated() {
            guard let stranger = query.references.first(where: { !ids.contains($0) }) else { continue }
            fields.refuse(
                text == nil ? "metricDataQueries[\(index)].expression" : "query", "\(stranger) is the id of no query",
                hint: "ids are \(ids.sorted().joined(separator: ", "))")
        }
        if !queries.isEmpty, queries.allSatisfy({ !$0.returnsData }) {
            fields.refuse(
                "metricDataQueries", "no query returns its data", hint: "take returnData: false from one of them")
        }
        if queries.count > 500 {
            fields.refuse(
                "metricDataQueries", "CloudWatch answers at most 500 queries", hint: "let an expression SEARCH for them"
            )
        }
        return queries
    }

    /// Flagger's form: the queries as JSON with the names that the API has.
    private static func written(
        _ text: String, _ window: Duration, _ fields: inout ProviderFields
    ) -> [MetricDataQuery] {
        guard let json = try? JSON(parsing: Array(text.utf8)), let elements = json.array, !elements.isEmpty else {
            fields.refuse("query", "is no list of JSON", hint: "write the list of MetricDataQuery as the API has it")
            return []
        }
        return elements.map { element in
            let settings = Value.decapitalized(element)
            return fields.nested("query", in: settings) { MetricDataQuery(&$0, window: window) }
        }
    }
}

extension Value {
    /// JSON with the names of the API's members as templates write them: `MetricStat` is `metricStat`.
    fileprivate static func decapitalized(_ json: JSON) -> Value {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number: json.int.map(Value.int) ?? .double(json.double ?? .nan)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(decapitalized), of: .any)
        case .object(let members):
            .map(
                members.map { member in
                    Member(member.name.prefix(1).lowercased() + member.name.dropFirst(), decapitalized(member.value))
                })
        }
    }
}
