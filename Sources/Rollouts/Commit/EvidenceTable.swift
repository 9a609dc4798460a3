package import Analysis

/// The evidence as it stands in a commit message: one row a metric, columns aligned.
package enum EvidenceTable {
    package static func lines(_ evidence: [Evidence]) -> [String] {
        evidence.map { "  \($0.name)" }
    }
}
