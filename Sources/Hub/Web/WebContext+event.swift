import Hummingbird
import Protocol

extension WebContext {
    /// The event that the path's `{id}` names. An id that is none names nothing: the same answer as for an unknown one.
    var event: EventID {
        get throws(Problem) {
            guard let id = parameters.get("id").flatMap({ EventID($0) }) else { throw Problem.noEvent }
            return id
        }
    }
}
