import Testing

@testable import Metrics

/// The grammar is in https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/; values by hand.
@Suite("Quantities of Kubernetes")
struct KubernetesQuantityTests {
    @Test(
        "A quantity is the number that its suffix makes it",
        arguments: [
            ("0", 0), ("12500m", 12.5), ("100m", 0.1), ("1u", 0.000001), ("3n", 0.000000003), ("7k", 7000), ("2M", 2e6),
            ("1.5G", 1.5e9), ("4T", 4e12), ("1P", 1e15), ("2E", 2e18), ("1Ki", 1024), ("1.5Mi", 1_572_864),
            ("1Gi", 1_073_741_824), ("1Ti", 1_099_511_627_776), ("1Pi", 1_125_899_906_842_624),
            ("1Ei", 1_152_921_504_606_846_976), ("3e2", 300), ("3E2", 300), ("1e-3", 0.001), ("2.5e+1", 25),
            (".5", 0.5),
            ("5.", 5), ("+1", 1), ("-2k", -2000), ("-.5Ki", -512),
            ("123456789012345678901234567890", 1.2345678901234568e29),
        ])
    func numbers(text: String, value: Double) {
        #expect(KubernetesQuantity(text)?.value == value)
    }

    @Test(
        "What is none is refused",
        arguments: [
            "", ".", "-", "+m", "m", "1 Gi", "1gi", "1K", "1mi", "1e", "1e+", "1e2.5", "1e2k", "0x10", "inf", "nan",
            "1,5",
            "--1", "1.2.3", "١", "1e999", "1Kii", "1m ",
        ])
    func refused(text: String) {
        #expect(KubernetesQuantity(text) == nil)
    }
}
