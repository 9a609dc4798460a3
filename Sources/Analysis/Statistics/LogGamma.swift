import Glibc

/// ln Γ(x) for positive x; infinite at zero, NaN below it.
///
/// Stirling's series from 10 up, below that by the recurrence Γ(x) = Γ(x + 1) / x; the error is below 1e-13, or 1e-15
/// of the value. The C library's `lgamma` writes the sign into a global variable, so threads would share it.
package func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? .infinity : .nan }
    guard x < .infinity else { return .infinity }
    var (argument, factor) = (x, 1.0)
    while argument < 10 {
        factor *= argument
        argument += 1
    }
    return stirling(argument) - log(factor)
}

/// (x - ½) ln x - x + ½ ln 2π + 1/12x - 1/360x³ + 1/1260x⁵ - 1/1680x⁷ + 1/1188x⁹.
private func stirling(_ x: Double) -> Double {
    let inverse = 1 / x
    let square = inverse * inverse
    let coefficients: [Double] = [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188]
    let correction = inverse * coefficients.reversed().reduce(0) { $0 * square + $1 }
    return (x - 0.5) * log(x) - x + log(2 * Double.pi) / 2 + correction
}
