import Agent
import ArgumentParser
import Report
import Rollouts

/// Why a rollout stands where it stands.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain the verdict on a rollout: sentence, rule, query, numbers, next look.")

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout.")
    var name: String

    @OptionGroup var see: SeeOptions

    func run() async throws {
        let agent = try see.agent()
        let preview = try await Terminal.waiting(for: see.subject) {
            try await RolloutReference.resolving { try await agent.preview(of: RolloutReference(name)) }
        }
        let questions = preview.report.inquiries.map(AnalysisQuestion.init)
        let explanation = Explanation(
            now: Wiring.now(), status: RolloutStatus(preview.report), isOffline: see.offline, questions: questions)
        see.output.show(explanation.lines(Terminal.layout), explanation.json)
    }
}
