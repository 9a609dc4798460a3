extension CompareScoring {
    /// Refuses scores that no canary could have, and weights of more than the whole.
    package func validate() throws(TemplateError) {
        for (name, score) in [("pass", pass), ("marginal", marginal)] {
            guard score >= 0, score <= 100 else {
                throw TemplateError("is a score from 0 to 100", at: name)
            }
        }
        guard marginal <= pass else {
            throw TemplateError(
                "is above pass, \(Readable.number(pass))", at: "marginal", hint: "below marginal a canary fails")
        }
        for (name, weight) in groupWeights.sorted(by: { $0.key < $1.key }) {
            guard weight >= 0, weight <= 100 else {
                throw TemplateError("is a percentage from 0 to 100", at: "groupWeights.\(name)")
            }
        }
        guard groupWeights.values.sorted().reduce(0, +) <= 100 else {
            throw TemplateError(
                "sum up to more than 100", at: "groupWeights", hint: "groups without a weight share the rest of 100")
        }
    }
}
