// Stands in until the verdicts and evidence of Analysis land; then this file goes.
package enum Verdict: String, Codable, Sendable { case pass, fail, inconclusive, needsMoreData, unknown, error }
package struct Evidence: Codable, Equatable, Sendable { package var name: String }
