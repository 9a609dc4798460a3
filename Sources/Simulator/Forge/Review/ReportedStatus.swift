/// What a program reports about a commit, such as whether its analysis passed.
struct ReportedStatus: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        case success, pending, warning, failure, error
    }

    let id: Int
    let context: String
    let state: State
    let description: String
    let url: String
    let author: String
    let time: Moment
}

extension Sequence where Element == ReportedStatus {
    /// The newest report of each context, newest first.
    var newest: [ReportedStatus] {
        var seen: Set<String> = []
        return sorted { $0.id > $1.id }.filter { seen.insert($0.context).inserted }
    }

    /// The worst of the newest reports; nil where nothing is reported.
    var combined: ReportedStatus.State? {
        let order = ReportedStatus.State.allCases
        return newest.map(\.state).max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
    }
}
