import Manifests
import Testing
import YAML

@Suite("The type of a release's value")
struct TypedValueTests {
    @Test(
        arguments: [
            ("1.20", 1.1, "1.20"), ("1.2", 1.1, 1.2), ("2", 1.5, 2), ("0123", 7, "0123"), ("8", 7, 8), ("-8", 7, -8),
            ("+8", 7, "+8"), ("0x10", 7, "0x10"), ("1e20", 1.5, "1e20"), ("inf", 1.5, "inf"), ("nan", 1.5, "nan"),
            ("v2", 7, "v2"), ("true", false, true), ("yes", false, "yes"), ("7", "6", "7"), ("7", nil, "7"),
        ] as [(String, YAMLScalar, YAMLScalar)])
    func `a number only where it is written as the same text again`(
        text: String, former: YAMLScalar, typed: YAMLScalar
    ) {
        #expect(YAMLScalar.typed(text, like: former) == typed)
    }
}
