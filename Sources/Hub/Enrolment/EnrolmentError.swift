/// Why a node may not join or go on. The text says what to do, and is safe to show to whoever asked.
package struct EnrolmentError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The invitation, the request or a name is malformed.
        case malformed
        /// There is no such invitation, or it is for another hub.
        case unknownInvitation
        case usedInvitation
        case expiredInvitation
        /// The node is unknown, revoked, or its key is another one.
        case refused
        /// Asked again too soon.
        case tooSoon
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
