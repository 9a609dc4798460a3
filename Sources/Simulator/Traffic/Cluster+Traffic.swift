extension Cluster {
    /// Lets the requests of a span of time arrive: by the weights that the gateway serves by, evenly over the ready pods of each
    /// Service.
    ///
    /// Each count is drawn from a Poisson distribution; thinning makes the draws per pod, code and bucket independent of one
    /// another, so the sums are what single requests would give.
    mutating func serve(for span: Duration) {
        traffic.rates = [:]
        for key in views.keys.sorted() {
            guard let view = views[key] else { continue }
            let total = view.backends.reduce(0) { $0 + $1.weight }
            guard total > 0 else { continue }
            for backend in view.backends where backend.weight > 0 {
                let rate = load.rate(of: key) * Double(backend.weight) / Double(total)
                request(backend.service, backend.subset?.labels ?? [:], rate: rate, for: span)
            }
        }
        for service in store.all(.service) {
            if let rate = load.rate(ofService: service.key) { request(service.key, rate: rate, for: span) }
        }
    }

    private mutating func request(
        _ service: ObjectKey, _ labels: [String: String] = [:], rate: Double, for span: Duration
    ) {
        let selector = (store[service]?.spec["selector"]?.strings ?? [:]).merging(labels) { $1 }
        let ready = pods(in: service.namespace, matching: selector).filter(\.isReady)
        guard !ready.isEmpty else {
            let refused = random.poisson(mean: rate * span.inSeconds)
            count(served: 0, failed: refused, workload: "\(service.namespace)/\(service.name)", image: "none")
            return
        }
        let share = rate / Double(ready.count)
        for pod in ready {
            let workload = workload(of: pod)
            traffic.rates[workload, default: 0] += share
            answer(pod, of: workload, service: service.name, mean: share * span.inSeconds)
        }
    }

    private mutating func answer(_ pod: Pod, of workload: ObjectKey, service: String, mean: Double) {
        let behaviour = behaviours[pod.image]
        let series = Traffic.Series(service: service, pod: pod.key)
        var counters = traffic.counters[series] ?? Traffic.Counters(workload: workload)
        let shares = LatencyBuckets.shares(median: behaviour.median.inSeconds, sigma: behaviour.sigma)
        var counts: [String: Int] = [:]
        for (code, part) in [("200", 1 - behaviour.errors), ("500", behaviour.errors)] where part > 0 {
            for (bucket, share) in shares.enumerated() {
                let requests = random.poisson(mean: mean * part * share)
                counters.buckets[bucket] += requests
                counters.latencySum += Double(requests) * LatencyBuckets.representative(bucket)
                counts[code, default: 0] += requests
            }
        }
        for (code, requests) in counts where requests > 0 { counters.codes[code, default: 0] += requests }
        traffic.counters[series] = counters
        count(
            served: counts["200"] ?? 0, failed: counts["500"] ?? 0, workload: "\(workload.namespace)/\(workload.name)",
            image: pod.image)
    }

    private mutating func count(served: Int, failed: Int, workload: String, image: String) {
        let key = Traffic.TotalKey(workload: workload, image: image)
        traffic.totals[key, default: Traffic.Total()].served += served
        traffic.totals[key, default: Traffic.Total()].failed += failed
    }

    /// The Deployment, StatefulSet or DaemonSet that a pod belongs to.
    func workload(of pod: Pod) -> ObjectKey {
        store[pod.owner]?.owner(.deployment) ?? pod.owner
    }
}
