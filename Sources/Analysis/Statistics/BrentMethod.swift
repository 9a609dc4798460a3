/// Brent's search for a root: inverse quadratic or linear interpolation where it is fast, halving where it is not.
///
/// The steps are those of R's `zeroin` (Brent, *Algorithms for Minimization Without Derivatives*, 1973, chapter 4), so
/// that a function with jumps gives the same answer here as there: where the search stops is then part of the result.
package struct BrentMethod: Sendable {
    /// Half the width of the interval that is good enough, in units of the argument.
    package var tolerance = 1e-4
    package var steps = 1001

    package init() {}

    private struct Point {
        var x: Double
        var y: Double
    }

    /// Where `function` changes its sign between `start` and `end`; what it finds is of no use where it does not.
    package func root<Failure: Error>(
        from start: Double, to end: Double, of function: (Double) throws(Failure) -> Double
    ) throws(Failure) -> Double {
        var older = Point(x: start, y: try function(start))
        var best = Point(x: end, y: try function(end))
        if older.y == 0 { return older.x }
        if best.y == 0 { return best.x }
        // The root lies between `best` and `opposite`.
        var opposite = older
        for _ in 0..<steps {
            let previousStep = best.x - older.x
            if opposite.y.magnitude < best.y.magnitude { (older, best, opposite) = (best, opposite, best) }
            let tolerance = 2 * Double.ulpOfOne * best.x.magnitude + tolerance / 2
            let half = (opposite.x - best.x) / 2
            if half.magnitude <= tolerance || best.y == 0 { return best.x }
            var step = half
            if previousStep.magnitude >= tolerance, older.y.magnitude > best.y.magnitude,
                let quicker = Self.interpolated(older, best, opposite, previousStep, tolerance)
            {
                step = quicker
            }
            if step.magnitude < tolerance { step = step > 0 ? tolerance : -tolerance }
            older = best
            best.x += step
            best.y = try function(best.x)
            if (best.y > 0 && opposite.y > 0) || (best.y < 0 && opposite.y < 0) { opposite = older }
        }
        return best.x
    }

    /// The step that interpolation proposes, if it stays well inside the interval and shrinks fast enough.
    private static func interpolated(
        _ older: Point, _ best: Point, _ opposite: Point, _ previousStep: Double, _ tolerance: Double
    ) -> Double? {
        let width = opposite.x - best.x
        var (numerator, denominator): (Double, Double)
        if older.x == opposite.x {
            let ratio = best.y / older.y
            (numerator, denominator) = (width * ratio, 1 - ratio)
        } else {
            let (q, r, s) = (older.y / opposite.y, best.y / opposite.y, best.y / older.y)
            numerator = s * (width * q * (q - r) - (best.x - older.x) * (r - 1))
            denominator = (q - 1) * (r - 1) * (s - 1)
        }
        if numerator > 0 { denominator = -denominator } else { numerator = -numerator }
        let isInside = numerator < 0.75 * width * denominator - (tolerance * denominator).magnitude / 2
        let isShrinking = numerator < (previousStep * denominator / 2).magnitude
        return isInside && isShrinking ? numerator / denominator : nil
    }
}
