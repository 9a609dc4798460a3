import CCurl
import Glibc
import Synchronization

/// The thread that owns one curl multi handle, with it the connections, and every transfer that is under way.
///
/// `@unchecked Sendable`: `multi` is used by the loop's thread alone, except for `curl_multi_wakeup`, which curl allows
/// from anywhere and which is only called under the lock that also guards the end of the loop; `live` is used by the
/// loop's thread alone.
final class TransferLoop: @unchecked Sendable {
    private struct Inbox {
        var submitted: [Transfer] = []
        var isStopped = false
    }

    private let multi: UnsafeMutableRawPointer?
    private let inbox = Mutex(Inbox())
    private var live: [UnsafeMutableRawPointer: Transfer] = [:]

    init() {
        _ = curlIsInitialised
        multi = curl_multi_init()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        guard multi != nil, pthread_create(&thread, nil, runTransferLoop, context.toOpaque()) == 0 else {
            context.release()
            inbox.withLock { $0.isStopped = true }
            return
        }
        pthread_detach(thread)
    }

    func submit(_ transfer: Transfer) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopped else { return false }
            inbox.submitted.append(transfer)
            curl_multi_wakeup(multi)
            return true
        }
        if !isAccepted { transfer.fail(.unreachable, "the HTTP client could not be started") }
    }

    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        inbox.withLock { inbox in
            if !inbox.isStopped { curl_multi_wakeup(multi) }
        }
    }

    /// Ends the thread; transfers that are still under way fail as cancelled.
    func stop() {
        inbox.withLock { inbox in
            if !inbox.isStopped { curl_multi_wakeup(multi) }
            inbox.isStopped = true
        }
    }

    fileprivate func run() {
        var isStopped = false
        while !isStopped {
            let submitted = inbox.withLock { inbox in
                isStopped = inbox.isStopped
                defer { inbox.submitted = [] }
                return inbox.submitted
            }
            submitted.forEach(add)
            for transfer in live.values where isStopped || transfer.isCancelled.load(ordering: .acquiring) {
                remove(transfer)
                transfer.fail(.cancelled, "the request was cancelled")
            }
            if isStopped { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishTransfers()
            curl_multi_poll(multi, nil, 0, 10_000, nil)
        }
        curl_multi_cleanup(multi)
    }

    private func add(_ transfer: Transfer) {
        guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            transfer.fail(.invalidRequest, "the request could not be started")
            return
        }
        live[transfer.easy] = transfer
    }

    private func remove(_ transfer: Transfer) {
        live[transfer.easy] = nil
        curl_multi_remove_handle(multi, transfer.easy)
    }

    private func finishTransfers() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer = live[message.pointee.easy_handle] else {
                continue
            }
            let result = curl_message_result(message)
            remove(transfer)
            transfer.finish(result)
        }
    }
}

/// Once per process, before the first thread.
private let curlIsInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

private func runTransferLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
