extension CompareSettings {
    /// Refuses numbers with which the judge could not be right.
    package func validate() throws(TemplateError) {
        func require(_ isRight: Bool, _ path: String, _ message: String) throws(TemplateError) {
            if !isRight { throw TemplateError(message, at: path) }
        }
        try require(confidence >= 0.5 && confidence < 1, "confidence", "must be at least 0.5 and below 1")
        try require(tolerance >= 0 && tolerance.isFinite, "tolerance", "must be a number of at least 0")
        try require(margin >= 0 && margin.isFinite, "margin", "must be a number of at least 0")
        try require(minimumShift >= 0 && minimumShift.isFinite, "minimumShift", "must be a number of at least 0")
        try require(minimumPoints >= 1, "minimumPoints", "must be at least 1")
        try require(judgements >= 1, "judgements", "must be at least 1")
        try require(
            outliers.outlierFactor > 0 && outliers.outlierFactor.isFinite, "outliers.outlierFactor",
            "must be a number above 0")
        let limits = [
            ("allowedIncrease", effectSize.allowedIncrease), ("allowedDecrease", effectSize.allowedDecrease),
            ("criticalIncrease", effectSize.criticalIncrease), ("criticalDecrease", effectSize.criticalDecrease),
        ]
        for (name, limit) in limits {
            try require(limit?.isFinite ?? true, "effectSize.\(name)", "must be a number")
        }
    }
}
