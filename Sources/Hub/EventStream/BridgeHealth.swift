/// What is wrong with the bridge, and whether that is news.
struct BridgeHealth: Sendable {
    private var brokerProblem: String? = "not yet subscribed"
    private var storeProblem: String?
    private var told: String??

    /// What to show; nil while all is well.
    var problem: String? {
        switch (brokerProblem, storeProblem) {
        case (nil, nil): nil
        case (let broker?, nil): "no events from the broker (\(broker)); they are read from the store every two seconds"
        case (nil, let store?): "holes cannot be filled: the store does not answer (\(store))"
        case (let broker?, let store?): "neither the broker (\(broker)) nor the store (\(store)) answers"
        }
    }

    /// - Returns: Whether `problem` is another one than last time.
    mutating func broker(_ problem: String?) -> Bool {
        brokerProblem = problem
        return isNews()
    }

    /// - Returns: Whether `problem` is another one than last time.
    mutating func store(_ problem: String?) -> Bool {
        storeProblem = problem
        return isNews()
    }

    private mutating func isNews() -> Bool {
        if let told, told == problem { return false }
        told = .some(problem)
        return true
    }
}
