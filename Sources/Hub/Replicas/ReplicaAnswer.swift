/// What another replica has answered.
struct ReplicaAnswer: Sendable {
    let status: Int
    /// Nil where it has no body.
    let contentType: String?
    let body: [UInt8]

    var isDone: Bool { (200...299).contains(status) }
}
