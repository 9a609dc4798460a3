import Agent
import Git
import Report
import Rollouts

extension StatusReport {
    /// The agent's report in the form that people read.
    init(_ report: TickReport, _ options: SeeOptions) {
        self.init(
            now: Wiring.now(), branch: options.connection.branch, commit: report.commit?.domain,
            isOffline: options.offline, rollouts: report.rollouts.map(RolloutStatus.init), problems: report.problems,
            hold: report.hold)
        promotions = report.promotions.map(PromotionStatus.init)
    }
}

extension PromotionStatus {
    init(_ report: PromotionReport) {
        self.init(
            promotion: report.step.promotion, file: report.step.file, source: report.step.source,
            target: report.step.target, release: report.release, standing: report.standing,
            nextCheck: report.decision.nextCheck)
        guard report.observation.source.state?.phase == .stable else { return }
        proven = report.observation.source.stageCommit
        analyses = report.observation.analyses
        commits = report.observation.line?.way ?? []
    }
}

extension RolloutStatus {
    init(_ report: RolloutReport) {
        self.init(id: report.id, file: report.file)
        state = report.state
        specification = report.specification
        observation = report.observation
        standing = report.standing
        // What cannot be committed because of a problem, or waits in a pull request, is not due.
        transition = report.problems.isEmpty && report.delivery == nil ? report.decision?.transition : nil
        question = report.problems.isEmpty ? report.decision?.question : nil
        nextCheck = report.decision?.nextCheck
        problems = report.problems
        trouble = report.trouble
        remedy = report.remedy
        if case .progressing(.approval)? = standing { remedy = "headgate approve \(id.name)" }
    }
}
