import Agent
import ArgumentParser
import Report
import Rollouts

/// Why a rollout stands where it stands.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain the verdict on a rollout: sentence, rule, query, numbers, next look.",
        discussion: "Of a promotion: what was proven about the release, and what each step waits for.")

    @Argument(help: "The rollout: checkout, shop/checkout or production/shop/checkout; or promotion/NAME.")
    var name: String

    @OptionGroup var see: SeeOptions

    func run() async throws {
        let agent = try see.agent()
        if let steps = try await promotion(agent) {
            let explanation = PromotionExplanation(now: Wiring.now(), steps: steps, isOffline: see.offline)
            return see.output.show(explanation.lines(Terminal.layout), explanation.json)
        }
        let preview = try await Terminal.waiting(for: see.subject) {
            try await RolloutReference.resolving { try await agent.preview(of: RolloutReference(name)) }
        }
        let questions = preview.report.inquiries.map(AnalysisQuestion.init)
        let explanation = Explanation(
            now: Wiring.now(), status: RolloutStatus(preview.report), isOffline: see.offline, questions: questions)
        see.output.show(explanation.lines(Terminal.layout), explanation.json)
    }

    /// The steps of the promotion that is named; nil where a rollout is.
    private func promotion(_ agent: Agent) async throws -> [PromotionStatus]? {
        guard name.hasPrefix("promotion/") else { return nil }
        let report = try await Terminal.waiting(for: see.subject) { try await agent.look() }
        if report.rollouts.contains(where: { RolloutReference(name).matches($0.id) }) { return nil }
        let steps = report.promotions.filter { "promotion/\($0.step.promotion)" == name }
        guard steps.isEmpty else { return steps.map(PromotionStatus.init) }
        let known = Set(report.promotions.map { "promotion/\($0.step.promotion)" }).sorted().joined(separator: ", ")
        throw CommandError(
            "there is no promotion \"\(name.dropFirst(10))\" to these environments",
            hint: known.isEmpty ? "there are none" : "there are \(known)", code: .usage)
    }
}
