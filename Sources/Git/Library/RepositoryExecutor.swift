internal import Dispatch

/// Runs the jobs of one repository on a thread of its own, so that blocking C never holds a thread of the cooperative pool.
final class RepositoryExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "headgate.git")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
