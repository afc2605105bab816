import Hummingbird

extension Request {
    /// Whether it goes to `/api/v1/{whose}/{name}/{what}/{which}`. The router passes over empty parts, and this does not: what is open without a
    /// session is only what it says.
    func isOf(_ whose: String, _ what: String) -> Bool {
        let parts = uri.path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 7 && uri.path.hasPrefix("/api/v1/\(whose)/") && parts[5] == what
            && parts.dropFirst().allSatisfy { !$0.isEmpty }
    }

    /// The same for a node.
    func isOfNode(_ what: String) -> Bool { isOf("nodes", what) }
}
