import Analysis
import Support

extension SplitMix64 {
    /// A number from 0 to 1, the ends left out.
    mutating func unit() -> Double { (Double(next() >> 12) + 0.5) / 4_503_599_627_370_496 }

    mutating func gaussian() -> Double { NormalDistribution.quantile(unit()) }

    /// A sample of one value or more, with many ties or with none.
    mutating func sample(upTo size: Int) -> [Double] {
        let hasTies = oneIn(2)
        return (0..<Int.random(in: 1...size, using: &self)).map { _ in
            hasTies ? Double(Int.random(in: -3...3, using: &self)) : gaussian()
        }
    }

    /// A sample of what backends may send at their worst.
    mutating func hostileSample() -> [Double] {
        let worst: [Double] = [
            .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
            -0.0, 0, 1, 1e-300, -1e300, 42,
        ]
        return (0..<Int.random(in: 0...12, using: &self)).map { _ in pick(worst) }
    }
}
