import Analysis
import Glibc
import Testing

@Suite("Brent's method")
struct BrentMethodTests {
    /// `scipy.optimize.brentq` to 1e-14.
    @Test("roots of smooth functions are found to the tolerance and beyond")
    func smooth() {
        let method = BrentMethod()
        #expect(abs(method.root(from: 0, to: 1) { cos($0) - $0 } - 0.739_085_133_215_161_2) < 1e-4)
        #expect(abs(method.root(from: 2, to: 3) { $0 * $0 * $0 - 2 * $0 - 5 } - 2.094_551_481_542_327) < 1e-4)
        var fine = BrentMethod()
        fine.tolerance = 1e-12
        #expect(abs(fine.root(from: 0, to: 1) { cos($0) - $0 } - 0.739_085_133_215_161_2) < 1e-12)
        #expect(abs(fine.root(from: 3, to: 2) { $0 * $0 * $0 - 2 * $0 - 5 } - 2.094_551_481_542_327) < 1e-12)
    }

    @Test("a jump is found, too")
    func jump() {
        let found = BrentMethod().root(from: -10, to: 17) { $0 < 0.3 ? 1.0 : -2 }
        #expect(abs(found - 0.3) <= 1e-4)
    }

    @Test("a root at an end is taken as it is")
    func ends() {
        #expect(BrentMethod().root(from: 2, to: 5) { $0 - 2 } == 2)
        #expect(BrentMethod().root(from: 2, to: 5) { $0 - 5 } == 5)
    }

    @Test("without a change of sign, or with what is no number, it ends all the same")
    func ending() {
        var calls = 0
        _ = BrentMethod().root(from: 0, to: 1) { _ in
            calls += 1
            return .nan
        }
        _ = BrentMethod().root(from: -1, to: 2) { $0 * $0 + 1 }
        _ = BrentMethod().root(from: -.infinity, to: .infinity) { $0 }
        #expect(calls <= 1003)
    }
}
