internal import Analysis
internal import Rollouts

/// The JSON of `format=json`: series of pairs of value and second.
enum GraphiteAnswer {
    struct Series {
        /// Those with a value, in order.
        let points: [Analysis.Series.Point]
        /// How far the points are apart; nil of a single one.
        let step: Duration?
    }

    static func series(_ json: JSON) throws(MetricFailure) -> [Series] {
        guard let list = json.array else { throw garbage("is no list of series") }
        var series: [Series] = []
        for element in list {
            guard let pairs = element["datapoints"]?.array else { throw garbage("has a series without datapoints") }
            var times: [Timestamp] = []
            var points: [Analysis.Series.Point] = []
            for pair in pairs {
                guard let seconds = pair[1]?.double else { throw garbage("has a point without a time") }
                let time = Timestamp(seconds: seconds)
                times.append(time)
                let value = pair[0]?.double ?? pair[0]?.string.flatMap(Double.init)
                if let value, !value.isNaN { points.append(.init(time: time, value: value)) }
            }
            let step = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
            series.append(Series(points: points, step: step))
        }
        return series
    }

    private static func garbage(_ what: String) -> MetricFailure {
        MetricFailure(
            .garbage, "the answer \(what)", hint: "check the address; another service than Graphite may answer there")
    }
}
