package import Analysis
import Metrics
import Rollouts

/// Settings as a template would state them, written short.
enum ProviderSettings {
    /// What a check says about settings.
    static func problems(
        _ kind: String, _ settings: Value, interval: Duration = .seconds(60)
    ) -> [TemplateError] {
        ProviderRegistry.problems(of: .stated(kind: kind, settings: settings), interval: interval)
    }

    static func source(
        _ kind: String, _ settings: Value, interval: Duration = .seconds(60), over connection: MetricConnection
    ) throws(MetricFailure) -> any MetricSource {
        try ProviderRegistry.source(.stated(kind: kind, settings: settings), interval: interval, over: connection)
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int) { self = .int(number) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(dictionaryLiteral members: (String, Value)...) {
        self = .map(members.map { .init($0.0, $0.1) })
    }
    package init(arrayLiteral elements: Value...) { self = .array(elements, of: .any) }
}
