/// A simulated cluster for the demo and the tests, and what it gets wrong.
///
/// Known lies, so that nobody trusts it further than it goes:
///
/// - **Pages are not snapshots.** A second page shows the cluster as it is by then; a real server answers from the
///   resource version of the first. Tokens never expire.
/// - **Nothing is watched**, and nothing but the control endpoint writes: other verbs are refused with 403.
/// - **Only the kinds that it lists exist**, each in one version. Defaults are those that recordings show, not all.
/// - **Admission, quotas, finalizers, events and logs are missing.** Anything well-formed is accepted; schemas are not
///   checked, so a misspelt field is stored.
/// - **Field owners**: which lists merge by key is a short table; an update's entry owns fewer parents than a real one's.
/// - **Pods have no probes**: readiness is the image's starting time. A terminating pod is gone after a second, its
///   requests with it; no connection is ever cut.
/// - **Scheduling and nodes are names.** Nothing runs out of anything unless a behaviour says `pending`.
/// - **The autoscaler knows requests, not CPU**, reacts at once and never flutters.
/// - **The gateway reads the first rule of a route** and weights its Services; matches, filters and hostnames do not
///   count. Its data plane and its status change at the same moment. The engine's objects are Flux's only.
/// - **Requests are counted, not made**: independent draws per pod without queues, retries, sessions or callers
///   that wait. Latency is log-normal, the same for errors; sums are made of bucket midpoints. Load has no day and night.
/// - **Metrics of all pods stand on one page** that is scraped at once, with the labels of relabelled targets.
/// - **Kustomize**: a few fields, and what is unknown is refused. No generators, no Helm, no variables.
package enum Simulator {}
