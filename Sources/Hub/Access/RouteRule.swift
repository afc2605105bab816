/// Who may call a route.
struct RouteRule: Sendable {
    /// Of what a right is needed.
    enum Object: Sendable {
        /// The whole installation: what has no place of its own, as the people who are known.
        case installation
        /// Any camera at all: the route itself tells of those alone for which the right is there.
        case anything
        /// The camera that a parameter of the path names.
        case camera(String)
        /// The node that a parameter names: its site.
        case node(String)
        /// The site that a parameter names.
        case site(String)
        /// The event that a parameter names: its site and camera.
        case event(String)
        /// The recording that a parameter names: its node's site and its camera.
        case recording(String)
    }

    enum Caller: Sendable {
        /// Everybody: the route decides itself how much it shows to whom.
        case everybody
        /// A node or a replica, or whoever holds an invitation: the route checks certificate, signature or secret itself.
        case machine
        /// Whoever is signed in, for what is their own.
        case account
        /// Whoever has all of these rights.
        case rights([Right], Object)
    }

    let caller: Caller

    init(_ caller: Caller) { self.caller = caller }
    init(_ rights: Right..., of object: Object) { caller = .rights(rights, object) }
}
