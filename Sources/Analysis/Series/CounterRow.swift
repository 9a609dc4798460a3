/// One counter along the times of a part of a grid.
struct CounterRow: Sendable {
    /// What is known of a counter after the times that were read.
    struct State: Sendable {
        /// What of its present value has been counted.
        var value: Double
        /// Whether it had a value at the last of them.
        var isRecent = true
        /// A value that may be from before a restart: some stores give the last one for minutes where the new process
        /// has not counted yet.
        var doubtful: Double?

        /// After a time without a value.
        func missing(isRestart: Bool) -> State {
            State(value: isRestart || doubtful != nil ? 0 : value, isRecent: false)
        }
    }

    let labels: [String: String]
    private var values: [Double?]
    /// What was counted since the time before, for each time.
    private(set) var increments: [Double]
    private(set) var state: State?

    init(_ labels: [String: String], after state: State?, count: Int) {
        self.labels = labels
        self.state = state
        values = Array(repeating: nil, count: count)
        increments = Array(repeating: 0, count: count)
    }

    /// Takes what a series has at times of the grid; of two values at one time the larger one.
    mutating func take(_ series: Series, at positions: GridPositions) {
        for point in series.points where point.value.isFinite {
            guard let position = positions[point.time] else { continue }
            values[position] = max(values[position] ?? point.value, point.value)
        }
    }

    /// The position of the first value.
    var first: Int? { values.firstIndex { $0 != nil } }

    /// What the value at a position is compared with, and the value; nil where that is not known or no news.
    func step(at position: Int) -> (before: Double, now: Double)? {
        guard let value = values[position], let state, value != state.doubtful else { return nil }
        guard let doubtful = state.doubtful else { return (state.value, value) }
        return (value < doubtful ? 0 : doubtful, value)
    }

    /// Goes on to a position.
    ///
    /// After a restart a value that is not lower than before is counted in full once it is seen to be the new process's,
    /// by being another one later.
    ///
    /// - Parameters:
    ///   - isRestart: whether the counter's process has begun anew, which a small value may not show.
    ///   - isWhole: whether all counters of a process are there from its beginning, so that none can be an old one.
    ///   - isNew: whether a counter that has not been seen yet counts from 0.
    mutating func advance(to position: Int, isRestart: Bool, isWhole: Bool, isNew: Bool) {
        guard let value = values[position] else {
            state = state?.missing(isRestart: isRestart)
            return
        }
        guard let known = state else {
            if isNew { increments[position] = value }
            state = State(value: value)
            return
        }
        let last = known.doubtful ?? known.value
        if isRestart, known.isRecent, value >= last, !isWhole {
            increments[position] = value - last
            state = State(value: value - last, doubtful: value)
        } else if isRestart || value < last {
            increments[position] = value
            state = State(value: value)
        } else if value != known.doubtful {
            increments[position] = value - known.value
            state = State(value: value)
        }
    }
}

/// What tells that a process has begun anew.
enum RestartSign: Sendable {
    /// It is known, from others of its counters.
    case positions(Set<Int>)
    /// The sum of its counters is lower than before.
    case lowerSum
    /// Any of its counters, which are all there from its beginning, is lower than before.
    case anyLower

    fileprivate var isWhole: Bool { if case .anyLower = self { true } else { false } }
}

extension [CounterRow] {
    /// Follows the counters of one process, which loses all of them at once when it begins anew.
    ///
    /// - Parameter observed: the position after which a counter that appears is new.
    /// - Returns: the positions at which it has restarted.
    @discardableResult
    mutating func follow(observed: Int, count: Int, sign: RestartSign) -> Set<Int> {
        var restarts: Set<Int> = []
        for position in 0..<count {
            let isRestart = isRestart(at: position, sign)
            if isRestart { restarts.insert(position) }
            for index in indices {
                self[index].advance(
                    to: position, isRestart: isRestart, isWhole: sign.isWhole, isNew: position > observed)
            }
        }
        return restarts
    }

    private func isRestart(at position: Int, _ sign: RestartSign) -> Bool {
        switch sign {
        case .positions(let positions): return positions.contains(position)
        case .anyLower: return contains { row in row.step(at: position).map { $0.now < $0.before } ?? false }
        case .lowerSum:
            var change = 0.0
            for row in self {
                if let step = row.step(at: position) { change += step.now - step.before }
            }
            return change < 0
        }
    }
}
