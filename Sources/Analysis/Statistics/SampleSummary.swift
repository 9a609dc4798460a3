/// What one side of a comparison looks like: all zero where it has no values.
///
/// Only finite values count, and each number here is finite, so that it can always be written as JSON.
package struct SampleSummary: Codable, Equatable, Sendable {
    package let count: Int
    package let minimum: Double
    package let maximum: Double
    package let mean: Double
    package let median: Double
    /// The standard deviation of a sample, with n - 1 below the sum; zero for a single value.
    package let deviation: Double

    package init(_ values: [Double]) {
        let sorted = values.filter(\.isFinite).sorted()
        count = sorted.count
        minimum = sorted.first ?? 0
        maximum = sorted.last ?? 0
        mean = sorted.isEmpty ? 0 : Self.mean(of: sorted)
        median = sorted.isEmpty ? 0 : Percentiles(sorted: sorted).value(at: 50)
        deviation =
            sorted.count < 2
            ? 0
            : min(
                .greatestFiniteMagnitude,
                (Self.squares(of: sorted, around: mean) / Double(sorted.count - 1)).squareRoot())
    }

    /// The mean, whose rounding errors a second pass removes; NaN where there are no values.
    package static func mean(of values: [Double]) -> Double {
        let count = Double(values.count)
        let sum = values.reduce(0, +)
        // Values near the largest number have a mean although they have no sum.
        let rough = sum.isFinite ? sum / count : values.reduce(0) { $0 + $1 / count }
        let correction = values.reduce(0) { $0 + ($1 - rough) } / count
        return correction.isFinite ? rough + correction : rough
    }

    /// The standard deviation of a whole population, with n below the sum; NaN where there are no values.
    package static func populationDeviation(of values: [Double]) -> Double {
        (squares(of: values, around: mean(of: values)) / Double(values.count)).squareRoot()
    }

    /// The sum of squared distances from the mean, corrected for the rounding of the mean itself.
    private static func squares(of values: [Double], around mean: Double) -> Double {
        var (squares, sum) = (0.0, 0.0)
        for value in values {
            squares += (value - mean) * (value - mean)
            sum += value - mean
        }
        let corrected = squares - sum * sum / Double(values.count)
        return corrected.isNaN ? squares : max(0, corrected)
    }
}
