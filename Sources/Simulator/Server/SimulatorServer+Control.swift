extension SimulatorServer {
    /// The control endpoint: what the demo and the tests see and do behind the agent's back.
    ///
    /// `GET state`; `POST behaviours, load, edit, delete, restart, outage, sync, advance, rebuild` with a JSON object each. A request that
    /// names something unknown is answered with 400 and changes nothing.
    func control(_ request: APIRequest) async -> APIResponse {
        let verb = String(request.path.dropFirst("/simulator/".count))
        if request.method == "GET" {
            return verb == "state" ? .json(state) : .unknownPath
        }
        do {
            let body = request.body.isEmpty ? .empty : try ValueReader.read(request.body)
            try await perform(verb, body)
            return .json(state)
        } catch {
            return .json(["error": .string("\(error)")], status: 400)
        }
    }

    private struct ControlFailure: Error, CustomStringConvertible {
        let description: String
    }

    private func perform(_ verb: String, _ body: Value) async throws {
        switch verb {
        case "behaviours": cluster.behaviours.entries.merge(try BehaviourTable(reading: body).entries) { $1 }
        case "load": try setLoad(body)
        case "edit": try edit(body)
        case "delete": cluster.delete(try key(body))
        case "restart": cluster.restart(try key(body, kind: .pod))
        case "outage":
            guard let outage = body["mode"]?.string.flatMap(Outage.init) else {
                throw ControlFailure(description: "mode is none, unavailable or hang")
            }
            self.outage = outage
        case "sync": try setSync(body)
        case "advance":
            clockOffset += try duration(body, "by")
            await turn()
        case "rebuild": rebuild()
        default: throw ControlFailure(description: "unknown request: \(verb)")
        }
    }

    private func setLoad(_ body: Value) throws {
        for (name, value) in body.fields?.members ?? [] {
            switch name {
            case "requestsPerSecond": cluster.load.requestsPerSecond = max(0, value.decimal ?? 0)
            case "requestsPerPod": cluster.load.requestsPerPod = value.decimal
            case "routes": cluster.load.routes.merge(rates(value)) { $1 }
            case "services": cluster.load.services.merge(rates(value)) { $1 }
            case "fixedPods": cluster.load.fixedPods.merge(rates(value).mapValues { Int($0) }) { $1 }
            default: throw ControlFailure(description: "unknown name: \(name)")
            }
        }
    }

    private func rates(_ value: Value) -> [String: Double] {
        var rates: [String: Double] = [:]
        for (name, rate) in value.fields?.members ?? [] { rates[name] = min(1e6, max(0, rate.decimal ?? 0)) }
        return rates
    }

    /// Changes an object as a person with `kubectl edit` would: `{…, manager, merge: {…}}`.
    private func edit(_ body: Value) throws {
        guard let change = body["merge"] else { throw ControlFailure(description: "merge is missing") }
        let key = try key(body)
        guard cluster.store[key] != nil else { throw ControlFailure(description: "there is no \(key)") }
        cluster.edit(key, manager: body["manager"]?.string ?? "kubectl-edit", merging: change)
    }

    private func setSync(_ body: Value) throws {
        guard let name = body["environment"]?.string,
            let index = environments.firstIndex(where: { $0.name == name })
        else { throw ControlFailure(description: "environment is one of \(environments.map(\.name))") }
        for (member, value) in body.fields?.members ?? [] where member != "environment" {
            switch member {
            case "suspend": environments[index].isSuspended = value.bool ?? false
            case "fail": environments[index].failure = value.string
            case "partial": environments[index].partial = value.integer
            case "delay": environments[index].extraDelay = try duration(body, "delay")
            default: throw ControlFailure(description: "unknown name: \(member)")
            }
        }
        schedule.forget()
        cluster.register(environments[index], at: cluster.now)
    }

    private func rebuild() {
        cluster.rebuild()
        for index in environments.indices {
            environments[index].inventory = []
            environments[index].appliedRevision = nil
            cluster.register(environments[index], at: cluster.now)
        }
        schedule.forget()
    }

    private func key(_ body: Value, kind: ResourceKind? = nil) throws -> ObjectKey {
        let named = ResourceKind.all.first { $0.name == body["kind"]?.string }
        guard let kind = kind ?? named, let name = body["name"]?.string else {
            throw ControlFailure(description: "kind, namespace and name are needed")
        }
        return ObjectKey(kind, namespace: body["namespace"]?.string ?? "default", name: name)
    }

    private func duration(_ body: Value, _ name: String) throws -> Duration {
        guard let duration = body[name]?.string.flatMap(Duration.init(reading:)) else {
            throw ControlFailure(description: "\(name) is a duration such as 5s")
        }
        return duration
    }
}
