import Simulator

/// What must have come of the demo that plays itself.
struct ReviewOutcome {
    let production: [ReviewedShop.Step]
    let staging: [ReviewedShop.Step]
    let pullRequests: [Value]
    /// The approved commit by approver, of each pull request.
    let approvals: [Int: [String: String]]
    let wasProven: Bool

    private static let course = [
        "adopt finish", "start start", "advance weight-10", "advance weight-50", "promote promote", "drain drain",
        "finish finish",
    ]

    /// Sentences about what is not as it should be.
    var breaches: [String] {
        var breaches: [String] = []
        for (environment, steps) in [("staging", staging), ("production", production)] {
            let course = steps.map { "\($0.action) \($0.stage)" }
            if course != Self.course { breaches.append("\(environment) went \(course.joined(separator: ", "))") }
        }
        if !wasProven { breaches.append("a pull request was open before staging was through") }
        let branches = pullRequests.compactMap { $0["head", "ref"]?.string }
        let ends =
            [branches.first?.hasPrefix("headgate/promotion/") == true]
            + zip(branches.dropFirst(), ["start", "promote"]).map { $0.hasSuffix("/" + $1) }
        if branches.count != 3 || ends.contains(false) {
            breaches.append("the pull requests were \(branches.joined(separator: ", "))")
        }
        breaches += pullRequests.flatMap(breaches(of:))
        return breaches + reviewed
    }

    private func breaches(of pullRequest: Value) -> [String] {
        let number = pullRequest["number"]?.integer ?? 0
        guard pullRequest["merged"] == true, pullRequest["merged_by", "login"] == "alice" else {
            return ["#\(number) was not merged by alice"]
        }
        let head = pullRequest["head", "sha"]?.string
        return head != nil && approvals[number] == ["alice": head ?? ""]
            ? [] : ["#\(number) was merged without its approval"]
    }

    /// The stages that are reviewed came to the branch by a merge, and no other stage did.
    private var reviewed: [String] {
        let merges = Set(pullRequests.compactMap { $0["merge_commit_sha"]?.string })
        return (staging + production).compactMap { step in
            let isReviewed = production.contains(step) && ["start", "promote"].contains(step.stage)
            guard merges.contains(step.commit) != isReviewed else { return nil }
            return "\(step.stage) came to the branch \(isReviewed ? "without" : "by") a merge"
        }
    }
}
