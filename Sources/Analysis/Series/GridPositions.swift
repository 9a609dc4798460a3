/// At which position of a grid a time lies: computed where the grid is even, as nearly all are.
struct GridPositions: Sendable {
    let count: Int
    private let start: Int64
    /// Zero where the grid is not even.
    private let step: Int64
    /// Of a grid that is not even.
    private var listed: [Timestamp: Int] = [:]

    init(_ times: [Timestamp]) {
        count = times.count
        let first = times.first?.milliseconds ?? 0
        let width = times.count > 1 ? times[1].milliseconds - first : 1
        let isEven = width > 0 && times.indices.allSatisfy { times[$0].milliseconds == first + Int64($0) * width }
        (start, step) = (first, isEven ? width : 0)
        guard !isEven else { return }
        listed = Dictionary(zip(times, times.indices), uniquingKeysWith: { first, _ in first })
    }

    subscript(time: Timestamp) -> Int? {
        guard step > 0 else { return listed[time] }
        let (position, rest) = (time.milliseconds - start).quotientAndRemainder(dividingBy: step)
        return rest == 0 && position >= 0 && position < count ? Int(position) : nil
    }
}
